"""The steady viscous Burgers equation in two dimensions, in a thin rectangle.

    u u_x + v u_y = nu (u_xx + u_yy),        u v_x + v v_y = nu (v_xx + v_yy)

on [-1, 1] x [0, 0.05] by central differences: A. Diaz, Y. Choi, M. Heinkenschloss, Comput. Methods
Appl. Mech. Eng. 425 (2024) 116943. The boundary values are those of the published program,

    u = -2 nu phi_x / phi,        v = 2 nu growth (E - 1/E) sin(growth y) / phi,
    phi = a (1 + x) + (E + 1/E) cos(growth y),        E = e^{growth (x - 1)}.

Those of u are the Cole-Hopf transform of the harmonic function phi; that of v would have E + 1/E.
All quantities are dimensionless.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mornet.errors import DivergenceError, OptionError
from mornet.fom.model import Rows
from mornet.fom.stencil import AtStencil, StencilRows
from mornet.records import Array, Indices

LEFT, RIGHT, BOTTOM, TOP = -1.0, 1.0, 0.0, 0.05
SLOW = 0.2
"""The factorisation is renewed where a step shrinks the last one by less than this factor."""


@dataclass(frozen=True)
class SteadyBurgers:
    """f(w) = nu Lap w - (u w_x + v w_y) for w = u, v, at ``columns`` x ``lines`` inner nodes.

    A state (n,) holds u, then v, each along x first. Raises OptionError unless the numbers of nodes
    are >= 2, viscosity > 0 and a >= 0.
    """

    a: float
    growth: float
    columns: int = 480
    lines: int = 24
    viscosity: float = 0.1

    def __post_init__(self) -> None:
        if min(self.columns, self.lines) < 2 or not self.viscosity > 0 or not self.a >= 0:
            raise OptionError(f"{self}: needs 2 x 2 nodes, viscosity > 0 and a >= 0")

    @property
    def n(self) -> int:
        """Degrees of freedom of u and v together."""
        return 2 * self.columns * self.lines

    @property
    def widths(self) -> tuple[float, float]:
        """The distances of the nodes along x and along y."""
        return (RIGHT - LEFT) / (self.columns + 1), (TOP - BOTTOM) / (self.lines + 1)

    def f(self, u: Array) -> Array:
        """Return the rates (n,) of the state ``u`` (n,): zero where it is steady."""
        return self._every_row.f(0.0, u)

    def jacobian(self, u: Array) -> Any:
        """Return f'(u) (n, n), sparse, at most six entries a row."""
        return self._every_row.jacobian(0.0, u)

    def at_rows(self, rows: Indices) -> Rows:
        """Return f at the ``rows`` (m,), each of which needs six entries of five nodes."""
        return StencilRows(rows, *_stencil(self, rows))

    def boundary(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Return u and v at points of the boundary."""
        E, wave = np.exp(self.growth * (x - 1)), self.growth * y
        phi = self.a * (1 + x) + (E + 1 / E) * np.cos(wave)
        slope = self.a + self.growth * (E - 1 / E) * np.cos(wave)
        v = self.growth * (E - 1 / E) * np.sin(wave)
        return -2 * self.viscosity * slope / phi, 2 * self.viscosity * v / phi

    def factored(self, u: Array) -> Callable[[Array], Array]:
        """Return the function b -> f'(u)^{-1} b, from an LU factorisation of the band matrix.

        The unknowns are taken along y first, the shorter way. Raises numpy.linalg.LinAlgError if
        the matrix is singular.
        """
        from scipy.linalg.lapack import dgbtrf, dgbtrs

        place, width = self._band
        J = self.jacobian(u).tocoo()
        i, j = place[J.coords[0]], place[J.coords[1]]
        band = np.zeros((3 * width + 1, self.n), order="F")
        np.add.at(band, (2 * width + i - j, j), J.data)
        lu, pivots, info = dgbtrf(band, width, width, overwrite_ab=True)
        if info:
            raise np.linalg.LinAlgError("the derivative of the steady equations is singular")

        def solve(b: Array) -> Array:
            c = np.empty_like(b)
            c[place] = b
            return np.asarray(dgbtrs(lu, width, width, c, pivots)[0])[place]

        return solve

    def steady_state(
        self,
        start: Array,
        solve: Callable[[Array], Array] | None = None,
        *,
        tolerance: float = 1e-10,
        steps: int = 50,
    ) -> tuple[Array, Callable[[Array], Array]]:
        """Return the state u (n,) with f(u) = 0, and the last factorisation.

        Newton's method from ``start`` keeps a factorisation as long as steps shrink fast (the chord
        method); ``solve`` is one of a neighbour. It ends where a step is at most ``tolerance``
        relative to u. Raises DivergenceError after too many ``steps``.
        """
        u, before = start, np.inf
        fresh = solve is None
        solve = solve or self.factored(u)
        for _ in range(steps):
            step = solve(self.f(u))
            size = float(np.linalg.norm(step))
            if size > SLOW * before and not fresh:
                solve, fresh, before = self.factored(u), True, np.inf
                continue
            u, before, fresh = u - step, size, False
            if size <= tolerance * np.linalg.norm(u):
                return u, solve
        raise DivergenceError(f"no steady state of {self} after {steps} steps")

    @cached_property
    def _every_row(self) -> Rows:
        return self.at_rows(np.arange(self.n))

    @cached_property
    def _band(self) -> tuple[Indices, int]:
        """The place of each unknown in the band matrix, and the number of its lower diagonals."""
        field, line, column = np.unravel_index(np.arange(self.n), (2, self.lines, self.columns))
        return (column * self.lines + line) * 2 + field, 2 * self.lines


def _stencil(model: SteadyBurgers, rows: Indices) -> tuple[Indices, AtStencil, AtStencil]:
    """Return the neighbours (6, m) of the ``rows`` (m,), their rate and its slopes.

    The entries are both fields at the node, the own one first, and the own one to the left, to the
    right, below and above. Outside the domain an entry stands for the row.
    """
    cells, columns = model.columns * model.lines, model.columns
    own, cell = rows // cells, rows % cells
    j, i = np.divmod(cell, columns)
    inside = np.array([i > 0, i < columns - 1, j > 0, j < model.lines - 1])
    away = inside * np.array([[-1], [1], [-columns], [columns]])
    neighbours = np.stack([rows, (rows + cells) % model.n, *(rows + away)])
    hx, hy = model.widths
    x, y = LEFT + (i + 1) * hx, BOTTOM + (j + 1) * hy
    at = [(np.full_like(x, LEFT), y), (np.full_like(x, RIGHT), y)]
    at += [(x, np.full_like(y, BOTTOM)), (x, np.full_like(y, TOP))]
    given = np.array([np.where(own == 0, *model.boundary(*points)) for points in at])
    diffusion_x, diffusion_y = model.viscosity / hx**2, model.viscosity / hy**2

    def parts(S: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Return the neighbours' values, the velocities along x and y, and both differences."""
        p, q, around = S[0], S[1], np.where(inside, S[2:], given)
        a, b = np.where(own == 0, (p, q), (q, p))
        return around, a, b, (around[1] - around[0]) / (2 * hx), (around[3] - around[2]) / (2 * hy)

    def rate(t: float, S: Array) -> Array:
        around, a, b, along_x, along_y = parts(S)
        spread = diffusion_x * (around[0] + around[1]) + diffusion_y * (around[2] + around[3])
        rest = 2 * (diffusion_x + diffusion_y) * S[0]
        return np.asarray(spread - rest - a * along_x - b * along_y)

    def slopes(t: float, S: Array) -> Array:
        _, a, b, along_x, along_y = parts(S)
        by_own, by_other = np.where(own == 0, (along_x, along_y), (along_y, along_x))
        across = np.array([a / (2 * hx), -a / (2 * hx), b / (2 * hy), -b / (2 * hy)])
        spread = np.array([[diffusion_x], [diffusion_x], [diffusion_y], [diffusion_y]])
        here = -by_own - 2 * (diffusion_x + diffusion_y)
        return np.stack([here, -by_other, *(inside * (across + spread))])

    return neighbours, rate, slopes
