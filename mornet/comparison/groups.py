"""Which snapshots of a data set a cross-validation holds out together."""

from __future__ import annotations

import numpy as np

from mornet.records import Indices
from mornet.reduction.hybrid.cross_validation import FOLDS
from mornet.snapshots import DataSet


def groups_of(data: DataSet) -> Indices | None:
    """Return the number of the group (m,) of each training snapshot; None for single snapshots.

    Groups are the parameters if there are several, otherwise the trajectories if there are several.
    A single trajectory whose later part is for testing is cut into five stretches of time. If the
    test snapshots lie between the training snapshots, single snapshots are held out.
    """
    groups = data.train.groups
    if np.ptp(groups):
        return groups
    t, later = data.train.t, data.test.t
    if t is None or later is None or later.min() <= t.max():
        return None
    return np.argsort(np.argsort(t)) * FOLDS // len(t)
