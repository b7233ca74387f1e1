"""Runs of a reduced-order model on the test trajectories of a data set, and what they measure."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mornet.errors import DataError, DivergenceError, ShapeError
from mornet.fom.problem import Problem
from mornet.linalg import InnerProduct, column_norms
from mornet.records import Array
from mornet.reduction.pod.record import POD
from mornet.rom.cloud import cloud_of
from mornet.rom.estimate import estimated_errors
from mornet.rom.methods.interface import (
    Prediction,
    Predictor,
    ReducedMethod,
    Start,
    Training,
    at_steps,
    implicit_of,
)
from mornet.rom.methods.trajectories import Trajectory, trajectories
from mornet.snapshots import DataSet
from mornet.snapshots.equal_steps import step_tolerance

NO_FAILURE = -1


class Test(NamedTuple):
    """A test trajectory, the norms (k,) of its states, and the time of the full-order model.

    States that are coordinates leave out parts of the norms ``left_out`` (k,), which are in the
    norms; otherwise they are zero. The time is 0 without an equation. ``name`` is that of the
    trajectory, or its number.
    """

    trajectory: Trajectory
    norms: Array
    left_out: Array
    seconds: float
    name: str

    @property
    def whole(self) -> float:
        """The norm of all states."""
        return float(np.linalg.norm(self.norms))


class Run(NamedTuple):
    """What is measured of one prediction; see the fields of `ReducedModels`."""

    error: float
    floor: float
    error_in_time: Array
    failed_step: int
    distance: float
    seconds: float
    reason: str
    estimate: float | None


MEASURED = ("error", "floor", "error_in_time", "failed_step", "distance", "seconds")


def tests_of(data: DataSet, problem: Problem, modes: POD | None) -> Iterator[Test]:
    """Yield the test trajectories of ``data``; raise as `trajectories` does.

    If the snapshots are coordinates in ``modes``, the states are those of the problem.
    """
    for known in trajectories(problem, data.test, modes):
        path, seconds = known, 0.0
        lost: Array = np.zeros(len(path.t))
        if problem.equation:
            begin = time.process_time()
            W = problem.trajectory(path.start.mu)
            seconds = time.process_time() - begin
            path = path if modes is None else path.with_states(W, problem)
        elif data.test.left_out is not None:
            lost = data.test.left_out[path.columns]
        norms = column_norms(path.states, product_of(data, modes))
        yield Test(path, np.hypot(norms, lost), lost, seconds, data.name_of(path.number))


def product_of(data: DataSet, modes: POD | None) -> InnerProduct | None:
    """Return the inner product of states: that of the ``modes`` whose coordinates are stored."""
    return data.inner_product if modes is None else modes.inner_product


def measured(training: Training, method: ReducedMethod, tests: Sequence[Test]) -> list[Run]:
    """Return the measurements of one reduction on all test trajectories.

    A model that cannot be made, as of too few cells, fails on all of them at the start.

    Raises ShapeError for trajectories of different lengths, DataError for different times, and for
    a trajectory that is zero.
    """
    require_comparable(training.problem.name, tests)
    predict, cloud = _predictor(training, method), cloud_of(training.codes)
    product, runs = training.inner_product, []
    for test in tests:
        start, states = test.trajectory.start, test.trajectory.states
        begin = time.process_time()
        prediction = predict(start)
        seconds = time.process_time() - begin
        trial, reached = training.trial(start.shift), at_steps(prediction, test.trajectory.step)
        floor, errors = (
            np.hypot(column_norms(states - other, product), test.left_out)
            for other in (trial.state(trial.code(states)), reached)
        )
        failed = prediction.codes.shape[1] if prediction.failure else NO_FAILURE
        runs.append(
            Run(
                float(np.linalg.norm(errors)) / test.whole,
                float(np.linalg.norm(floor)) / test.whole,
                errors / test.norms.max(),
                failed,
                float(cloud.distance(prediction.codes).max()),
                seconds,
                prediction.failure,
                _estimate(training, test, prediction),
            )
        )
    return runs


def _predictor(training: Training, method: ReducedMethod) -> Predictor:
    try:
        return method.predictor(training)
    except DivergenceError as error:
        return _standing_still(training, str(error))


def _standing_still(training: Training, failure: str) -> Predictor:
    def predict(start: Start) -> Prediction:
        trial = training.trial(start.shift)
        codes = trial.code(start.state)[:, None]
        return Prediction(codes, trial.state(codes), failure)

    return predict


SAME = 1e-6
"""Relative difference of times that are the same but for rounding, where there are no steps."""


def _same_times(*times: Array) -> float:
    """Return by how much two trajectories of the same times may differ in them."""
    if len(times[0]) == 1:
        return SAME * float(np.max(np.abs(times)))
    return step_tolerance(times)


def require_comparable(name: str, tests: Sequence[Test]) -> None:
    """Raise an error unless errors can be relative to all trajectories, at the times of one."""
    paths = [test.trajectory for test in tests]
    times, first = [path.t for path in paths], tests[0].name
    for test, t in zip(tests, times, strict=True):
        k = test.name
        if not test.whole:
            raise DataError(
                f"{name}: the states of test trajectory {k} are all zero, so that they have no "
                "relative error: choose other test trajectories"
            )
        if len(t) != len(times[0]):
            raise ShapeError(
                f"{name}: test trajectories {first} and {k} have different lengths, "
                f"{len(times[0])} and {len(t)}: hold out trajectories of one length"
            )
        if np.max(np.abs(t - times[0])) > _same_times(t, times[0]):
            raise DataError(
                f"{name}: test trajectories {first} and {k} have different times, "
                f"{times[0][0]:g} to {times[0][-1]:g} and {t[0]:g} to {t[-1]:g}: hold out "
                "trajectories of the same times, or let all times begin at 0"
            )


def _estimate(training: Training, test: Test, prediction: Prediction) -> float | None:
    """Return the estimate of the error of a whole prediction, relative to the states.

    It is None where the prediction ends early, some steps of the time integrator are not kept, or
    no equation is known.
    """
    problem = training.problem
    integrator, count = implicit_of(problem.integrator)
    start, states, step = test.trajectory.start, prediction.states, test.trajectory.step
    complete = not prediction.failure and states.shape[1] > step.max()
    if not (problem.equation and complete and count == 1):
        return None
    model, at_start = problem.model(start.mu), start.state - states[:, 0]
    E = estimated_errors(model, integrator, states, at_start, start.t)[:, step]
    return float(np.linalg.norm(column_norms(E, training.inner_product))) / test.whole
