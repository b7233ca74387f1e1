"""Where a damped update loses its order: slope 1 below the crossover, apparently 2 above it.

With H + mu I in the place of H the first-order update moves by t d, d = -(H + mu I)^{-1} g_t, and

    p*(t) - q(t) = t mu (H + mu I)^{-1} p_1 + t^2 p_2 + O(t^3),

since p_1 - d = mu (H + mu I)^{-1} p_1. The two terms are of equal size at

    t_x = mu ||(H + mu I)^{-1} p_1|| / ||p_2||,

nearly proportional to mu while mu is below the smallest eigenvalue of H. A study that begins above
t_x sees the order of the exact update, and does not see that it is lost.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.linalg import rms
from mornet.nn.taylor import forward_series
from mornet.perturbation.base_point.interface import Base
from mornet.perturbation.branch.taylor_series import taylor_coefficients
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.update.hessian_substitutes import Damped
from mornet.records import Array


class Crossover(NamedTuple):
    """The error of a damped update is nearly c_1 t well below ``t``, c_2 t^2 well above it."""

    c1: float
    c2: float

    @property
    def t(self) -> float:
        """t_x = c_1 / c_2: there the slope of c_1 t a + c_2 t^2 b is 3/2, for all unit a, b."""
        return self.c1 / self.c2


def damping_crossover(base: Base, path: DataPath, damping: float, x: Array) -> Crossover:
    """Return the crossover of `Taylor(1, Damped(damping))` in the rms of the outputs at ``x``.

    From the coefficients of t and t^2 of f_{p*(t)}(x) and f_{q(t)}(x), at t = 0.
    """
    exact = taylor_coefficients(base.p, base.solve, path, 2)
    damped = np.zeros_like(exact)
    damped[0] = base.p
    damped[1] = -Damped(damping).solver(path.start, base.p)(path.gradient_rate(base.p))
    still = np.zeros((3, *x.shape))
    still[0] = x
    f, g = (forward_series(path.start.net, p, still) for p in (exact, damped))
    return Crossover(rms(f[1] - g[1]), rms(f[2] - g[2]))
