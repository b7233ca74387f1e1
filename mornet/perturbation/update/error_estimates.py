"""Estimates of the error of an update, without the branch: one gradient and one solve."""

from __future__ import annotations

import numpy as np

from mornet.linalg import rms
from mornet.perturbation.base_point.interface import Base
from mornet.perturbation.data.paths import DataPath
from mornet.records import Array


def estimated_error(base: Base, path: DataPath, t: float, q: Array, x: Array) -> float:
    """Return the rms of f(q - H_0^{-1} g(q, t)) - f(q) over the inputs ``x`` (n_1, m).

    H_0 is the Hessian at ``base``. The chord step -H_0^{-1} g(q, t) is the error p*(t) - q to first
    order. The ratio of estimate and true error tends to 1 as t -> 0, while the error is above
    round-off.
    """
    net = path.start.net
    corrected = q - base.solve(path.objective(t).gradient(q))
    return rms(net.forward(corrected, x) - net.forward(q, x))


def newton_kantorovich(
    base: Base, path: DataPath, t: float, q: Array, inverse_norm: float
) -> float:
    """Return h = beta L eta; h <= 1/2 indicates a stationary point near q.

    Here eta = ||H^{-1} g(q, t)|| and beta = ||H^{-1}|| = ``inverse_norm``. The theorem of Newton
    and Kantorovich needs the Lipschitz constant L of H. This function takes its estimate along the
    Newton step v, ||d/ds H(q + s v) v|| / ||v||^2, so that h <= 1/2 is an indication and no proof.
    """
    objective = path.objective(t)
    v = -base.solve(objective.gradient(q))
    eta = float(np.linalg.norm(v))
    if eta == 0:
        return 0.0
    curve = np.stack([q, v / eta, np.zeros_like(q)])
    bend = 2 * DataPath(objective).gradient_series(curve)[2]
    return inverse_norm * float(np.linalg.norm(bend)) * eta
