"""The trajectories of snapshots: where each begins, and its states to compare with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mornet.errors import OptionError
from mornet.fom.problem import Mu, Problem
from mornet.records import Array, Indices
from mornet.rom.methods.interface import Start
from mornet.snapshots import Snapshots


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The ``states`` (n, k) at the times ``t`` (k,), after so many steps from the ``start``."""

    start: Start
    states: Array
    t: Array
    step: Indices


def trajectories(problem: Problem, part: Snapshots, before: int = 0) -> Iterator[Trajectory]:
    """Yield the trajectories of ``part``.

    A trajectory begins at the initial state of the problem, or at its first snapshot if that is
    later than one interval between two snapshots. Where parameters are numbers of random starts,
    ``before`` trajectories have lower numbers. Raises OptionError for snapshots without times.
    """
    if part.t is None:
        raise OptionError(f"{problem.name}: a reduced-order model needs the times of the snapshots")
    dt, states = problem.final_time / problem.steps, part.states
    for k in range(int(part.trajectory.max()) + 1):
        columns = np.flatnonzero(part.trajectory == k)
        columns = columns[np.argsort(part.t[columns], kind="stable")]
        U, step = states[:, columns], np.rint(part.t[columns] / dt).astype(int)
        mu = _parameters(problem, part, int(columns[0]), before + k)
        first = 0 if step[0] <= np.diff(step).max(initial=1) else int(step[0])
        state = U[:, 0] if first else problem.initial(mu)
        shift = None if part.shift is None else part.shift[:, k]
        start = Start(mu, first * dt, state, int(step[-1]) - first, shift)
        yield Trajectory(start, U, part.t[columns], step - first)


def _parameters(problem: Problem, part: Snapshots, column: int, number: int) -> Mu:
    if not problem.parameters:
        return ()
    return (float(number),) if part.mu is None else tuple(part.mu[:, column].tolist())
