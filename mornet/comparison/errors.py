"""Relative errors of reductions on a part of a data set, in the norm of the data set."""

from __future__ import annotations

import numpy as np

from mornet.reduction.interface import Reduction
from mornet.reduction.measures import relative_error
from mornet.snapshots import DataSet, Snapshots


def error_on(data: DataSet, model: Reduction, part: Snapshots) -> float:
    """Return the relative error of ``model`` on ``part``, the training or test snapshots.

    What coordinates leave out of the snapshots belongs to it.
    """
    error = relative_error(model, part.U, data.norm(part), *data.measure(part))
    return whole_error(data, error, part)


def whole_error(data: DataSet, error: float, part: Snapshots) -> float:
    """Return the error (e^2 + b^2)^{1/2} of states whose coordinates have the ``error`` e."""
    return float(np.hypot(error, data.left_out(part)))
