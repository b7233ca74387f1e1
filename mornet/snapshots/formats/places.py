"""Whether two sets of coordinates are the same places, up to the rounding of stored numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mornet.records import Array, Indices

DOUBLE = 1e-12  # of the largest coordinate: rounding of computed double precision
SINGLE = 4 * float(np.finfo(np.float32).eps)  # the same of single precision and of printed numbers
PART = 0.1  # of the spacing: places that are closer than that are the same


def apart(ours: Array, theirs: Array) -> NDArray[np.bool_]:
    """Return which places (n,) of two sets of coordinates (d, n) are not the same.

    Coordinates are the same if they differ by rounding that is small beside the spacing, or if one
    is the other in single precision and single precision tells neighbours apart.
    """
    if np.array_equal(ours, theirs):
        return np.zeros(ours.shape[1], dtype=bool)
    root = ours.shape[1] ** (1 / len(ours))
    return np.any([_differ(a, b, root) for a, b in zip(ours, theirs, strict=True)], axis=0)


def order_of(ours: Array, theirs: Array) -> Indices | None:
    """Return which of the places ``theirs`` (d, k) each of ``ours`` (d, n) is.

    It is None unless each of ours is one of theirs, and none of theirs stands twice.
    """
    from scipy.spatial import cKDTree

    known = np.flatnonzero(np.isfinite(theirs).all(axis=0))
    extent = np.ptp(ours, axis=1, keepdims=True)
    if not np.isfinite(extent).all() or len(known) < ours.shape[1]:
        return None
    size = np.where(extent > 0, extent, 1.0)
    order = known[cKDTree((theirs[:, known] / size).T).query((ours / size).T)[1]]
    twice = len(np.unique(theirs[:, known], axis=1).T) < len(known)
    once = not twice and len(np.unique(order)) == len(order)
    return order if once and not apart(ours, theirs[:, order]).any() else None


def varying(x: Array) -> Array:
    """Return the coordinates (d, n) without those that are the same everywhere."""
    return x[which_vary(x)]


def which_vary(x: Array) -> list[int]:
    """Return which coordinates (d, n) are not the same everywhere; the first one if all are.

    One with an entry that is not finite is not the same everywhere.
    """
    return [i for i, row in enumerate(x) if np.ptp(row) != 0] or [0]


def first_apart(ours: Array, theirs: Array) -> str:
    """Return in words the first place (d,) of ``theirs`` that is another one, and that of ours."""
    if ours.shape != theirs.shape:
        (d, n), (e, k) = ours.shape, theirs.shape
        return f"{k} places with {e} coordinates each instead of {n} with {d}"
    j = int(apart(ours, theirs).argmax())
    return f"{_listed(theirs[:, j])} instead of {_listed(ours[:, j])}"


def _listed(place: Array) -> str:
    words = ", ".join(f"{number:.10g}" for number in place)
    return words if len(place) == 1 else f"({words})"


def _differ(a: Array, b: Array, root: float) -> NDArray[np.bool_]:
    largest = float(np.max(np.abs(a), initial=0.0, where=np.isfinite(a)))
    step = _spacing(a, largest, root)
    rounding = max(min(SINGLE * largest, PART * step), DOUBLE * largest)
    differ: NDArray[np.bool_] = ~((np.abs(a - b) <= rounding) | (np.isnan(a) & np.isnan(b)))
    if differ.any() and np.spacing(np.float32(largest)) < step:
        differ &= (a.astype(np.float32) != b) & (b.astype(np.float32) != a)
    return differ


def _spacing(a: Array, largest: float, root: float) -> float:
    """Return how far neighbours are apart: one of the smallest steps from a place to the next.

    Of places in no order it is the extent over ``root``, the number of places along an axis.
    """
    steps = np.abs(np.diff(a))
    steps = steps[steps > DOUBLE * largest]
    if len(steps) == 0:
        return np.inf
    few = len(steps) // 20  # the smallest of all may be that of two places that happen to be level
    return min(float(np.partition(steps, few)[few]), float(np.ptp(a)) / root)
