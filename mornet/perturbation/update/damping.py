"""Damping lowers the order of an update: the slope is 1 below a crossover, and seems 2 above it.

A damped first-order update takes H + mu I in place of H. It is q(t) = p* + t d with
d = -(H + mu I)^{-1} g_t, and

    p*(t) - q(t) = t mu (H + mu I)^{-1} p_1 + t^2 p_2 + O(t^3),

because p_1 - d = mu (H + mu I)^{-1} p_1. The two terms have the same size at

    t_x = mu ||(H + mu I)^{-1} p_1|| / ||p_2||,

which is nearly proportional to mu if mu is below the smallest eigenvalue of H. Measurements at t
above t_x show the slope of the exact update, and do not show that damping has lowered the order.
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
    """A damped update's error: nearly c_1 t well below the crossover, c_2 t^2 well above it."""

    c1: float
    c2: float

    @property
    def t(self) -> float:
        """The crossover t_x = c_1 / c_2.

        There the slope of ||c_1 t a + c_2 t^2 b|| is 3/2, for all vectors a, b of norm 1.
        """
        return self.c1 / self.c2


def damping_crossover(base: Base, path: DataPath, damping: float, x: Array) -> Crossover:
    """Return the crossover of the update `Taylor(1, Damped(damping))`.

    The error is the rms difference of the outputs at the inputs ``x`` (n_1, m). The coefficients
    c_1 and c_2 are those of t and t^2 in f_{p*(t)}(x) - f_{q(t)}(x), computed at t = 0.
    """
    exact = taylor_coefficients(base.p, base.solve, path, 2)
    damped = np.zeros_like(exact)
    damped[0] = base.p
    damped[1] = -Damped(damping).solver(path.start, base.p)(path.gradient_rate(base.p))
    still = np.zeros((3, *x.shape))
    still[0] = x
    f, g = (forward_series(path.start.net, p, still) for p in (exact, damped))
    return Crossover(rms(f[1] - g[1]), rms(f[2] - g[2]))
