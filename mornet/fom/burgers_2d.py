"""Viscous Burgers in two dimensions: a bump that moves along the diagonal and steepens.

    u_t + (u^2 / 2)_x + (u^2 / 2)_y = nu (u_xx + u_yy),    0 <= x, y < 1, periodic,
    u(x, y, 0) = mu sin^2(pi x) sin^2(pi y),

the scalar equation in conservative form. The numerical flux conserves mass; without viscosity it
would conserve energy too (E. Tadmor, The numerical viscosity of entropy stable schemes, Math. Comp.
49, 1987). All quantities are dimensionless.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from scipy import sparse

from mornet.errors import OptionError
from mornet.fom.model import Rows
from mornet.fom.problem import Grid, Problem, WholeTrajectories, data_set_of, mus
from mornet.fom.sparse_solve import solve_sparse
from mornet.fom.stencil import StencilRows
from mornet.fom.time_stepping import SSPRK3, Substeps
from mornet.records import Array, Indices
from mornet.settings import Count, Positive, Range, checked


@dataclass(frozen=True)
class Burgers2D:
    """Finite volumes on ``nodes`` x ``nodes`` cells, by the flux between neighbours u and v

        (u^2 + u v + v^2) / 6 - nu (v - u) / dx,    dx = 1 / nodes.

    The scheme is of second order. A state (n,) runs along y first. Summed over the cells,
    d/dt sum u = 0 and d/dt sum u^2 / 2 = -nu sum |grad_h u|^2 hold exactly.

    Raises OptionError unless nodes >= 3 and 0 <= nu < inf.
    """

    nodes: int = 64
    nu: float = 0.01

    def __post_init__(self) -> None:
        if self.nodes < 3 or not 0 <= self.nu < np.inf:
            raise OptionError(f"{self}: nodes must be >= 3 and nu not negative")

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return self.nodes**2

    @property
    def dx(self) -> float:
        """Width of the cells."""
        return 1 / self.nodes

    @property
    def x(self) -> Array:
        """The centres of the cells (2, n): x in the first row, y in the second."""
        centres = (np.arange(self.nodes) + 0.5) * self.dx
        return np.stack([np.repeat(centres, self.nodes), np.tile(centres, self.nodes)])

    def initial(self, mu: float) -> Array:
        """Return the bump of height ``mu`` (n,)."""
        return mu * np.prod(np.sin(np.pi * self.x) ** 2, axis=0)

    def f(self, t: float, u: Array) -> Array:
        """Return du/dt (n,) of the state ``u`` (n,); ``t`` does not matter."""
        U = u.reshape(self.nodes, self.nodes)
        rate = np.zeros_like(U)
        for axis in (0, 1):
            flux = self._flux(U, np.roll(U, -1, axis))
            rate -= (flux - np.roll(flux, 1, axis)) / self.dx
        return rate.ravel()

    def jacobian(self, t: float, u: Array) -> Any:
        """Return f'(u) (n, n), sparse, five entries a row."""
        identity = sparse.eye_array(self.n)
        J = sparse.csc_array((self.n, self.n))
        for shift in self._shifts:
            here, there = map(sparse.diags_array, self._flux_slopes(u, shift @ u))
            flux = here + there @ shift
            J = J - (identity - shift.T) @ flux / self.dx
        return J.tocsc()

    def solve(self, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f'(u)) x = b.

        Raises numpy.linalg.LinAlgError if the matrix is singular.
        """
        return solve_sparse(sparse.eye_array(self.n) - tau * self.jacobian(t, u), b)

    def at_rows(self, rows: Indices) -> Rows:
        """Return f at the ``rows`` (m,), each of which needs its cell and four neighbours."""
        i, j = np.divmod(rows, self.nodes)
        cells = np.array([(i, j), (i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)]) % self.nodes
        neighbours = cells[:, 0] * self.nodes + cells[:, 1]
        return StencilRows(rows, neighbours, self._rate, self._slopes)

    def _rate(self, t: float, S: Array) -> Array:
        """Return du/dt (m,) from a cell, its neighbours in x and those in y, ``S`` (5, m)."""
        u, left, right, below, above = S
        along_x = (self._flux(u, right) - self._flux(left, u)) / self.dx
        return np.asarray(-along_x - (self._flux(u, above) - self._flux(below, u)) / self.dx)

    def _slopes(self, t: float, S: Array) -> Array:
        """Return the derivatives (5, m) of `_rate`."""
        u, *neighbours = S
        here, slopes = np.zeros_like(u), []
        for before, after in (neighbours[:2], neighbours[2:]):
            (from_before, into), (out, to_after) = (
                self._flux_slopes(before, u),
                self._flux_slopes(u, after),
            )
            here += into - out
            slopes += [from_before, -to_after]
        return np.stack([here, *slopes]) / self.dx

    def _flux(self, u: Array, v: Array) -> Array:
        """Return the flux from cells of the values ``u`` to their neighbours ``v``."""
        return np.asarray((u**2 + u * v + v**2) / 6 - self.nu / self.dx * (v - u))

    def _flux_slopes(self, u: Array, v: Array) -> tuple[Array, Array]:
        """Return the derivatives of the flux by u and by v."""
        d = self.nu / self.dx
        return (2 * u + v) / 6 + d, (u + 2 * v) / 6 - d

    @cached_property
    def _shifts(self) -> tuple[Any, Any]:
        """The matrices that map u to the values of the neighbours in x and in y."""
        cycle = sparse.eye_array(self.nodes, k=1) + sparse.eye_array(self.nodes, k=1 - self.nodes)
        identity = sparse.eye_array(self.nodes)
        return sparse.kron(cycle, identity, "csr"), sparse.kron(identity, cycle, "csr")


@checked
def burgers_2d_problem(
    *,
    nodes: Annotated[int, Range(3)] = 64,
    nu: Positive = 0.01,
    times: Count = 100,
    steps: Count = 2,
    final_time: Positive = 1.0,
    train: tuple[float, ...] = (0.8, 1.0, 1.2),
    test: tuple[float, ...] = (0.9, 1.1),
) -> Problem:
    """Return the problem "burgers_2d": trajectories for bumps of the heights ``train``, ``test``.

    Snapshots are ``times`` states at equal intervals up to ``final_time``, the initial one left
    out, of one trajectory after the other. SSP-RK3 takes ``steps`` steps in each interval. It is
    stable if 8 nu dt / dx^2 < 2.5, and about 2 mu dt / dx < 1.7.

    Raises OptionError for a setting out of range; making the data raises DivergenceError for
    unstable steps.
    """
    model = Burgers2D(nodes, nu)
    return Problem(
        name="burgers_2d",
        model=lambda mu: model,
        initial=lambda mu: model.initial(*mu),
        integrator=Substeps(SSPRK3(final_time / (times * steps)), steps),
        steps=times,
        final_time=final_time,
        grid=Grid(model.x, (nodes, nodes)),
        sampling=WholeTrajectories(mus(train), mus(test)),
        parameters=("height",),
    )


burgers_2d_data_set = data_set_of(burgers_2d_problem)
