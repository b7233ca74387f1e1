"""What errors of coordinates in POD modes say of the snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


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
