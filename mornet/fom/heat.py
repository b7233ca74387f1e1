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
from mornet.fom.time_stepping import BDF2, march
from mornet.records import Array
from mornet.settings import Count, Positive, Range
from mornet.snapshots.snapshots import DataSet, Snapshots


@dataclass(frozen=True)
class Heat:
    """Linear finite elements with lumped mass on ``cells`` cells; n = cells - 1 inner nodes.

    du_i/dt = (kappa_{i+1/2} (u_{i+1} - u_i) - kappa_{i-1/2} (u_i - u_{i-1})) / dx^2 + source: of
    second order, for materials that change at nodes too, and exact at the nodes in steady state.

    Raises OptionError unless cells >= 2 are a multiple of the number of blocks and all
    ``conductivity`` is positive.
    """

    conductivity: tuple[float, ...] = (1.0,)
    cells: int = 240
    source: float = 1.0

    def __post_init__(self) -> None:
        blocks = len(self.conductivity)
        if self.cells < 2 or blocks < 1 or self.cells % blocks:
            raise OptionError(f"{self}: cells must be >= 2 and a multiple of {blocks} block(s)")
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
        """Return the x (n,) with (I - tau f') x = b; numpy.linalg.LinAlgError if singular."""
        inner, diagonal = self._bands()
        bands = np.zeros((3, self.n))
        bands[0, 1:] = bands[2, :-1] = -tau * inner
        bands[1] = 1 - tau * diagonal
        return np.asarray(solve_banded((1, 1), bands, b, overwrite_ab=True, check_finite=False))

    def _bands(self) -> tuple[Array, Array]:
        """Return the entries beside the diagonal (n - 1,) and on it (n,)."""
        kappa = self.kappa * self.cells**2
        return kappa[1:-1], -(kappa[:-1] + kappa[1:])


def heat_data_set(
    *,
    cells: Annotated[int, Range(2)] = 240,
    blocks: Count = 2,
    levels: Annotated[int, Range(2)] = 4,
    lowest: Positive = 0.1,
    highest: Positive = 1.0,
    steps: Count = 100,
    final_time: Positive = 1.0,
) -> DataSet:
    """Return the data set "heat": a cold rod is heated, for each choice of its materials.

    To train on, the conductivities of the blocks take all combinations of ``levels`` values from
    ``lowest`` to ``highest`` with equal ratios; to test on, all combinations of the geometric means
    of neighbours. Columns are the times dt, 2 dt, ..., final_time of one trajectory after the
    other, by BDF2; mu is the conductivity of each block.

    Raises OptionError for a size out of range.
    """
    if steps < 1 or levels < 2 or blocks < 1 or not 0 < lowest < highest < np.inf:
        raise OptionError(
            f"steps = {steps} and blocks = {blocks} must be >= 1, levels = {levels} >= 2, and "
            f"lowest = {lowest} positive and below highest = {highest}"
        )
    values = np.geomspace(lowest, highest, levels)
    between = np.sqrt(values[:-1] * values[1:])
    method = BDF2(final_time / steps, 1e-10, relative=False)

    def trajectories(values: Array) -> Snapshots:
        mu = np.array(list(product(values.tolist(), repeat=blocks))).T
        models = [Heat(tuple(column), cells) for column in mu.T.tolist()]
        U = [march(model, np.zeros(model.n), method, steps)[:, 1:] for model in models]
        return Snapshots(
            U=np.hstack(U),
            x=models[0].x[None],
            trajectory=np.repeat(np.arange(len(models)), steps),
            t=np.tile(method.dt * np.arange(1, steps + 1), len(models)),
            mu=np.repeat(mu, steps, axis=1),
        )

    train, test = trajectories(values), trajectories(between)
    return DataSet(
        name="heat",
        train=train,
        test=test,
        split=f"whole trajectories: {levels**blocks} combinations of {levels} conductivities from "
        f"{lowest:g} to {highest:g} to train on, {(levels - 1) ** blocks} between them to test on",
    )
