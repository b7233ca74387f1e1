"""Inviscid Burgers in one dimension: a steepening bump, the benchmark of Kim et al.

    u_t + u u_x = 0,  0 <= x < length, periodic,      u(x, 0) = 1 + mu sin^2(pi x) for x < 1, else 1

in non-conservative form, by backward differences in space (u > 0) and backward Euler in time:
Y. Kim, Y. Choi, D. Widemann, T. Zohdi, A fast and accurate physics-informed neural network reduced
order model with shallow masked autoencoder, J. Comput. Phys. 451 (2022) 110841. Their last node is
the first one again and is left out here. The wave breaks at t = 1 / (pi mu); after that the speed
of the shock is that of the scheme (and of the published numbers), not that of the conservation law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from scipy import sparse

from mornet.errors import OptionError
from mornet.fom.cyclic import solve_cyclic
from mornet.fom.time_stepping import BackwardEuler, march
from mornet.records import Array
from mornet.settings import Count, Positive, Range
from mornet.snapshots.snapshots import DataSet, Snapshots
from mornet.snapshots.split import listed

LARGEST = 100.0  # amplitude; shocks of greater ones are far beyond the grid


@dataclass(frozen=True)
class Burgers:
    """du_j/dt = -u_j (u_j - u_{j-1}) / dx, j - 1 cyclic: n nodes x_j = j dx, dx = length / n.

    Constant states are steady. Its Jacobian is cyclic bidiagonal. All quantities are dimensionless.
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
        return -u * (u - np.roll(u, 1)) / self.dx

    def jacobian(self, t: float, u: Array) -> Any:
        """Return f'(u) (n, n), sparse: diagonal, subdiagonal, and the corner (0, n - 1)."""
        diagonal, lower = self._bands(u)
        bands = [diagonal, lower[1:], lower[:1]]
        return sparse.diags_array(bands, offsets=[0, -1, self.n - 1], format="csr")

    def solve(self, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f'(u)) x = b, in O(n) operations, see `solve_cyclic`.

        Raises numpy.linalg.LinAlgError if the matrix is singular.
        """
        diagonal, lower = self._bands(u)
        return solve_cyclic(1 - tau * diagonal, -tau * lower, b)

    def _bands(self, u: Array) -> tuple[Array, Array]:
        """Return df_j/du_j and df_j/du_{j-1}, both (n,)."""
        return -(2 * u - np.roll(u, 1)) / self.dx, u / self.dx


def burgers_data_set(
    *,
    n: Annotated[int, Range(3)] = 1000,
    steps: Count = 500,
    final_time: Positive = 0.5,
    train: tuple[float, ...] = (0.9, 1.1),
    test: tuple[float, ...] = (1.0,),
    float32: bool = False,
) -> DataSet:
    """Return the data set "burgers": trajectories for bumps of the heights ``train`` and ``test``.

    The defaults are the published ones, with dt = final_time / steps = 0.001. Columns are the times
    dt, 2 dt, ..., final_time of one trajectory after the other, each shifted by its own initial
    state; t = 0 is left out. Relative errors are measured against the states. The published chain
    stores its snapshots in single precision: ``float32`` rounds them likewise (they stay float64),
    which changes singular values by 1e-8 of the largest and errors in the seventh digit.

    Raises OptionError for a size out of range or heights, DivergenceError if Newton fails.
    """
    if not (len(train) and len(test)) or set(train) & set(test):
        raise OptionError(f"train = {train} and test = {test} must be different amplitudes")
    if not all(-1 < mu <= LARGEST for mu in (*train, *test)):
        raise OptionError(
            f"amplitudes {(*train, *test)} must lie between -1, where the wind turns and the "
            f"upwind difference fails, and {LARGEST:g}"
        )
    if steps < 1:
        raise OptionError(f"steps = {steps} must be >= 1")
    model, method = Burgers(n), BackwardEuler(final_time / steps)
    return DataSet(
        name="burgers",
        train=_snapshots(model, method, train, steps, float32),
        test=_snapshots(model, method, test, steps, float32),
        split=f"whole trajectories: mu = {listed(train)} to train on, {listed(test)} to test on",
        denominator="states",
    )


def _snapshots(
    model: Burgers, method: BackwardEuler, amplitudes: Sequence[float], steps: int, float32: bool
) -> Snapshots:
    trajectories = [march(model, model.initial(mu), method, steps) for mu in amplitudes]
    if float32:
        trajectories = [W.astype(np.float32).astype(float) for W in trajectories]
    return Snapshots(
        U=np.hstack([W[:, 1:] - W[:, :1] for W in trajectories]),
        x=model.x[None],
        trajectory=np.repeat(np.arange(len(amplitudes)), steps),
        t=np.tile(method.dt * np.arange(1, steps + 1), len(amplitudes)),
        mu=np.repeat(amplitudes, steps)[None],
        shift=np.column_stack([W[:, 0] for W in trajectories]),
    )
