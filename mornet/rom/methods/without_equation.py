"""Snapshots without an equation, in place of a full-order problem."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mornet.errors import OptionError
from mornet.fom.problem import Grid, Outline, Problem
from mornet.fom.time_stepping import BDF2
from mornet.records import Indices
from mornet.rom.methods.order import in_time
from mornet.snapshots import DataSet, Snapshots
from mornet.snapshots.equal_steps import shortest_step, step_tolerance


class Given(NamedTuple):
    """The sampling of snapshots that are there already."""

    data: DataSet

    def outline(self, problem: Problem) -> Outline:
        """Return the sizes of the training part."""
        train = self.data.train
        return Outline(train.n, tuple(lengths_of(train).tolist()))

    def data_set(self, problem: Problem) -> DataSet:
        """Return the data set itself."""
        return self.data


def problem_of_snapshots(data: DataSet) -> Problem:
    """Return what is known of the problem behind the snapshots of ``data``: no equation.

    The time step is the shortest one of the training snapshots. Raises OptionError for snapshots
    without times, and if no two of them follow each other; DataError for a time that stands twice
    in a trajectory.
    """
    train = data.train
    paths = [path.t for path in in_time(train).values()]
    steps = np.concatenate([np.diff(t) for t in paths])
    if not len(steps):
        raise OptionError(f"{data.name}: no trajectory has two times to learn from")
    dt, count = shortest_step(steps, step_tolerance(paths)), int(lengths_of(train).max()) - 1

    def unknown(*_: Any) -> Any:
        raise OptionError(f"{data.name}: {NO_EQUATION}")

    return Problem(
        name=data.name,
        model=unknown,
        initial=unknown,
        integrator=BDF2(dt),
        steps=count,
        final_time=dt * count,
        grid=Grid(train.x, (train.n,)),
        sampling=Given(data),
        parameters=_names_of_parameters(train),
        inner_product=data.inner_product,
        equation=False,
    )


def _names_of_parameters(train: Snapshots) -> tuple[str, ...]:
    p = 0 if train.mu is None else len(train.mu)
    return train.names_of_mu or tuple(f"mu_{i}" for i in range(p))


NO_EQUATION = (
    "no equation is known, and galerkin, deim and least_squares project one; regression and "
    "operator_inference work without an equation"
)


def lengths_of(part: Snapshots) -> Indices:
    """Return the number of snapshots (K,) of each trajectory."""
    return np.unique(part.trajectory, return_counts=True)[1]
