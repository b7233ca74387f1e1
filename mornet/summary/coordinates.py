"""What coordinates in POD modes leave out of the snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def of_coordinates(name: str, records: Sequence[Any]) -> str:
    """Return what the coordinates of the data set ``name`` leave out; no words for other ones."""
    for record in records:
        if record.name == name and record.train.left_out is not None:
            b, b_test = (record.left_out(part) for part in (record.train, record.test))
            return (
                f"These are errors of the snapshots. What their {record.train.n} coordinates leave "
                f"out is in them: {b:.3g} of the training snapshots, {b_test:.3g} of the test "
                "snapshots. No method can have a smaller error.\n"
            )
    return ""
