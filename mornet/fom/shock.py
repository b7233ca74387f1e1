"""An advecting shock: viscous Burgers in one dimension with a known solution.

    u_t + u u_x = u_xx / Re,        u(x, t) = x / (t + 1) / (1 + sqrt((t + 1) / t_0) e^(xi)),
    t_0 = e^(Re / 8),               xi = Re x^2 / (4 t + 4),

after R. Maulik, B. Lusch, P. Balaprakash, Reduced-order modeling of advection-dominated systems
with recurrent neural networks and convolutional autoencoders, Phys. Fluids 33, 037106 (2021): a
ramp of slope 1 / (t + 1) that ends in a front of width 1 / Re. The data set needs no solver. The
Galerkin models of that article discretise the equation as `PeriodicBurgers` does. All quantities
are dimensionless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from scipy import sparse
from scipy.special import expit

from mornet.checks import require_positive, require_whole
from mornet.fom.cyclic import solve_cyclic
from mornet.fom.model import Rows
from mornet.fom.problem import Grid, Problem, WholeTrajectories, data_set_of, mus
from mornet.fom.stencil import StencilRows
from mornet.fom.time_stepping import BDF2
from mornet.records import Array, Indices
from mornet.settings import Positive, Range, checked

TRAIN = tuple(100.0 * k for k in range(1, 20))
TEST = (50.0, *(50.0 + 200.0 * k for k in range(1, 13)))


def shock(x: Array, t: Array, reynolds: float) -> Array:
    """Return u(x, t) (n, m) at the points ``x`` (n,) and times ``t`` (m,).

    The factor 1 / (1 + e^y) with y = ln(t + 1) / 2 - Re / 16 + xi is evaluated as a logistic
    function, which overflows for no Reynolds number. The printed formula overflows from Re = 2840
    on.
    """
    x, t = x[:, None], t[None]
    y = 0.5 * np.log1p(t) - reynolds / 16 + reynolds * x**2 / (4 * t + 4)
    return x / (t + 1) * expit(-y)


@dataclass(frozen=True)
class PeriodicBurgers:
    """du_i/dt = (u_{i-1} - 2 u_i + u_{i+1}) / (Re dx^2) - u_i (u_{i+1} - u_{i-1}) / (2 dx), cyclic.

    Central differences of second order on n nodes, dx = 1 / n. Constant states are steady. The
    published Galerkin models project this equation, with its periodic ends and its spacing. Their
    snapshots, however, live on linspace(0, 1, n) and are not periodic.

    Raises OptionError unless n >= 3 and 0 < Re < inf.
    """

    n: int = 128
    reynolds: float = 1000.0

    def __post_init__(self) -> None:
        require_whole(3, n=self.n)
        require_positive(reynolds=self.reynolds)

    @property
    def dx(self) -> float:
        """Distance of the nodes."""
        return 1 / self.n

    def f(self, t: float, u: Array) -> Array:
        """Return du/dt (n,) of the state ``u`` (n,); ``t`` does not matter."""
        return self._rate(t, self._neighbours(u))

    def jacobian(self, t: float, u: Array) -> Any:
        """Return f'(u) (n, n), sparse: three bands and two corners."""
        diagonal, lower, upper = self._slopes(t, self._neighbours(u))
        bands = [diagonal, lower[1:], lower[:1], upper[:-1], upper[-1:]]
        offsets = [0, -1, self.n - 1, 1, 1 - self.n]
        return sparse.diags_array(bands, offsets=offsets, format="csr")

    def solve(self, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f'(u)) x = b, in O(n) operations, see `solve_cyclic`.

        Raises numpy.linalg.LinAlgError if the matrix is singular.
        """
        diagonal, lower, upper = self._slopes(t, self._neighbours(u))
        return solve_cyclic(1 - tau * diagonal, -tau * lower, b, -tau * upper)

    def at_rows(self, rows: Indices) -> Rows:
        """Return f at the ``rows`` (m,), each of which needs its node and the two beside it."""
        neighbours = np.stack([rows, rows - 1, rows + 1]) % self.n
        return StencilRows(rows, neighbours, self._rate, self._slopes)

    def _neighbours(self, u: Array) -> Array:
        """Return u_i, u_{i-1} and u_{i+1}, the rows of a matrix (3, n)."""
        return np.stack([u, np.roll(u, 1), np.roll(u, -1)])

    def _rate(self, t: float, S: Array) -> Array:
        """Return du_i/dt (m,) from u_i, u_{i-1} and u_{i+1}, the rows of ``S`` (3, m)."""
        u, left, right = S
        diffusion = (left + right - 2 * u) / (self.reynolds * self.dx**2)
        return np.asarray(diffusion - u * (right - left) / (2 * self.dx))

    def _slopes(self, t: float, S: Array) -> Array:
        """Return df_i/du_i, df_i/du_{i-1} and df_i/du_{i+1} (3, m)."""
        u, left, right = S
        d, c = 1 / (self.reynolds * self.dx**2), 1 / (2 * self.dx)
        return np.stack([-2 * d - c * (right - left), d + c * u, d - c * u])


@checked
def shock_problem(
    *,
    n: Annotated[int, Range(3)] = 128,
    times: Annotated[int, Range(2)] = 100,
    final_time: Positive = 2.0,
    train: tuple[Positive, ...] = TRAIN,
    test: tuple[Positive, ...] = TEST,
) -> Problem:
    """Return the problem "shock": the solution at the Reynolds numbers ``train`` and ``test``.

    The defaults are the published ones: 19 and 13 trajectories of 100 states, t = 0 included. Rows
    are the nodes linspace(0, 1, n), columns the times linspace(0, final_time, times) of one
    trajectory after the other; mu is Re. Nothing is subtracted. The trajectories are the exact
    solution. The model is `PeriodicBurgers`, whose ends and nodes are different.

    Raises OptionError for a setting out of range.
    """
    x, t = np.linspace(0, 1, n), np.linspace(0, final_time, times)
    return Problem(
        name="shock",
        model=lambda mu: PeriodicBurgers(n, *mu),
        initial=lambda mu: shock(x, t[:1], *mu)[:, 0],
        integrator=BDF2(final_time / (times - 1)),
        steps=times - 1,
        final_time=final_time,
        grid=Grid(x[None], (n,)),
        sampling=WholeTrajectories(mus(train), mus(test), symbol="Re", start=True),
        parameters=("Reynolds number",),
        exact=lambda mu: shock(x, t, *mu),
    )


shock_data_set = data_set_of(shock_problem)
