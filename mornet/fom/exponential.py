"""Exponential time differencing for equations whose stiff part is linear and diagonal.

    dv/dt = L v + N(t, v)

in the modes v, where L is a diagonal matrix. The linear part is integrated exactly, so that the
time step need only resolve N (S. M. Cox and P. C. Matthews, Exponential time differencing for stiff
systems, J. Comput. Phys. 176, 2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from mornet.checks import require_positive
from mornet.fom.model import Model
from mornet.records import Array

Modes = NDArray[Any]  # real or complex


class Semilinear(Model, Protocol):
    """A model with modes in which its linear part is diagonal; it is hashable."""

    @property
    def linear(self) -> Array:
        """The real eigenvalues of L, one for each mode along the last axis of the modes."""
        ...

    def to_modes(self, u: Array) -> Modes:
        """Return the modes v of the state ``u`` (n,)."""
        ...

    def from_modes(self, v: Modes) -> Array:
        """Return the state (n,) of the modes ``v``."""
        ...

    def nonlinear(self, t: float, v: Modes) -> Modes:
        """Return N(t, v)."""
        ...


@dataclass(frozen=True)
class ETDRK4:
    """The fourth-order exponential Runge-Kutta method of Cox and Matthews, for a `Semilinear`.

    The coefficients are differences of exponentials, in which digits cancel where an eigenvalue is
    small. They are therefore computed as means over a circle around each eigenvalue (A.-K. Kassam
    and L. N. Trefethen, SIAM J. Sci. Comput. 26, 2005).

    Raises OptionError for a ``dt`` that is not positive.
    """

    dt: float

    def __post_init__(self) -> None:
        require_positive(dt=self.dt)

    def step(self, model: Any, t: float, past: Array) -> Array:
        c, half = _coefficients(model, self.dt), t + self.dt / 2
        v = model.to_modes(past[:, -1])
        N_v = model.nonlinear(t, v)
        v_half = c.half * v
        a = v_half + c.stage * N_v
        N_a = model.nonlinear(half, a)
        b = v_half + c.stage * N_a
        N_b = model.nonlinear(half, b)
        w = c.half * a + c.stage * (2 * N_b - N_v)
        N_w = model.nonlinear(t + self.dt, w)
        v = c.full * v + c.first * N_v + c.middle * (N_a + N_b) + c.last * N_w
        return np.asarray(model.from_modes(v))


class _Coefficients(NamedTuple):
    """The factors of modes and of nonlinear terms, all of the shape of ``linear``."""

    half: Array
    full: Array
    stage: Array
    first: Array
    middle: Array
    last: Array


@lru_cache(maxsize=8)
def _coefficients(model: Semilinear, dt: float) -> _Coefficients:
    """Return the coefficients as means over circles.

    The value of an analytic function at the centre of a circle is its mean over the circle. 16
    points on the upper half of the unit circle suffice for full accuracy.
    """
    z = dt * model.linear
    circle = np.exp(1j * np.pi * (np.arange(16) + 0.5) / 16)
    Z = z[:, None] + circle
    e = np.exp(Z)

    def mean(values: NDArray[np.complexfloating[Any]]) -> Array:
        return dt * values.real.mean(axis=1)

    return _Coefficients(
        half=np.exp(z / 2),
        full=np.exp(z),
        stage=mean((np.exp(Z / 2) - 1) / Z),
        first=mean((-4 - Z + e * (4 - 3 * Z + Z**2)) / Z**3),
        middle=2 * mean((2 + Z + e * (Z - 2)) / Z**3),
        last=mean((-4 - 3 * Z - Z**2 + e * (4 - Z)) / Z**3),
    )
