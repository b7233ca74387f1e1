"""Kuramoto-Sivashinsky on a short interval: chaos on a manifold of low dimension.

    u_t = -u u_x - u_xx - u_xxxx,        0 <= x < length, periodic, of mean zero.

At length 22 the attractor is chaotic and lies on an inertial manifold of dimension 8. At rank 8 the
error of an autoencoder drops, while that of PCA does not (A. Linot and M. Graham, Deep learning to
discover and predict dynamics on an inertial manifold, Phys. Rev. E 101, 062209, 2020). All
quantities are dimensionless.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from scipy import sparse

from mornet.errors import OptionError
from mornet.fom.exponential import ETDRK4, Modes
from mornet.fom.problem import Grid, Outline, Problem, data_set_of
from mornet.fom.time_stepping import Substeps, march
from mornet.records import Array
from mornet.settings import Count, Positive, Range, Seed, Settings, checked
from mornet.snapshots.snapshots import DataSet, Snapshots


@dataclass(frozen=True)
class KuramotoSivashinsky:
    """The Fourier collocation method on ``nodes`` equidistant nodes, for ``copies`` states at once.

    A state (n,) holds one copy after the other, n = copies * nodes; copies do not interact. The
    modes are (copies, nodes // 2 + 1) Fourier coefficients; the first derivative of the highest
    mode of an even number of nodes is zero. The mean of each copy is conserved.

    Raises OptionError unless nodes >= 4, copies >= 1 and 0 < length < inf.
    """

    nodes: int = 64
    length: float = 22.0
    copies: int = 1

    def __post_init__(self) -> None:
        if self.nodes < 4 or self.copies < 1 or not 0 < self.length < np.inf:
            raise OptionError(f"{self}: nodes must be >= 4, copies >= 1 and length positive")

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return self.copies * self.nodes

    @property
    def x(self) -> Array:
        """The nodes (nodes,)."""
        return np.arange(self.nodes) * (self.length / self.nodes)

    @cached_property
    def linear(self) -> Array:
        """k^2 - k^4 (nodes // 2 + 1,) for the wavenumbers k: long waves grow, short ones decay."""
        k = 2 * np.pi / self.length * np.arange(self.nodes // 2 + 1)
        return k**2 - k**4

    @cached_property
    def _half_derivative(self) -> Modes:
        """-i k / 2 (nodes // 2 + 1,), the factors of the modes of u^2 in N(v)."""
        k = 2 * np.pi / self.length * np.arange(self.nodes // 2 + 1)
        if self.nodes % 2 == 0:
            k[-1] = 0.0
        return -0.5j * k

    def to_modes(self, u: Array) -> Modes:
        return np.fft.rfft(u.reshape(self.copies, self.nodes))

    def from_modes(self, v: Modes) -> Array:
        return np.fft.irfft(v, self.nodes).ravel()

    def nonlinear(self, t: float, v: Modes) -> Modes:
        return self._half_derivative * np.fft.rfft(np.fft.irfft(v, self.nodes) ** 2)

    def f(self, t: float, u: Array) -> Array:
        """Return du/dt (n,) of the state ``u`` (n,); ``t`` does not matter."""
        v = self.to_modes(u)
        return self.from_modes(self.linear * v + self.nonlinear(t, v))

    def jacobian(self, t: float, u: Array) -> Any:
        """Return f'(u) (n, n), sparse: one dense block for each copy."""
        return sparse.block_diag([sparse.coo_array(J) for J in self._blocks(u)], format="csr")

    def solve(self, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f'(u)) x = b.

        Raises numpy.linalg.LinAlgError if the matrix is singular.
        """
        A = np.eye(self.nodes) - tau * self._blocks(u)
        return np.linalg.solve(A, b.reshape(self.copies, self.nodes, 1)).ravel()

    def _blocks(self, u: Array) -> Array:
        """Return f' of every copy (copies, nodes, nodes)."""
        waves = np.fft.rfft(np.eye(self.nodes), axis=0)
        linear = np.fft.irfft(self.linear[:, None] * waves, self.nodes, axis=0)
        product = np.fft.irfft(self._half_derivative[:, None] * waves, self.nodes, axis=0)
        return linear + 2 * product * u.reshape(self.copies, 1, self.nodes)


@dataclass(frozen=True)
class RandomStarts(Settings):
    """Random starts, drawn with the ``seed``: the first ``train`` for training, then ``test``."""

    train: Count = 50
    test: Count = 20
    seed: Seed = 0

    def states(self, nodes: int) -> Array:
        """Return the starts (train + test, nodes), each of mean zero."""
        start = np.random.default_rng(self.seed).standard_normal((self.train + self.test, nodes))
        start -= start.mean(axis=1, keepdims=True)
        return start


@dataclass(frozen=True)
class OnAttractor:
    """The sampling of whole trajectories from random starts, after a transient of ``first`` states.

    All trajectories are computed at once, as copies in one state. ``standardise`` subtracts from
    each node its mean over the training snapshots and divides by its standard deviation there.
    """

    length: float
    starts: RandomStarts
    first: int
    standardise: bool

    def outline(self, problem: Problem) -> Outline:
        """Return the sizes of the training part, without any trajectory."""
        return Outline(problem.grid.n, (problem.steps - self.first,) * self.starts.train)

    def data_set(self, problem: Problem) -> DataSet:
        """Return the data set of states on the attractor."""
        (nodes,), times = problem.grid.shape, problem.steps - self.first
        starts, trained = self.starts.states(nodes), self.starts.train
        model = KuramotoSivashinsky(nodes, self.length, len(starts))
        W = march(model, starts.ravel(), problem.integrator, problem.steps)
        U = W[:, self.first + 1 :].reshape(model.copies, nodes, times)
        mean, scale = U[:trained].mean(axis=(0, 2)), U[:trained].std(axis=(0, 2))

        def part(trajectories: list[Array]) -> Snapshots:
            x, t = problem.grid.x, problem.t[self.first + 1 :]
            if not self.standardise:
                return Snapshots.of_trajectories(trajectories, x=x, t=t)
            return Snapshots.of_trajectories(
                [(W - mean[:, None]) / scale[:, None] for W in trajectories],
                x=x,
                t=t,
                shift=[mean] * len(trajectories),
                scale=scale,
            )

        train, test = part(list(U[:trained])), part(list(U[trained:]))
        return DataSet(problem.name, train, test.after(train), self._split)

    @property
    def _split(self) -> str:
        words = (
            f"whole trajectories from random starts: the first {self.starts.train} for training, "
            f"the other {self.starts.test} for testing"
        )
        if self.standardise:
            words += (
                "; at each node the mean over the training snapshots is subtracted, and the result "
                "is divided by their standard deviation"
            )
        return words


@checked
def kuramoto_sivashinsky_problem(
    *,
    nodes: Annotated[int, Range(4)] = 64,
    length: Positive = 22.0,
    starts: RandomStarts = RandomStarts(),
    times: Count = 400,
    interval: Positive = 2.5,
    transient: Positive = 500.0,
    steps: Count = 50,
    standardise: bool = True,
) -> Problem:
    """Return the problem "kuramoto_sivashinsky": states on the attractor, ``interval`` apart.

    The defaults have the published numbers of snapshots, 20000 for training and 8000 for testing.
    The parameter of a trajectory is its number, counted from 0, the training trajectories first.
    Every trajectory starts at random values on the nodes, minus their mean. It runs for the
    ``transient`` (rounded up to intervals) before the first of its ``times`` snapshots. ``steps``
    is the number of time steps in an interval. If ``standardise``, each node is shifted and scaled
    to mean 0 and standard deviation 1 over the training snapshots; the relative error squared is
    then the mean square error of the standardised values.

    Raises OptionError for a setting out of range; making the data raises DivergenceError if the
    steps are too long.
    """
    model, first = KuramotoSivashinsky(nodes, length), int(np.ceil(transient / interval))
    sampling = OnAttractor(length, starts, first, standardise)
    return Problem(
        name="kuramoto_sivashinsky",
        model=lambda mu: model,
        initial=lambda mu: starts.states(nodes)[int(mu[0])],
        integrator=Substeps(ETDRK4(interval / steps), steps),
        steps=first + times,
        final_time=interval * (first + times),
        grid=Grid(model.x[None], (nodes,)),
        sampling=sampling,
        parameters=("number of the trajectory",),
    )


kuramoto_sivashinsky_data_set = data_set_of(kuramoto_sivashinsky_problem)
