"""The mean of snapshots."""

from __future__ import annotations

import numpy as np

from mornet.records import Array


def column_mean(U: Array, weights: Array | None = None) -> Array:
    """Return the mean (n,) of the columns of ``U`` (n, m) with ``weights`` (m,), or equal ones.

    It is summed in double precision: in single precision a sum of many numbers loses digits.

    >>> column_mean(np.array([[1.0, 3.0], [0.0, 4.0]]), np.array([1.0, 3.0])).tolist()
    [2.5, 3.0]
    """
    if weights is None:
        return np.asarray(U.mean(axis=1, dtype=float))
    return np.asarray(np.average(U, axis=1, weights=np.asarray(weights, dtype=float)))
