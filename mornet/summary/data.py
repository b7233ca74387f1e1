"""What the data sets of a study hold, and how their snapshots are split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.snapshots.report import data_set_lines


def data_sets(records: Sequence[Any]) -> str:
    """Return a part on each data set; no words without data sets."""
    if not records:
        return ""
    parts = [
        f"**{record.name}**\n\n" + "\n".join(f"- {line}" for line in data_set_lines(record)) + "\n"
        for record in records
    ]
    return "## Data\n\n" + "\n".join(parts)
