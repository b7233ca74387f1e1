"""The relative error of a reduction on a part of a data set, in the norm of the data set."""

from __future__ import annotations

from mornet.reduction.interface import Reduction
from mornet.reduction.measures import relative_error
from mornet.snapshots import DataSet, Snapshots


def error_on(data: DataSet, model: Reduction, part: Snapshots) -> float:
    """Return the relative error of ``model`` on ``part``, the training or test snapshots."""
    return relative_error(model, part.U, data.norm(part), *data.measure(part))
