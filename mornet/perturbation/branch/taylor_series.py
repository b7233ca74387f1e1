"""The Taylor series of the branch p*(t) about t = 0."""

from __future__ import annotations

import numpy as np

from mornet.perturbation.base_point.interface import Solve
from mornet.perturbation.data.paths import DataPath
from mornet.records import Array


def taylor_coefficients(p: Array, solve: Solve, path: DataPath, degree: int) -> Array:
    """Return p_0, ..., p_K (K+1, P) of p*(t) = sum_k p_k t^k, for K = ``degree``.

    ``solve`` returns H^{-1} b at ``p``; all coefficients need the same factorisation. The
    coefficient of t^k in grad J(p*(t); D(t)) = 0 is H p_k + c_k, with

        c_k = [t^k] grad J(sum_{j<k} p_j t^j; D(t))    =>    p_k = -H^{-1} c_k.

    The case k = 1 is the implicit function theorem, H p' = -g_t. If the weights of samples move,
    the series is the higher-order infinitesimal jackknife (R. Giordano et al., arXiv 1907.12116).
    """
    series = np.zeros((degree + 1, p.size))
    series[0] = p
    for k in range(1, degree + 1):
        series[k] = -solve(path.gradient_series(series[: k + 1])[k])
    return series
