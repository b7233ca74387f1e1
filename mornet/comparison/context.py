"""What a fit may use of a data set in addition to the training snapshots."""

from __future__ import annotations

import numpy as np

from mornet.reduction.context import FitContext
from mornet.snapshots import DataSet


def context_of(data: DataSet) -> FitContext:
    """Return the context of every fit to ``data``, without checkpoints.

    Groups are the parameters if there are several, otherwise the trajectories if there are several.
    """
    train, validation = data.train, data.validation
    return FitContext(
        validation=None if validation is None else validation.U,
        validation_weights=None if validation is None else validation.weights,
        groups=train.groups if np.ptp(train.groups) else None,
        t=train.t,
        later=_is_later(data),
        followed=train.followed,
        x=train.x,
    )


def _is_later(data: DataSet) -> bool:
    t, test = data.train.t, data.test.t
    return t is not None and test is not None and bool(test.min() > t.max())
