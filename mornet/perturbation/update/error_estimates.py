"""How wrong an update is, told without the branch: one gradient and one solve."""

from __future__ import annotations

import numpy as np

from mornet.linalg import rms
from mornet.perturbation.base_point.interface import Base
from mornet.perturbation.data.paths import DataPath
from mornet.records import Array


def estimated_error(base: Base, path: DataPath, t: float, q: Array, x: Array) -> float:
    """Return the rms over the inputs ``x`` (n_1, m) of f(q - H_0^{-1} g(q, t)) - f(q).

    The chord step is to first order what q misses: divided by the true error the estimate tends
    to 1 as t -> 0, as long as the error is above round-off. H_0 is that of ``base``.
    """
    net = path.start.net
    corrected = q - base.solve(path.objective(t).gradient(q))
    return rms(net.forward(corrected, x) - net.forward(q, x))


def newton_kantorovich(
    base: Base, path: DataPath, t: float, q: Array, inverse_norm: float
) -> float:
    """Return h = beta L eta, the indicator of a stationary point near q: h <= 1/2.

    eta = ||H^{-1} g(q, t)||, beta = ||H^{-1}|| = ``inverse_norm``, and for the Lipschitz constant L
    of H its size along the Newton step v only, ||d/ds H(q + s v) v|| / ||v||^2: an estimate, so the
    answer indicates and does not prove.
    """
    objective = path.objective(t)
    v = -base.solve(objective.gradient(q))
    eta = float(np.linalg.norm(v))
    if eta == 0:
        return 0.0
    curve = np.stack([q, v / eta, np.zeros_like(q)])
    bend = 2 * DataPath(objective).gradient_series(curve)[2]
    return inverse_norm * float(np.linalg.norm(bend)) * eta
