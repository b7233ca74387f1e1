"""Inviscid Burgers in one dimension: a steepening bump, the benchmark of Kim et al.

    u_t + u u_x = 0,  0 <= x < length, periodic,      u(x, 0) = 1 + mu sin^2(pi x) for x < 1, else 1

in non-conservative form, by backward differences in space (u > 0) and backward Euler in time: Y.
Kim, Y. Choi, D. Widemann, T. Zohdi, A fast and accurate physics-informed neural network reduced
order model with shallow masked autoencoder, J. Comput. Phys. 451 (2022) 110841. In the article the
last node repeats the first one; here it is left out. The wave breaks at t = 1 / (pi mu). After that
time the shock moves at the speed of the scheme, as in the published numbers, and not at that of the
conservation law.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from scipy import sparse

from mornet.errors import OptionError
from mornet.fom.cyclic import solve_cyclic
from mornet.fom.model import Rows
from mornet.fom.problem import Grid, Problem, WholeTrajectories, data_set_of, mus
from mornet.fom.stencil import StencilRows
from mornet.fom.time_stepping import BackwardEuler
from mornet.records import Array, Indices
from mornet.settings import Count, Positive, Range, checked

Height = Annotated[float, Range(-1, 100, above=True)]
"""Height of the bump. Below -1 the velocity u changes its sign, and the upwind difference fails.
Above 100 the grid is far too coarse for the shock."""


@dataclass(frozen=True)
class Burgers:
    """du_j/dt = -u_j (u_j - u_{j-1}) / dx, j - 1 cyclic: n nodes x_j = j dx, dx = length / n.

    Constant states are steady. The Jacobian is cyclic bidiagonal. All quantities are dimensionless.

    Raises OptionError unless n >= 2 and 0 < length < inf.
    """

    n: int = 1000
    length: float = 2.0

    def __post_init__(self) -> None:
        if self.n < 2 or not 0 < self.length < np.inf:
            raise OptionError(f"{self}: n must be >= 2 and length positive")

    @property
    def dx(self) -> float:
        """Distance of the nodes."""
        return self.length / self.n

    @property
    def x(self) -> Array:
        """The nodes (n,)."""
        return np.arange(self.n) * self.dx

    def initial(self, mu: float) -> Array:
        """Return 1 + mu sin^2(pi x) on 0 <= x < 1, else 1: a bump of height ``mu``, (n,).

        The published 1 + mu/2 (sin(2 pi x - pi/2) + 1) is the same function.
        """
        return np.where(self.x < 1, 1 + mu * np.sin(np.pi * self.x) ** 2, 1.0)

    def f(self, t: float, u: Array) -> Array:
        """Return du/dt (n,) of the state ``u`` (n,); ``t`` does not matter."""
        return self._rate(t, self._neighbours(u))

    def jacobian(self, t: float, u: Array) -> Any:
        """Return f'(u) (n, n), sparse: diagonal, subdiagonal, and the corner (0, n - 1)."""
        diagonal, lower = self._slopes(t, self._neighbours(u))
        bands = [diagonal, lower[1:], lower[:1]]
        return sparse.diags_array(bands, offsets=[0, -1, self.n - 1], format="csr")

    def solve(self, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f'(u)) x = b, in O(n) operations, see `solve_cyclic`.

        Raises numpy.linalg.LinAlgError if the matrix is singular.
        """
        diagonal, lower = self._slopes(t, self._neighbours(u))
        return solve_cyclic(1 - tau * diagonal, -tau * lower, b)

    def at_rows(self, rows: Indices) -> Rows:
        """Return f at the ``rows`` (m,), each of which needs its node and the node to its left."""
        return StencilRows(rows, np.stack([rows, (rows - 1) % self.n]), self._rate, self._slopes)

    def _neighbours(self, u: Array) -> Array:
        """Return u_j and u_{j-1}, the rows of a matrix (2, n)."""
        return np.stack([u, np.roll(u, 1)])

    def _rate(self, t: float, S: Array) -> Array:
        """Return du_j/dt (m,) from u_j and u_{j-1}, the rows of ``S`` (2, m)."""
        u, left = S
        return np.asarray(-u * (u - left) / self.dx)

    def _slopes(self, t: float, S: Array) -> Array:
        """Return df_j/du_j and df_j/du_{j-1} (2, m)."""
        u, left = S
        return np.stack([-(2 * u - left) / self.dx, u / self.dx])


@checked
def burgers_problem(
    *,
    n: Annotated[int, Range(3)] = 1000,
    steps: Count = 500,
    final_time: Positive = 0.5,
    train: tuple[Height, ...] = (0.9, 1.1),
    test: tuple[Height, ...] = (1.0,),
    float32: bool = False,
) -> Problem:
    """Return the problem "burgers": trajectories for bumps of the heights ``train`` and ``test``.

    The defaults are the published ones, with dt = final_time / steps = 0.001. Snapshots are the
    states at dt, 2 dt, ..., final_time of one trajectory after the other, each shifted by its own
    initial state; t = 0 is left out. Relative errors are measured against the states. The published
    chain stores its snapshots in single precision: ``float32`` rounds the states likewise (their
    type stays float64), which changes singular values by 1e-8 of the largest and errors in the
    seventh digit.

    Raises OptionError for a setting out of range; making the data raises DivergenceError if
    Newton's method fails.
    """
    model = Burgers(n)
    return Problem(
        name="burgers",
        model=lambda mu: model,
        initial=lambda mu: model.initial(*mu),
        integrator=BackwardEuler(final_time / steps),
        steps=steps,
        final_time=final_time,
        grid=Grid(model.x[None], (n,)),
        sampling=WholeTrajectories(mus(train), mus(test), shifted=True, denominator="states"),
        parameters=("height",),
        single_precision=float32,
    )


burgers_data_set = data_set_of(burgers_problem)
