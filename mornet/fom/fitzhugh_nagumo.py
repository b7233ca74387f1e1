"""FitzHugh-Nagumo: pulses along an excitable fibre, a limit cycle that five modes reproduce.

    eps v_t = eps^2 v_xx + g(v) - w + c,        g(v) = v (v - 0.1) (1 - v),        0 <= x <= 1,
        w_t = b v - gamma w + c,

    v_x(0, t) = -i_0(t),    i_0(t) = 50000 t^3 e^(-15 t),    v_x(1, t) = 0,    v = w = 0 at t = 0,

with eps = 0.015, b = 0.5, gamma = 2, c = 0.05: S. Chaturantabut and D. Sorensen, Nonlinear model
reduction via discrete empirical interpolation, SIAM J. Sci. Comput. 32, 2010. The voltage v is
excited, the recovery w follows. All quantities are dimensionless.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from scipy import sparse
from scipy.linalg import solve_banded

from mornet.errors import OptionError
from mornet.fom.model import Rows
from mornet.fom.problem import Grid, Outline, Problem, data_set_of
from mornet.fom.stencil import StencilRows
from mornet.fom.time_stepping import BDF2
from mornet.records import Array, Indices
from mornet.settings import Count, Positive, Range, checked
from mornet.snapshots.snapshots import DataSet, Snapshots

EPS, B, GAMMA, C = 0.015, 0.5, 2.0, 0.05
FIELDS = {"both": [0, 1], "v": [0], "w": [1]}


@dataclass(frozen=True)
class FitzHughNagumo:
    """Central differences on ``nodes`` nodes linspace(0, 1, nodes); a state (n,) is v, then w.

    Ghost nodes give the Neumann conditions, to second order. Raises OptionError unless nodes >= 2.
    """

    nodes: int = 1024

    def __post_init__(self) -> None:
        if self.nodes < 2:
            raise OptionError(f"{self}: nodes must be >= 2")

    @property
    def n(self) -> int:
        """Degrees of freedom of v and w together."""
        return 2 * self.nodes

    @property
    def dx(self) -> float:
        """Distance of the nodes."""
        return 1 / (self.nodes - 1)

    @property
    def x(self) -> Array:
        """The nodes (nodes,)."""
        return np.linspace(0, 1, self.nodes)

    @staticmethod
    def reaction(v: Array) -> Array:
        """Return g(v)."""
        return v * (v - 0.1) * (1 - v)

    @staticmethod
    def slope(v: Array) -> Array:
        """Return g'(v)."""
        return -3 * v**2 + 2.2 * v - 0.1

    def forcing(self, t: float) -> Array:
        """Return the terms of v_t and w_t without v and w (n,): the current at x = 0, and c."""
        source = np.repeat([C / EPS, C], self.nodes)
        source[0] += self._current(t)
        return source

    def _current(self, t: float) -> float:
        """Return the current at x = 0, in the equation of the first v."""
        return float(EPS * 2 / self.dx * 50000 * t**3 * np.exp(-15 * t))

    @cached_property
    def linear(self) -> Any:
        """The matrix of the linear terms (n, n), sparse."""
        m = self.nodes
        diagonal, upper, lower = np.full(m, -2.0), np.ones(m - 1), np.ones(m - 1)
        upper[0] = lower[-1] = 2.0
        laplacian = sparse.diags_array([lower, diagonal, upper], offsets=[-1, 0, 1]) / self.dx**2
        identity = sparse.eye_array(m)
        blocks = [[EPS * laplacian, -identity / EPS], [B * identity, -GAMMA * identity]]
        return sparse.block_array(blocks, format="csr")

    def f(self, t: float, u: Array) -> Array:
        """Return du/dt (n,) of the state ``u`` (n,) at time ``t``."""
        v, w = u[: self.nodes], u[self.nodes :]
        curvature = np.empty_like(v)
        curvature[1:-1] = v[:-2] - 2 * v[1:-1] + v[2:]
        curvature[0], curvature[-1] = 2 * (v[1] - v[0]), 2 * (v[-2] - v[-1])
        v_t = EPS / self.dx**2 * curvature + (self.reaction(v) - w) / EPS
        return np.concatenate([v_t, B * v - GAMMA * w]) + self.forcing(t)

    def jacobian(self, t: float, u: Array) -> Any:
        """Return f'(u) (n, n), sparse; ``t`` does not matter."""
        slope = np.concatenate([self._slope(u), np.zeros(self.nodes)])
        return self.linear + sparse.diags_array(slope / EPS)

    def solve(self, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f'(u)) x = b, in O(n) operations.

        The rows of w are diagonal, so that w is eliminated; the system for v is tridiagonal.

        Raises numpy.linalg.LinAlgError if the tridiagonal matrix is singular, and for
        tau = -1 / gamma.
        """
        pivot = 1 + tau * GAMMA
        if pivot == 0:
            raise np.linalg.LinAlgError("the equations of w are singular")
        d = tau * EPS / self.dx**2
        bands = np.full((3, self.nodes), -d)
        bands[0, 1] = bands[2, -2] = -2 * d
        bands[1] = 1 + 2 * d - tau / EPS * self._slope(u) + tau**2 * B / (EPS * pivot)
        b_v, b_w = b[: self.nodes], b[self.nodes :]
        right = b_v - tau / (EPS * pivot) * b_w
        v = solve_banded((1, 1), bands, right, overwrite_ab=True, check_finite=False)
        return np.concatenate([v, (b_w + tau * B * v) / pivot])

    def at_rows(self, rows: Indices) -> Rows:
        """Return f at the ``rows`` (m,).

        Each needs v and w at its node; those of v also need v at the two nodes beside it, of which
        the one beyond an end is the mirror image of the other.
        """
        node, of_v = rows % self.nodes, rows < self.nodes
        last = self.nodes - 1
        left = np.where(of_v, np.where(node > 0, node - 1, 1), node)
        right = np.where(of_v, np.where(node < last, node + 1, last - 1), node)
        neighbours = np.stack([node, left, right, node + self.nodes])
        end, start, constant = left == right, rows == 0, np.where(of_v, C / EPS, C)
        diffusion = EPS / self.dx**2

        def rate(t: float, S: Array) -> Array:
            v, before, after, w = S
            curvature = np.where(end, 2 * (after - v), before - 2 * v + after)
            v_t = diffusion * curvature + (self.reaction(v) - w) / EPS
            forcing = np.where(start, constant + self._current(t), constant)
            return np.where(of_v, v_t, B * v - GAMMA * w) + forcing

        def slopes(t: float, S: Array) -> Array:
            beside = np.where(of_v, diffusion, 0.0)
            by_v = np.where(of_v, self.slope(S[0]) / EPS - 2 * diffusion, B)
            return np.stack([by_v, beside, beside, np.where(of_v, -1 / EPS, -GAMMA)])

        return StencilRows(rows, neighbours, rate, slopes)

    def _slope(self, u: Array) -> Array:
        """Return g'(v) (nodes,) of the state ``u`` (n,)."""
        return self.slope(u[: self.nodes])


@dataclass(frozen=True)
class Interleaved:
    """The sampling of one trajectory: every ``every``-th state is for training.

    The states halfway between these are for testing. A snapshot holds v and then w, or one of the
    ``fields`` alone. Raises OptionError for ``every`` greater than the number of steps, which would
    leave nothing to train on.
    """

    every: int
    fields: Literal["both", "v", "w"]

    def outline(self, problem: Problem) -> Outline:
        """Return the sizes of the training part; OptionError if there is no snapshot."""
        if self.every > problem.steps:
            raise OptionError(f"every = {self.every} must be at most steps = {problem.steps}")
        n = len(FIELDS[self.fields]) * problem.grid.shape[0]
        return Outline(n, (problem.steps // self.every,))

    def data_set(self, problem: Problem) -> DataSet:
        """Return the data set of interleaved states; OptionError if there is no snapshot."""
        every, rows = self.every, FIELDS[self.fields]
        self.outline(problem)
        nodes, steps = *problem.grid.shape, problem.steps
        chosen = problem.trajectory().reshape(2, nodes, steps + 1)[rows]
        x = problem.grid.x if self.fields == "both" else problem.grid.x[:1, :nodes]

        def part(first: int) -> Snapshots:
            columns = np.arange(first, steps + 1, every)
            U = chosen[:, :, columns].reshape(-1, len(columns))
            return Snapshots.of_trajectories([U], x=x, t=problem.t[columns])

        return DataSet(
            name=problem.name,
            train=part(every),
            test=part(every // 2),
            split=f"one trajectory: steps {every}, {2 * every}, ... for training, "
            f"{every // 2}, {every // 2 + every}, ... for testing",
        )


@checked
def fitzhugh_nagumo_problem(
    *,
    nodes: Annotated[int, Range(2)] = 1024,
    steps: Count = 800,
    final_time: Positive = 8.0,
    every: Annotated[int, Range(2)] = 8,
    fields: Literal["both", "v", "w"] = "both",
) -> Problem:
    """Return the problem "fitzhugh_nagumo": one trajectory from rest through its limit cycle.

    The defaults are the published ones, with dt = final_time / steps = 0.01. Every ``every``-th
    state is for training, and the first of them is the state after ``every`` steps. The states
    halfway between them, from step every // 2 on, are for testing. A snapshot holds v and then w,
    or one of the ``fields`` alone. The first row of ``x`` is the position. If a snapshot holds both
    fields, the second row of ``x`` is 0 for v and 1 for w.

    Raises OptionError for a setting out of range; making the data raises OptionError for fewer than
    ``every`` steps, DivergenceError if Newton's method fails.
    """
    model = FitzHughNagumo(nodes)
    x = np.stack([np.tile(model.x, 2), np.repeat([0.0, 1.0], nodes)])
    return Problem(
        name="fitzhugh_nagumo",
        model=lambda mu: model,
        initial=lambda mu: np.zeros(model.n),
        integrator=BDF2(final_time / steps, 1e-9, relative=False),
        steps=steps,
        final_time=final_time,
        grid=Grid(x, (nodes,), ("v", "w")),
        sampling=Interleaved(every, fields),
    )


fitzhugh_nagumo_data_set = data_set_of(fitzhugh_nagumo_problem)
