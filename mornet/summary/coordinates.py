"""What coordinates in POD modes leave out of the snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.snapshots.report import coordinates_lines


def of_coordinates(name: str, records: Sequence[Any]) -> str:
    """Return what the coordinates of the data set ``name`` leave out; no words for other ones."""
    lines = [line for data in records if data.name == name for line in coordinates_lines(data)]
    return f"These are errors of the snapshots: {lines[0]}.\n" if lines else ""
