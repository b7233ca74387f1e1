"""The trajectories of snapshots: where each begins, and its states to compare with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mornet.errors import DataError
from mornet.fom.problem import Mu, Problem
from mornet.records import Array, Indices
from mornet.reduction.pod.record import POD
from mornet.rom.methods.interface import Start, Training
from mornet.rom.methods.order import in_time
from mornet.snapshots import Snapshots


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The ``states`` (n, k) at the times ``t`` (k,), after so many steps from the ``start``.

    ``columns`` (k,) are the numbers of the snapshots, and ``number`` is that of the trajectory.
    """

    start: Start
    states: Array
    t: Array
    step: Indices
    columns: Indices
    number: int

    def with_states(self, W: Array, problem: Problem) -> Trajectory:
        """Return the trajectory with states of ``W`` (n, steps + 1), all from t = 0 on."""
        first = round(self.start.t * problem.steps / problem.final_time)
        return replace(self, states=W[:, first + self.step])


def trajectories(
    problem: Problem, part: Snapshots, modes: POD | None = None
) -> Iterator[Trajectory]:
    """Yield the trajectories of ``part``, or of the states of coordinates in the ``modes``.

    A trajectory begins at the initial state of the problem, or at its first snapshot if that is
    later than one interval between two snapshots, and if there is no equation. The number of a
    trajectory is its parameter where the problem has one and the snapshots none, as of random
    starts. Raises OptionError for snapshots without times, DataError for a time that stands twice
    in a trajectory, or lies between two steps of the equation.
    """
    for k, (number, (columns, t)) in enumerate(in_time(part).items()):
        own = part.take(columns)
        U = own.states if modes is None else modes.decode(own.U)
        mu = _parameters(problem, part, int(columns[0]), number)
        shift = None if part.shift is None else part.shift[:, k]
        start, step = (_started if problem.equation else _as_given)(problem, mu, U, t, shift)
        yield Trajectory(start, U, t, step, columns, number)


BETWEEN = 1e-3
"""Part of a step up to which a time is that of a step, but for rounding."""


def _started(
    problem: Problem, mu: Mu, U: Array, t: Array, shift: Array | None
) -> tuple[Start, Indices]:
    """Return the start of states ``U`` (n, k) at the times ``t``, and the steps (k,) to them.

    Raises DataError for a time between two steps.
    """
    dt = problem.final_time / problem.steps
    step = np.rint(t / dt).astype(int)
    between = np.flatnonzero(np.abs(t / dt - step) > BETWEEN)
    if len(between):
        raise DataError(
            f"{problem.name}: the snapshot at t = {t[between[0]]:g} lies between two steps of "
            f"{dt:g}: give snapshots at multiples of the step"
        )
    first = 0 if step[0] <= np.diff(step).max(initial=1) else int(step[0])
    state = U[:, 0] if first else problem.initial(mu)
    return Start(mu, first * dt, state, int(step[-1]) - first, shift), step - first


def _as_given(
    problem: Problem, mu: Mu, U: Array, t: Array, shift: Array | None
) -> tuple[Start, Indices]:
    """Return the same where there is no equation: a step leads to the next snapshot."""
    return Start(mu, float(t[0]), U[:, 0], len(t) - 1, shift, t), np.arange(len(t))


def of_training(training: Training) -> Iterator[Trajectory]:
    """Yield the trajectories of the training snapshots; raise as `trajectories` does."""
    return trajectories(training.problem, training.snapshots, modes=training.modes)


def _parameters(problem: Problem, part: Snapshots, column: int, number: int) -> Mu:
    if not problem.parameters:
        return ()
    return (float(number),) if part.mu is None else tuple(part.mu[:, column].tolist())
