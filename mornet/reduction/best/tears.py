"""Tears: where a network maps neighbours far apart, the points between them have large errors.

A code of few numbers may not hold a closed or folded manifold, and the training then tears it. The
training error does not show this, because no training snapshot lies in the tear. Midpoints of
neighbouring snapshots lie near the manifold, some of them in the tear, and need no held-out data.
"""

from __future__ import annotations

import numpy as np

from mornet.records import Array
from mornet.reduction.folds import TINY, Map, training_error

NEIGHBOURS = 3  # of a snapshot
MOST = 400  # largest number of snapshots whose neighbours are found
LEADING = 12  # coordinates in which they are found
TORN = 2.0  # factor by which errors at midpoints differ between good trainings


def midpoints(c: Array) -> Array:
    """Return the midpoints (k, p) of columns of ``c`` (k, m) and their nearest neighbours.

    Columns are at most ``MOST``, at equal steps.
    """
    from scipy.spatial import KDTree  # takes half a second to import

    few = np.unique(np.linspace(0, c.shape[1] - 1, MOST).astype(int))
    places = c[:LEADING].T
    count = min(NEIGHBOURS, c.shape[1] - 1)
    near = KDTree(places).query(places[few], count + 1)[1].reshape(len(few), -1)[:, 1:]
    points: Array = (c[:, few, None] + c[:, near]) / 2
    return points.reshape(len(c), -1)


def error_between(points: Array, reconstruct: Map) -> float:
    """Return the root mean square error, at least `TINY`, of ``reconstruct`` at midpoints."""
    return training_error(points, reconstruct, None, 0.0)


def tear(between: float, usual: float) -> float:
    """Return the factor by which an error at midpoints is larger than that of good trainings.

    ``usual`` is the error at midpoints of a training that held-out snapshots have tested. Factors
    up to `TORN` count as one.
    """
    return max(1.0, between / max(TORN * usual, TINY))
