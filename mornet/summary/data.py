"""What the data sets of a study hold, and how their snapshots are split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.snapshots.report import data_set_lines


def of_coordinates(name: str, records: Sequence[Any]) -> str:
    """Return what errors of coordinates say of the data set ``name``; no words for other ones."""
    for record in records:
        if record.name == name and record.train.left_out is not None:
            b, b_test = (record.left_out(part) for part in (record.train, record.test))
            return (
                f"These are errors e of {record.train.n} coordinates, relative to the norm of the "
                f"snapshots. The error of the snapshots is (e^2 + b^2)^(1/2), with b = {b:.3g} on "
                f"the training snapshots and with b = {b_test:.3g} on the test snapshots.\n"
            )
    return ""


def data_sets(records: Sequence[Any]) -> str:
    """Return a part on each data set; no words without data sets."""
    if not records:
        return ""
    parts = [
        f"**{record.name}**\n\n" + "\n".join(f"- {line}" for line in data_set_lines(record)) + "\n"
        for record in records
    ]
    return "## Data\n\n" + "\n".join(parts)
