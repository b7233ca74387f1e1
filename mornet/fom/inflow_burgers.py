"""Inviscid Burgers in two dimensions with an inflow and a source: Barnett and Farhat's benchmark.

    u_t + (u^2 / 2)_x + (u v / 2)_y = 0.02 exp(mu_2 x),
    v_t + (v^2 / 2)_y + (u v / 2)_x = 0,        0 <= x, y <= 100,    u = v = 1 at t = 0,

with the flux mu_1^2 / 2 of u through x = 0, and no other flux through x = 0 and y = 0: J. Barnett,
C. Farhat, Quadratic approximation manifold for mitigating the Kolmogorov barrier in nonlinear
projection-based model order reduction, J. Comput. Phys. 464 (2022) 111348. All quantities are
dimensionless.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Annotated, Any

import numpy as np
from scipy import sparse

from mornet import kernels
from mornet.errors import DivergenceError, OptionError
from mornet.fom.model import Rows
from mornet.fom.problem import Grid, Mu, Problem, WholeTrajectories, data_set_of
from mornet.fom.sparse_solve import solve_sparse
from mornet.fom.stencil import AtStencil, StencilRows
from mornet.fom.time_stepping import Trapezoidal
from mornet.records import Array, Indices
from mornet.settings import Count, Positive, Range, checked
from mornet.snapshots.split import listed

SOURCE, LENGTH = 0.02, 100.0


@dataclass(frozen=True)
class InflowBurgers:
    """Finite volumes on ``nodes`` x ``nodes`` cells, with upwind fluxes for u, v > 0.

    A state (n,) holds u, then v, each along x first. The fluxes of a cell depend on its values
    alone. The cells to the left of the domain have (u, v) = (``inflow``, 0), those below it (0, 0).
    The source is 0.02 exp(``growth`` x) at the centres of the cells. Raises OptionError unless
    nodes >= 1 and inflow and growth are finite.
    """

    inflow: float
    growth: float
    nodes: int = 100

    def __post_init__(self) -> None:
        if self.nodes < 1 or not np.isfinite([self.inflow, self.growth]).all():
            raise OptionError(f"{self}: nodes must be >= 1, inflow and growth finite")

    @property
    def n(self) -> int:
        """Degrees of freedom of u and v together."""
        return 2 * self.nodes**2

    @property
    def dx(self) -> float:
        """Width of the cells."""
        return LENGTH / self.nodes

    @property
    def x(self) -> Array:
        """The centres of the cells (2, n), for u and for v: x in the first row, y in the second."""
        centres = (np.arange(self.nodes) + 0.5) * self.dx
        return np.tile([np.tile(centres, self.nodes), np.repeat(centres, self.nodes)], 2)

    @cached_property
    def source(self) -> Array:
        """The source (n,): zero for v."""
        of_u = np.arange(self.n) < self.n // 2
        return np.where(of_u, SOURCE * np.exp(self.growth * self.x[0]), 0.0)

    def f(self, t: float, u: Array) -> Array:
        """Return du/dt (n,) of the state ``u`` (n,); ``t`` does not matter."""
        return self._every_row.f(t, u)

    def jacobian(self, t: float, u: Array) -> Any:
        """Return f'(u) (n, n), sparse, at most five entries a row."""
        return self._every_row.jacobian(t, u)

    def solve(self, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f'(u)) x = b.

        Raises numpy.linalg.LinAlgError if the matrix is singular.
        """
        return solve_sparse(sparse.eye_array(self.n) - tau * self.jacobian(t, u), b)

    def resolvent(self, t: float, tau: float, b: Array) -> Array:
        """Return the w (n,) with w - tau f(w) = b: an exact sweep over the cells.

        The fluxes into a cell come from the left and from below, and there the values are known.
        Those of the cell solve u (1 + c (u + v)) = p, v (1 + c (u + v)) = q with c = tau / (2 dx):
        their sum s solves s + c s^2 = p + q. Raises DivergenceError if a cell has no real solution.
        """
        W = (b + tau * self.source).reshape(2, self.nodes, self.nodes)
        with np.errstate(invalid="ignore"):
            w = kernels.active().sweep_from_the_corner(W, tau / (2 * self.dx), self.inflow)
        if not np.isfinite(w).all():
            raise DivergenceError("a cell has no real solution of its two equations")
        return np.asarray(w.ravel())

    def at_rows(self, rows: Indices) -> Rows:
        """Return f at the ``rows`` (m,), each of which needs five entries of three cells."""
        return StencilRows(rows, *_stencil(self, rows))

    @cached_property
    def _every_row(self) -> Rows:
        return self.at_rows(np.arange(self.n))


def _stencil(model: InflowBurgers, rows: Indices) -> tuple[Indices, AtStencil, AtStencil]:
    """Return the neighbours (5, m) of the ``rows`` (m,), their rate and its slopes.

    The entries are the two fields p, q of a cell, p upstream (u to the left, v below), and both
    fields across (u and v below, or to the left). Outside the domain an entry stands for the row.
    """
    nodes, cells = model.nodes, model.nodes**2
    of_u, cell = rows < cells, rows % cells
    j, i = np.divmod(cell, nodes)
    inside = np.where(of_u, [i > 0, j > 0], [j > 0, i > 0])
    upstream, across = inside * np.where(of_u, [[1], [nodes]], [[nodes], [1]])
    other = np.where(of_u, rows + cells, rows - cells)
    neighbours = np.stack([rows, other, rows - upstream, rows - across, other - across])
    ghost = np.where(of_u & ~inside[0], model.inflow, 0.0)
    source, width = model.source[rows], 2 * model.dx

    def rate(t: float, S: Array) -> Array:
        p, q, before, a, b = S
        before = np.where(inside[0], before, ghost)
        return np.asarray(source - (p * (p + q) - before**2 - inside[1] * a * b) / width)

    def slopes(t: float, S: Array) -> Array:
        p, q, before, a, b = S
        into = 2 * before * inside[0], b * inside[1], a * inside[1]
        return np.stack([-(2 * p + q), -p, *into]) / width

    return neighbours, rate, slopes


@checked
def inflow_burgers_problem(
    *,
    nodes: Annotated[int, Range(3)] = 100,
    steps: Count = 500,
    final_time: Positive = 25.0,
    inflows: tuple[Positive, ...] = (4.25, 4.875, 5.5),
    growths: tuple[float, ...] = (0.015, 0.0225, 0.03),
    test_inflows: tuple[Positive, ...] = (4.56,),
    test_growths: tuple[float, ...] = (0.019,),
    initial: bool = True,
) -> Problem:
    """Return the problem "inflow_burgers": fronts that an inflow drives through the plane.

    A parameter is the inflow mu_1 and the growth mu_2 of the source. Training takes all
    combinations of the ``inflows`` and ``growths``, testing those of ``test_inflows`` and
    ``test_growths``. Snapshots are the states at 0, dt, 2 dt, ..., final_time of one trajectory
    after the other, by the trapezoidal rule; without ``initial`` the states at t = 0, which do not
    depend on the parameters, are left out. The defaults are the published ones: 20 000 degrees of
    freedom, 4509 columns to train on.

    Raises OptionError for a setting out of range.
    """
    train, test = (
        tuple(product(*lists)) for lists in ((inflows, growths), (test_inflows, test_growths))
    )

    def model(mu: Mu) -> InflowBurgers:
        inflow, growth = mu
        return InflowBurgers(inflow, growth, nodes)

    grid = model(train[0])
    return Problem(
        name="inflow_burgers",
        model=model,
        initial=lambda mu: np.ones(grid.n),
        integrator=Trapezoidal(final_time / steps, 1e-12),
        steps=steps,
        final_time=final_time,
        grid=Grid(grid.x, (nodes, nodes), ("u", "v")),
        sampling=WholeTrajectories(
            train,
            test,
            words=f"all combinations of the inflows {listed(inflows)} and the growths "
            f"{listed(growths)} to train on, of {listed(test_inflows)} and "
            f"{listed(test_growths)} to test on",
            start=initial,
        ),
        parameters=("inflow", "growth"),
    )


inflow_burgers_data_set = data_set_of(inflow_burgers_problem)
