"""A cause of an error: how much it costs, and the setting that removes it."""

from __future__ import annotations

from typing import NamedTuple

from mornet.comparison.errors import error_on
from mornet.reduction.interface import Reduction
from mornet.snapshots import DataSet

LEAST = 1.1  # a cause that costs a smaller factor is not named


class Cause(NamedTuple):
    """A cause with its ``name``: without it the error would be smaller by the ``factor``.

    The factor was measured, and the ``words`` say how. They name the setting to change.
    """

    name: str
    factor: float
    words: str


class Errors(NamedTuple):
    """The relative errors of a reduction on the training and on the test snapshots."""

    train: float
    test: float

    def over(self, other: Errors) -> float:
        """Return by which factor ``other`` is smaller, on the training and on the test snapshots.

        A gain on the training snapshots alone is none on snapshots never seen.
        """
        return min(ratio(self.train, other.train), ratio(self.test, other.test))

    def to(self, other: Errors) -> str:
        """Return in words how the errors change to ``other``."""
        return (
            f"the test error from {percent(self.test)} to {percent(other.test)} and the training "
            f"error from {percent(self.train)} to {percent(other.train)}"
        )


def errors_of(model: Reduction, data: DataSet) -> Errors:
    """Return the errors of ``model`` in the norm of the data set, with its denominator."""
    return Errors(error_on(data, model, data.train), error_on(data, model, data.test))


def ratio(a: float, b: float) -> float:
    """Return a / b; 1 if both are zero, and a large number if only b is."""
    return 1.0 if a == b else a / max(b, 1e-300)


def percent(error: float) -> str:
    """Return a relative error in per cent.

    >>> percent(0.012345)
    '1.234 %'
    """
    return f"{100 * error:.4g} %"
