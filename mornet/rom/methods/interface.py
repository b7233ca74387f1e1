"""What a reduced-order model of a study is: settings that make a function of the initial state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np

from mornet.fom.problem import Mu, Problem
from mornet.fom.time_stepping import BDF2, ImplicitMethod, Substeps, TimeIntegrator
from mornet.linalg import InnerProduct
from mornet.records import Array, Indices
from mornet.reduction.composed import composed
from mornet.reduction.interface import SmoothReduction
from mornet.reduction.pod.record import POD
from mornet.rom.trial import Trial, trial_manifold
from mornet.snapshots import Snapshots


@dataclass(frozen=True, eq=False)
class Training:
    """What a reduced-order model may know: the problem, a reduction, the training snapshots.

    ``inner_product`` is that of states. If the snapshots are coordinates in the ``modes`` of a POD,
    the reduction reduces them, and states are those of the POD.
    """

    problem: Problem
    reduction: SmoothReduction
    snapshots: Snapshots
    inner_product: InnerProduct | None = None
    modes: POD | None = None

    @cached_property
    def codes(self) -> Array:
        """The codes (r, m) of the training snapshots."""
        return self.reduction.encode(self.snapshots.U)

    @cached_property
    def of_states(self) -> SmoothReduction:
        """The reduction of states: that of the snapshots, after the modes if there are any."""
        return self.reduction if self.modes is None else composed(self.modes, self.reduction)

    def trial(self, shift: Array | None = None) -> Trial:
        """Return the manifold of the states of a trajectory, whose snapshots have this ``shift``.

        Raises ShapeError where sizes do not fit.
        """
        return trial_manifold(self.of_states, shift, self.snapshots.scale, self.inner_product)


@dataclass(frozen=True, eq=False)
class Start:
    """Where a trajectory begins: its parameters, the time, the state (n,), and how far it goes.

    ``shift`` (n,) is that of the snapshots of the trajectory. ``times`` (steps + 1,) are those of
    its snapshots where there is no equation, and steps may differ in length.
    """

    mu: Mu
    t: float
    state: Array
    steps: int
    shift: Array | None = None
    times: Array | None = None


def times_of(problem: Problem, start: Start) -> Array:
    """Return the times (steps + 1,) of a trajectory from its ``start``."""
    if start.times is not None:
        return start.times
    return start.t + problem.final_time / problem.steps * np.arange(start.steps + 1)


@dataclass(frozen=True, eq=False)
class Prediction:
    """The codes (r, k) and states (n, k) at the start and after each step before a failure.

    ``failure`` says why step k failed; it is empty if no step failed.
    """

    codes: Array
    states: Array
    failure: str = ""


def at_steps(prediction: Prediction, step: Indices) -> Array:
    """Return the states (n, k) after the steps (k,); after a failure the last one stands still."""
    return prediction.states[:, np.minimum(step, prediction.states.shape[1] - 1)]


Predictor = Callable[[Start], Prediction]


Demand = Literal["linear", "entries", "rows"]
"""The linear space of a POD, a decoder at chosen entries, an equation at chosen rows."""


class ReducedMethod(Protocol):
    """Settings of a reduced-order model."""

    @property
    def demands(self) -> tuple[Demand, ...]:
        """What reductions and the equation must offer (`mornet.rom.methods.demands`)."""
        ...

    def predictor(self, training: Training) -> Predictor:
        """Return the function that predicts a trajectory from its start."""
        ...


def implicit_of(integrator: TimeIntegrator) -> tuple[ImplicitMethod, int]:
    """Return an implicit method, and how many of its steps are one step of ``integrator``.

    An explicit method is replaced by BDF2, with the same steps.
    """
    count = 1
    while isinstance(integrator, Substeps):
        count *= integrator.count
        integrator = integrator.integrator
    return integrator if isinstance(integrator, ImplicitMethod) else BDF2(integrator.dt), count
