"""A path D(t) of the data; the branch p*(t) of trained parameters depends on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import comb
from typing import Any

import numpy as np

from mornet.checks import require_finite
from mornet.errors import ShapeError
from mornet.nn.series import evaluate
from mornet.nn.taylor import DataSeries, gradient_series
from mornet.records import Array
from mornet.training import Objective


@dataclass(frozen=True, eq=False)
class DataPath:
    """The path D(t) = D + t D_1 + ... + t^d D_d of the data, and the objective J(p; D(t)).

    The objective at t = 0 is ``start``. The coefficients D_1, ..., D_d of what moves are arrays:
    inputs ``x`` (d, n_1, N), targets ``y`` (d, n_L, N), sample weights ``weights`` (d, N) and
    ``decay`` (d, P). A part that is None does not move. The factor 1/N of J keeps its N. The
    functions of `mornet.perturbation.data.changes` build the usual paths.

    Raises ShapeError if the shape of a coefficient is not that of its data, DataError if a number
    is not finite.
    """

    start: Objective
    x: Array | None = None
    y: Array | None = None
    weights: Array | None = None
    decay: Array | None = None

    def __post_init__(self) -> None:
        for name, motion, at_start in self._parts():
            if motion is None:
                continue
            if motion.ndim != at_start.ndim + 1 or motion.shape[1:] != at_start.shape:
                raise ShapeError(
                    f"the coefficients of {name} have shape {motion.shape}, not (d, "
                    f"{', '.join(map(str, at_start.shape))})"
                )
            require_finite(name, motion.reshape(len(motion), -1).T)

    def objective(self, t: float) -> Objective:
        """Return the objective p -> J(p; D(t))."""
        if t == 0:
            return self.start
        moved: dict[str, Any] = {
            name: np.asarray(evaluate(np.concatenate([at_start[None], motion]), t))
            for name, motion, at_start in self._parts()
            if motion is not None
        }
        return replace(self.start, **moved)

    def series(self, degree: int, t: float = 0.0) -> DataSeries:
        """Return the Taylor coefficients of D about ``t``, up to ``degree``."""
        x, y, weights, decay = (
            _series_about(t, at_start, motion, degree) for _, motion, at_start in self._parts()
        )
        return DataSeries(x, y, weights / self.start.N, decay)

    def gradient_series(self, p: Array, t: float = 0.0) -> Array:
        """Return the coefficients (K+1, P) of s -> grad J(sum_k p_k s^k; D(t + s))."""
        data = self.series(len(p) - 1, t)
        return gradient_series(self.start.net, p, data, self.start.C)

    def gradient_rate(self, p: Array, t: float = 0.0) -> Array:
        """Return the mixed derivative g_t = d/dt grad_p J(p; D(t)) (P,) at fixed p.

        For targets y + t F it is g_t = -(1/N) sum_i w_i J_i^T F_i with J_i = df(x_i; p)/dp.
        """
        return np.asarray(self.gradient_series(np.stack([p, np.zeros_like(p)]), t)[1])

    def _parts(self) -> tuple[tuple[str, Array | None, Array], ...]:
        """Return the name, the coefficients and the value at t = 0 of each part of the data."""
        start = self.start
        w = np.ones(start.N) if start.weights is None else start.weights
        decay = np.broadcast_to(np.asarray(start.decay, dtype=float), (start.net.size,))
        return (
            ("x", self.x, start.x),
            ("y", self.y, start.y),
            ("weights", self.weights, w),
            ("decay", self.decay, decay),
        )


def _series_about(t: float, start: Array, motion: Array | None, degree: int) -> Array:
    """Return the Taylor coefficients c_k = sum_{j >= k} binom(j, k) t^{j-k} D_j about ``t``."""
    series = np.zeros((degree + 1, *start.shape))
    D = start[None] if motion is None else np.concatenate([start[None], motion])
    for k in range(min(degree + 1, len(D))):
        for j in range(k, len(D)):
            series[k] += comb(j, k) * t ** (j - k) * D[j]
    return series
