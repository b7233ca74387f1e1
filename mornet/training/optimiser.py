"""What an optimiser is: a frozen value with an explicit state.

An optimiser maps (p, g, state) to the next p, in place. The state is a dict of arrays, so that it
can be stored and resumed. A step that needs more of J than the gradient, for example a line search,
asks `OnBatch`, which is the objective on the samples of that step.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from mornet.records import Array, Indices

State = dict[str, Array]


class DescentObjective(Protocol):
    """What a descent needs of an objective: a mean over N samples, and its gradient.

    `Objective` has it, and so have objectives of models that are not one network.
    """

    @property
    def N(self) -> int:
        """The number of samples."""
        ...

    def value(self, p: Array, batch: Indices | None = None) -> float:
        """Return J(p), or the mean over the samples in ``batch``."""
        ...

    def gradient(self, p: Array, batch: Indices | None = None, out: Array | None = None) -> Array:
        """Return grad J(p) (P,), written to ``out`` if given."""
        ...


@runtime_checkable
class DescendsInPlace(DescentObjective, Protocol):
    """An objective that can do a step of steepest descent without the gradient in memory."""

    def descend(self, p: Array, eta: float, batch: Indices | None = None) -> bool:
        """Do p <- p - eta grad J(p) in place; return False, and do nothing, where it cannot."""
        ...


@runtime_checkable
class DiffersByStep(DescentObjective, Protocol):
    """An objective that is random, but fixed for each step, for example by dropout."""

    def at_step(self, k: int) -> DescentObjective:
        """Return the objective of step ``k``."""
        ...


class OnBatch:
    """The objective on the samples of one step, which counts its evaluations.

    ``batch`` holds the indices of the samples, None stands for all. ``sample_gradients`` and
    ``sample_values`` count gradients and values of single samples since the training began.
    """

    __slots__ = ("_descend", "batch", "objective", "sample_gradients", "sample_values")

    def __init__(
        self, objective: DescentObjective, sample_gradients: int = 0, sample_values: int = 0
    ) -> None:
        self.objective = objective
        self._descend = objective.descend if isinstance(objective, DescendsInPlace) else None
        self.batch: Indices | None = None
        self.sample_gradients = sample_gradients
        self.sample_values = sample_values

    @property
    def N(self) -> int:
        """The number of samples of the step."""
        return self.objective.N if self.batch is None else len(self.batch)

    def value(self, p: Array) -> float:
        """Return J(p) on the batch."""
        self.sample_values += self.N
        return self.objective.value(p, self.batch)

    def gradient(self, p: Array, out: Array | None = None) -> Array:
        """Return grad J(p) (P,) on the batch, written to ``out`` if given."""
        self.sample_gradients += self.N
        return self.objective.gradient(p, self.batch, out)

    def descend(self, p: Array, eta: float) -> bool:
        """Do p <- p - eta grad J(p) on the batch without the gradient, or return False."""
        done = self._descend is not None and self._descend(p, eta, self.batch)
        self.sample_gradients += self.N * done
        return done


class Optimiser(Protocol):
    """A rule for one step."""

    def init(self, p: Array) -> State:
        """Return the state before the first step, for parameters like ``p``."""
        ...

    def step(self, k: int, p: Array, g: Array, state: State, J: OnBatch) -> None:
        """Do step ``k`` from ``p`` with gradient ``g``; p and ``state`` change in place."""
        ...


@runtime_checkable
class DirectOptimiser(Optimiser, Protocol):
    """An optimiser that can do some steps without a gradient in memory."""

    def direct_step(self, k: int, p: Array, state: State, J: OnBatch) -> bool:
        """Do step ``k`` and return True, or change nothing and leave the step to `step`."""
        ...
