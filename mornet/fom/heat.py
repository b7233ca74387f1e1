"""Heat in a rod of several materials: diffusion whose POD errors fall exponentially.

    u_t = (kappa u_x)_x + q,    0 < x < 1,    u(0, t) = u(1, t) = 0,    u(x, 0) = 0,

with conductivities kappa = mu_1, ..., mu_b, constant on b blocks of equal length: a thermal block
in one dimension (G. Rozza, D. Huynh, A. Patera, Reduced basis approximation and a posteriori error
estimation, Arch. Comput. Methods Eng. 15, 2008). The operator is linear in mu. All quantities are
dimensionless.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any

import numpy as np
from scipy import sparse
from scipy.linalg import solve_banded

from mornet.errors import OptionError
from mornet.fom.model import Rows
from mornet.fom.problem import Grid, Problem, WholeTrajectories, data_set_of
from mornet.fom.stencil import StencilRows
from mornet.fom.time_stepping import BDF2
from mornet.records import Array, Indices
from mornet.settings import Count, Positive, Range, checked


@dataclass(frozen=True)
class Heat:
    """Linear finite elements with lumped mass on ``cells`` cells; n = cells - 1 inner nodes.

    du_i/dt = (kappa_{i+1/2} (u_{i+1} - u_i) - kappa_{i-1/2} (u_i - u_{i-1})) / dx^2 + source.

    The scheme is of second order, also where the material changes at a node. Steady states are
    exact at the nodes.

    Raises OptionError unless cells >= 2 are a multiple of the number of blocks and all
    ``conductivity`` is positive.
    """

    conductivity: tuple[float, ...] = (1.0,)
    cells: int = 240
    source: float = 1.0

    def __post_init__(self) -> None:
        blocks = len(self.conductivity)
        if self.cells < 2 or blocks < 1 or self.cells % blocks:
            raise OptionError(f"{self}: cells must be >= 2 and a multiple of {blocks}")
        if not all(0 < kappa < np.inf for kappa in self.conductivity):
            raise OptionError(f"{self}: conductivity must be positive")

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return self.cells - 1

    @property
    def x(self) -> Array:
        """The inner nodes (n,)."""
        return np.arange(1, self.cells) / self.cells

    @property
    def kappa(self) -> Array:
        """The conductivity of each cell (cells,)."""
        return np.repeat(self.conductivity, self.cells // len(self.conductivity))

    def f(self, t: float, u: Array) -> Array:
        """Return du/dt (n,) of the state ``u`` (n,); ``t`` does not matter."""
        flux = self.kappa * np.diff(u, prepend=0.0, append=0.0)
        return np.diff(flux) * self.cells**2 + self.source

    def jacobian(self, t: float, u: Array) -> Any:
        """Return f' (n, n), sparse, symmetric and negative definite; neither t nor u matters."""
        inner, diagonal = self._bands()
        return sparse.diags_array([inner, diagonal, inner], offsets=[-1, 0, 1], format="csr")

    def solve(self, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f') x = b.

        Raises numpy.linalg.LinAlgError if the matrix is singular.
        """
        inner, diagonal = self._bands()
        bands = np.zeros((3, self.n))
        bands[0, 1:] = bands[2, :-1] = -tau * inner
        bands[1] = 1 - tau * diagonal
        return np.asarray(solve_banded((1, 1), bands, b, overwrite_ab=True, check_finite=False))

    def at_rows(self, rows: Indices) -> Rows:
        """Return f at the ``rows`` (m,), each of which needs its node and the two beside it."""
        left, right = self.kappa[rows], self.kappa[rows + 1]
        inside = np.stack([rows > 0, rows < self.n - 1])
        neighbours = np.stack([rows, np.maximum(rows - 1, 0), np.minimum(rows + 1, self.n - 1)])

        def rate(t: float, S: Array) -> Array:
            u, (before, after) = S[0], S[1:] * inside  # zero beyond the ends
            flux = right * (after - u) - left * (u - before)
            return np.asarray(flux * self.cells**2 + self.source)

        def slopes(t: float, S: Array) -> Array:
            return np.stack([-(left + right), left * inside[0], right * inside[1]]) * self.cells**2

        return StencilRows(rows, neighbours, rate, slopes)

    def _bands(self) -> tuple[Array, Array]:
        """Return the entries beside the diagonal (n - 1,) and on it (n,)."""
        kappa = self.kappa * self.cells**2
        return kappa[1:-1], -(kappa[:-1] + kappa[1:])


@checked
def heat_problem(
    *,
    cells: Annotated[int, Range(2)] = 240,
    blocks: Count = 2,
    levels: Annotated[int, Range(2)] = 4,
    lowest: Positive = 0.1,
    highest: Positive = 1.0,
    steps: Count = 100,
    final_time: Positive = 1.0,
) -> Problem:
    """Return the problem "heat": a cold rod is heated, for each choice of its materials.

    The parameters mu are the conductivities of the blocks. For training the conductivities take all
    combinations of ``levels`` values from ``lowest`` to ``highest`` with equal ratios; for testing
    they take all combinations of the geometric means of neighbours. Snapshots are the states at
    dt, 2 dt, ..., final_time of one trajectory after the other, by BDF2.

    Raises OptionError for a setting out of range.
    """
    if not lowest < highest:
        raise OptionError(f"lowest = {lowest} must be below highest = {highest}")
    values = np.geomspace(lowest, highest, levels)
    between = np.sqrt(values[:-1] * values[1:])
    train, test = (tuple(product(v.tolist(), repeat=blocks)) for v in (values, between))
    return Problem(
        name="heat",
        model=lambda mu: Heat(mu, cells),
        initial=lambda mu: np.zeros(cells - 1),
        integrator=BDF2(final_time / steps, 1e-10, relative=False),
        steps=steps,
        final_time=final_time,
        grid=Grid(Heat(train[0], cells).x[None], (cells - 1,)),
        sampling=WholeTrajectories(
            train,
            test,
            words=f"{len(train)} combinations of {levels} conductivities from {lowest:g} to "
            f"{highest:g} to train on, {len(test)} between them to test on",
        ),
        parameters=tuple(f"conductivity of block {k + 1}" for k in range(blocks)),
    )


heat_data_set = data_set_of(heat_problem)
