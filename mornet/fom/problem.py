"""A full-order problem: an equation with all that its solution needs, and its snapshots.

    M du/dt = f(t, u; mu),    u(0) = u_0(mu),    t = 0, dt, ..., steps dt = final_time.

A `Problem` makes snapshots. A reduced-order model uses the same problem: the model of a new mu, its
initial state, the time integrator and the inner product.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isclose, prod
from typing import NamedTuple, ParamSpec, Protocol

import numpy as np

from mornet.checks import require_whole
from mornet.errors import OptionError, ShapeError, counted
from mornet.fom.model import Model
from mornet.fom.time_stepping import TimeIntegrator, march
from mornet.linalg import InnerProduct
from mornet.records import Array
from mornet.snapshots.snapshots import DataSet, Snapshots
from mornet.snapshots.split import listed

SAME = 1e-9
"""Relative difference of two final times that are the same but for rounding."""
P = ParamSpec("P")
Mu = tuple[float, ...]
"""The parameters of one trajectory; () where an equation has none."""


@dataclass(frozen=True, eq=False)
class Grid:
    """The positions of the degrees of freedom of a state.

    A state (n,) holds one field after the other. Each field holds its values on its nodes, an array
    of this ``shape`` in C order: n = len(fields) * prod(shape). ``x`` (coordinate, dof) are the
    positions; on a staggered grid each field has its own. Raises ShapeError if x has another number
    of columns.
    """

    x: Array
    shape: tuple[int, ...]
    fields: tuple[str, ...] = ("u",)

    def __post_init__(self) -> None:
        if self.x.ndim != 2 or self.x.shape[1] != self.n:
            raise ShapeError(f"x has shape {self.x.shape}, but the grid has {self.n} dofs")

    @property
    def n(self) -> int:
        """Degrees of freedom of a state."""
        return len(self.fields) * prod(self.shape)


class Outline(NamedTuple):
    """The training part of a data set before it is computed.

    It has ``n`` degrees of freedom, and this number of ``snapshots`` in each trajectory.
    """

    n: int
    snapshots: tuple[int, ...]


class Sampling(Protocol):
    """A rule for the data set of a problem: which trajectories, which times, which split."""

    def outline(self, problem: Problem) -> Outline:
        """Return the sizes of the training part, without any trajectory."""
        ...

    def data_set(self, problem: Problem) -> DataSet:
        """Return the data set that the rule makes of the trajectories of ``problem``."""
        ...


@dataclass(frozen=True, eq=False)
class Problem:
    """A full-order problem for all parameters mu.

    ``model`` and ``initial`` return the model and the initial state (n,) for one mu, a tuple with
    one number for each name in ``parameters``. ``integrator`` takes ``steps`` steps of equal length
    to ``final_time``. A mass matrix belongs to the model (`mornet.fom.model.MassModel`).
    ``inner_product`` is that of states; None is the Euclidean one. If a formula for the solution is
    known, ``exact`` returns a trajectory (n, steps + 1), and no step is taken. With
    ``single_precision`` trajectories are rounded to float32. Without an ``equation`` nothing is
    known but snapshots: model and initial state raise OptionError.

    Raises OptionError unless ``steps`` steps of the integrator end at ``final_time``.
    """

    name: str
    model: Callable[[Mu], Model]
    initial: Callable[[Mu], Array]
    integrator: TimeIntegrator
    steps: int
    final_time: float
    grid: Grid
    sampling: Sampling
    parameters: tuple[str, ...] = ()
    inner_product: InnerProduct | None = None
    exact: Callable[[Mu], Array] | None = None
    single_precision: bool = False
    equation: bool = True

    def __post_init__(self) -> None:
        require_whole(steps=self.steps)
        end = self.steps * self.integrator.dt
        if not isclose(end, self.final_time, rel_tol=SAME):
            raise OptionError(
                f"{self.name}: {self.steps} steps of dt = {self.integrator.dt:g} end at "
                f"t = {end:g}, not at final_time = {self.final_time:g}"
            )

    @property
    def t(self) -> Array:
        """The times (steps + 1,) of a trajectory, t = 0 included."""
        return self.final_time / self.steps * np.arange(self.steps + 1)

    def trajectory(self, mu: Mu = ()) -> Array:
        """Return the states (n, steps + 1) at the times ``t``, the initial one first.

        Raises ShapeError for another number of parameters, DivergenceError if a step fails.
        """
        if len(mu) != len(self.parameters):
            raise ShapeError(
                f"mu = {mu} has {counted(len(mu), 'number')}, but the parameters of "
                f"{self.name} are: {self._named}"
            )
        if self.exact is not None:
            return self.exact(mu)
        W = march(self.model(mu), self.initial(mu), self.integrator, self.steps)
        return W.astype(np.float32).astype(float) if self.single_precision else W

    def snapshots(
        self, mus: Sequence[Mu], *, start: bool = True, shifted: bool = False
    ) -> Snapshots:
        """Return the trajectories for the parameters ``mus``, one after the other.

        The states at t = 0 are left out unless ``start``. If ``shifted``, the initial state is
        subtracted from each trajectory. Raises as `trajectory` does.
        """
        first = 0 if start else 1
        trajectories = [self.trajectory(mu) for mu in mus]
        return Snapshots.of_trajectories(
            [W[:, first:] - W[:, :1] if shifted else W[:, first:] for W in trajectories],
            x=self.grid.x,
            t=self.t[first:],
            mu=mus if self.parameters else None,
            shift=[W[:, 0] for W in trajectories] if shifted else None,
        )

    def data_set(self) -> DataSet:
        """Return the data set that ``sampling`` makes of the problem, with its inner product."""
        return replace(self.sampling.data_set(self), inner_product=self.inner_product)

    def outline(self) -> Outline:
        """Return the sizes of the training part of the data set, without any trajectory."""
        return self.sampling.outline(self)

    @property
    def _named(self) -> str:
        return ", ".join(self.parameters) or "none"


@dataclass(frozen=True)
class WholeTrajectories:
    """The sampling by whole trajectories: those of the mu in ``train``, and those in ``test``.

    ``words`` describes them in the split of the data set. By default the split lists the values of
    the first parameter, under the name ``symbol``. ``start`` and ``shifted`` are those of
    `Problem.snapshots`, ``denominator`` that of `DataSet`.

    Raises OptionError unless there are parameters to train on and others to test on.
    """

    train: tuple[Mu, ...]
    test: tuple[Mu, ...]
    symbol: str = "mu"
    words: str = ""
    start: bool = False
    shifted: bool = False
    denominator: str = "snapshots"

    def __post_init__(self) -> None:
        if not all(isinstance(mu, tuple) for mu in (*self.train, *self.test)):
            raise OptionError("each mu is a tuple, one number for each parameter: mus([0.9, 1.1])")
        if not (self.train and self.test) or set(self.train) & set(self.test):
            train, test = ([mu[0] for mu in mus] for mus in (self.train, self.test))
            raise OptionError(
                f"train = {train} and test = {test} must both hold a parameter, and none of the "
                "test parameters may be a training parameter"
            )

    def outline(self, problem: Problem) -> Outline:
        """Return the sizes of the training part, without any trajectory."""
        return Outline(problem.grid.n, (problem.steps + self.start,) * len(self.train))

    def data_set(self, problem: Problem) -> DataSet:
        """Return the data set of whole trajectories."""

        def part(mus: tuple[Mu, ...]) -> Snapshots:
            return problem.snapshots(mus, start=self.start, shifted=self.shifted)

        train = part(self.train)
        return DataSet(
            name=problem.name,
            train=train,
            test=part(self.test).after(train),
            split=f"whole trajectories: {self.words or self._lists()}",
            denominator=self.denominator,
        )

    def _lists(self) -> str:
        train, test = (listed([mu[0] for mu in mus]) for mus in (self.train, self.test))
        return f"{self.symbol} = {train} to train on, {test} to test on"


def mus(values: Sequence[float]) -> tuple[Mu, ...]:
    """Return the ``values`` of one parameter as parameters of trajectories.

    >>> mus([0.9, 1.1])
    ((0.9,), (1.1,))
    """
    return tuple((value,) for value in values)


def data_set_of(problem: Callable[P, Problem]) -> Callable[P, DataSet]:
    """Return the function that makes the data set of ``problem``, with the same settings.

    A study names that function; `problem_of` leads back from it to the problem.
    """

    @functools.wraps(problem)
    def data_set(*args: P.args, **kwargs: P.kwargs) -> DataSet:
        return problem(*args, **kwargs).data_set()

    data_set.__name__ = problem.__name__.replace("_problem", "_data_set")
    data_set.__qualname__ = data_set.__name__
    data_set.__doc__ = f"Return the data set of `{problem.__name__}`.\n\n    {problem.__doc__}"
    setattr(data_set, _PROBLEM, problem)
    return data_set


def problem_of(data_set: Callable[P, DataSet]) -> Callable[P, Problem] | None:
    """Return the function that makes the problem behind a data set, with the same settings.

    The result is None for data without an equation. For the data set of a study, ``function`` with
    its ``settings``, the full-order problem is ``problem_of(function)(**settings)``.
    """
    return getattr(data_set, _PROBLEM, None)


_PROBLEM = "problem"
