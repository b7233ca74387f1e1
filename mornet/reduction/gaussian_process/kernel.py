"""The Matern kernel of smoothness 3/2 and its derivatives.

    k(x, x') = (1 + d) e^{-d},        d = sqrt(3) ||x - x'|| / length

(C. Rasmussen and C. Williams, Gaussian Processes for Machine Learning, 2006, (4.17)). Its samples
have one derivative, and k itself has two.
"""

from __future__ import annotations

import numpy as np

from mornet.records import Array

ROOT = 3**0.5


def distances(X: Array, at: Array) -> Array:
    """Return the distances (m, k) of the points ``X`` (r, m) from the points ``at`` (r, k)."""
    from scipy.spatial.distance import cdist  # late: the command line imports this room

    return np.asarray(cdist(X.T, at.T))


def matern(R: Array, length: float) -> Array:
    """Return the kernel at the distances ``R``, of any shape."""
    d = (ROOT / length) * R
    return np.asarray((1 + d) * np.exp(-d))


def mean(coefficients: Array, points: Array, x: Array, length: float) -> Array:
    """Return the sums (k, l) of kernels about the ``points`` (r, m) at ``x`` (r, l).

    Their ``coefficients`` are (k, m).
    """
    return np.asarray(coefficients @ matern(distances(points, x), length))


def slopes(X: Array, x: Array, length: float) -> Array:
    """Return the derivatives (m, r) of k(x_i, x) by ``x`` (r,), for the points ``X`` (r, m)."""
    return np.asarray(-_decay(X, x, length)[:, None] * (x - X.T))


def second_derivatives(X: Array, x: Array, v: Array, length: float) -> Array:
    """Return d^2/ds^2 k(x_i, x + s v) at s = 0 (m, k), for directions ``v`` (r, k)."""
    away = x - X.T
    R = np.linalg.norm(away, axis=1)
    along = (away @ v) ** 2 / np.where(R > 0, R, 1.0)[:, None]
    bent = np.sum(v**2, axis=0) - (ROOT / length) * along
    return np.asarray(-_decay(X, x, length)[:, None] * bent)


def _decay(X: Array, x: Array, length: float) -> Array:
    R = np.linalg.norm(x - X.T, axis=1)
    return np.asarray(3 / length**2 * np.exp(-(ROOT / length) * R))
