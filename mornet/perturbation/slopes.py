"""The measured order of a method: the slope of its error over t in log-log scale."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.errors import DataError, ShapeError
from mornet.records import Array, Indices


class Slope(NamedTuple):
    """The measured order of an error, and the points that it was measured from."""

    slope: float
    """The median of the local slopes."""
    used: Indices
    """1 for a point that was used, 0 for the others, (n,)."""


def local_slopes(t: Array, error: Array) -> Array:
    """Return the slopes log(e_{k+1} / e_k) / log(t_{k+1} / t_k) (n-1,) between neighbouring points.

    All ``t`` (n,) and ``error`` (n,) must be positive.
    """
    return np.asarray(np.diff(np.log(error)) / np.diff(np.log(t)))


def measure_slope(t: Array, error: Array, *, floor: float, scale: float) -> Slope:
    """Return the median of the local slopes of ``error`` (n,) over ``t`` (n,).

    The values ``t`` are distinct and positive. A point counts if
    100 ``floor`` < error < 0.1 ``scale``. Near the round-off ``floor``, and near the size ``scale``
    of the approximated quantity, the error follows no power law.

    Raises ShapeError if the lengths differ, DataError if fewer than three points are left.

    >>> t = np.array([1e-3, 1e-2, 1e-1])
    >>> slope, used = measure_slope(t, 5 * t**2, floor=1e-15, scale=1.0)
    >>> round(slope, 12), used.tolist()
    (2.0, [1, 1, 1])
    """
    if t.shape != error.shape or t.ndim != 1:
        raise ShapeError(f"t has shape {t.shape}, the errors {error.shape}; both must be (n,)")
    used = (error > 100 * floor) & (error < 0.1 * scale)
    if np.count_nonzero(used) < 3:
        span = f", from {error.min():.1e} to {error.max():.1e}," if error.size else ""
        raise DataError(
            f"only {np.count_nonzero(used)} of {len(t)} errors{span} lie between "
            f"100 floor = {100 * floor:.1e} and 0.1 scale = {0.1 * scale:.1e}; a slope "
            "needs 3: choose other t"
        )
    slope = float(np.median(local_slopes(t[used], error[used])))
    return Slope(slope, used.astype(np.int64))
