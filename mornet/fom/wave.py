"""The wave equation in one dimension: a pulse that splits in two, whose energy is conserved.

    p_t = -c v_x,    v_t = -c p_x,    0 <= x < 1, periodic,
    p(x, 0) = P(x) = exp(-(x - 1/2)^2 / (2 width^2)), summed over all periods,    v(x, 0) = 0,

linear acoustics with the pressure p, the velocity v and the speed c. By d'Alembert's formula

    p = (P(x - c t) + P(x + c t)) / 2,    v = (P(x - c t) - P(x + c t)) / 2.

Since P is even about 0 and about 1/2, v vanishes there at all times: the solution is also that
between rigid walls at 0 and 1, which reflect both pulses at c t = 1/2. All quantities are
dimensionless.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from mornet.checks import require_positive, require_whole
from mornet.fom.cyclic import solve_cyclic
from mornet.fom.model import Rows
from mornet.fom.problem import Grid, Problem, WholeTrajectories, data_set_of, mus
from mornet.fom.stencil import StencilRows
from mornet.fom.time_stepping import Trapezoidal
from mornet.fom.travelling_waves import periodic_gaussian, require_visible
from mornet.records import Array, Indices
from mornet.settings import Count, Fraction, Positive, Range, checked


@dataclass(frozen=True)
class Wave:
    """Central differences on a staggered grid (K. S. Yee, IEEE Trans. Antennas Propag. 14, 1966).

    dp_j/dt = -c (v_{j+1} - v_j) / dx,    dv_j/dt = -c (p_j - p_{j-1}) / dx,    cyclic,

    with p_j at (j + 1/2) dx, v_j at j dx and dx = 1 / ``cells``; a state (n,) is p, then v. The
    scheme is of second order. The matrix of the equations is skew-symmetric, so that the energy
    ||p||^2 + ||v||^2 is constant, as are the sums of p and of v; the trapezoidal rule keeps all
    three.

    Raises OptionError unless cells >= 3 and 0 < speed < inf.
    """

    cells: int = 200
    speed: float = 1.0

    def __post_init__(self) -> None:
        require_whole(3, cells=self.cells)
        require_positive(speed=self.speed)

    @property
    def n(self) -> int:
        """Degrees of freedom of p and v together."""
        return 2 * self.cells

    @property
    def x(self) -> Array:
        """The positions (n,): the centres of the cells for p, their left ends for v."""
        ends = np.arange(self.cells)
        return np.concatenate([ends + 0.5, ends]) / self.cells

    def initial(self, width: float) -> Array:
        """Return the state at rest (n,) with a pulse of p of this ``width`` about 1/2."""
        p = periodic_gaussian(self.x[: self.cells], width)
        return np.concatenate([p, np.zeros(self.cells)])

    def f(self, t: float, u: Array) -> Array:
        """Return du/dt (n,) of the state ``u`` (n,); ``t`` does not matter."""
        return self._every_row.f(t, u)

    def jacobian(self, t: float, u: Array) -> Any:
        """Return f' (n, n), sparse and skew-symmetric, two entries a row; u does not matter."""
        return self._every_row.jacobian(t, u)

    def solve(self, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f') x = b, in O(n) operations.

        With a = tau c / dx and b = (g, h) the equations of v are v_j = h_j - a (p_j - p_{j-1}).
        They leave

            (1 + 2 a^2) p_j - a^2 (p_{j-1} + p_{j+1}) = g_j - a (h_{j+1} - h_j),

        whose matrix is positive definite for all tau.
        """
        a, (g, h) = tau * self.speed * self.cells, b.reshape(2, self.cells)
        beside = np.full(self.cells, -(a**2))
        p = solve_cyclic(1 - 2 * beside, beside, g - a * (np.roll(h, -1) - h), beside)
        return np.concatenate([p, h - a * (p - np.roll(p, 1))])

    def resolvent(self, t: float, tau: float, b: Array) -> Array:
        """Return the w (n,) with w - tau f(w) = b: f is linear, so that `solve` returns it.

        Newton's method would accept u^n as u^(n+1) where a step changes less than its tolerance.
        """
        return self.solve(t, b, tau, b)

    def at_rows(self, rows: Indices) -> Rows:
        """Return f at the ``rows`` (m,), each of which needs the other field on its two sides."""
        j, of_p = rows % self.cells, rows < self.cells
        left = np.where(of_p, j + self.cells, (j - 1) % self.cells)
        right = np.where(of_p, (j + 1) % self.cells + self.cells, j)
        return StencilRows(rows, np.stack([left, right]), self._rate, self._slopes)

    @cached_property
    def _every_row(self) -> Rows:
        return self.at_rows(np.arange(self.n))

    def _rate(self, t: float, S: Array) -> Array:
        """Return du/dt (m,) from the entries left and right, the rows of ``S`` (2, m)."""
        left, right = S
        return np.asarray(-self.speed * self.cells * (right - left))

    def _slopes(self, t: float, S: Array) -> Array:
        """Return the derivatives (2, m) of `_rate`."""
        slope = np.full(S.shape[1], self.speed * self.cells)
        return np.stack([slope, -slope])


@checked
def wave_problem(
    *,
    cells: Annotated[int, Range(3)] = 200,
    width: Fraction = 0.05,
    steps: Count = 200,
    final_time: Positive = 1.0,
    train: tuple[Positive, ...] = (0.8, 0.9, 1.0, 1.1, 1.2),
    test: tuple[Positive, ...] = (0.85, 0.95, 1.05, 1.15),
) -> Problem:
    """Return the problem "wave": a pulse of this ``width`` at the speeds ``train`` and ``test``.

    Snapshots are the states at dt, 2 dt, ..., final_time of one trajectory after the other, by the
    trapezoidal rule; mu is the speed c. Nothing is subtracted, so that a Galerkin model of POD
    modes conserves its energy too. At c = final_time = 1 the pulses meet at the ends at t = 1/2,
    and again in the middle at t = 1. A snapshot holds p and then v. The first row of ``x`` is the
    position; the second row is 0 for p and 1 for v.

    Raises OptionError for a setting out of range, and for a pulse narrower than half a cell.
    """
    require_visible(width, 0.5 / cells, "more cells")
    model = Wave(cells)
    x = np.stack([model.x, np.repeat([0.0, 1.0], cells)])
    return Problem(
        name="wave",
        model=lambda mu: Wave(cells, *mu),
        initial=lambda mu: model.initial(width),
        integrator=Trapezoidal(final_time / steps),
        steps=steps,
        final_time=final_time,
        grid=Grid(x, (cells,), ("p", "v")),
        sampling=WholeTrajectories(mus(train), mus(test), symbol="c"),
        parameters=("wave speed",),
    )


wave_data_set = data_set_of(wave_problem)
