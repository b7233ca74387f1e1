"""Whether the nearest points span all directions, as a local spline through them needs."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.interpolate import RBFInterpolator
from scipy.spatial import KDTree

from mornet.records import Array

FLAT = 1e-8
"""Least over largest extent of points that do not span all directions, but for rounding."""
MOST = 2000
"""Points of a spline through points from everywhere."""


def are_flat(x: Array, at: Array, count: int) -> bool:
    """Return whether the ``count`` points of ``x`` (p, m) nearest to one of ``at`` (p, q) are flat.

    Flat points lie in a plane of fewer than p dimensions, as all times of one parameter do.
    """
    nearest = np.unique(KDTree(x.T).query(at.T, np.arange(1, count + 1))[1], axis=0)
    points = x.T[nearest]
    s = np.linalg.svd(points - points.mean(axis=1, keepdims=True), compute_uv=False)
    return bool(np.any(s[:, -1] <= FLAT * s[:, 0]))


def through_all(x: Array, y: Array) -> Any:
    """Return one thin-plate spline through the values ``y`` (r, m) at the points ``x`` (p, m).

    If there are more than `MOST` points, so many of them are drawn.
    """
    some = np.random.default_rng(0).permutation(x.shape[1])[:MOST]
    return RBFInterpolator(x[:, some].T, y[:, some].T)
