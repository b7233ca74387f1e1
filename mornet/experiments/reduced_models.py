"""Reduced-order models of the test trajectories of a data set, on every reduction of a study."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np

from mornet.comparison.cases import Case
from mornet.comparison.interpolation import over_parameters
from mornet.errors import OptionError, ShapeError
from mornet.experiments.coarser import Coarser
from mornet.fom.problem import Problem
from mornet.linalg import column_norms
from mornet.records import Array, Indices, array
from mornet.reduction.interface import SmoothReduction
from mornet.rom.cloud import cloud_of
from mornet.rom.estimate import estimated_errors
from mornet.rom.methods.interface import (
    Prediction,
    ReducedMethod,
    Training,
    at_steps,
    implicit_of,
)
from mornet.rom.methods.trajectories import Trajectory, trajectories
from mornet.rom.trial import trial_manifold
from mornet.snapshots import DataSet

NO_FAILURE = -1


@dataclass(frozen=True, eq=False)
class ReducedModels:
    """One kind of reduced-order model on the reductions of a data set, against the test states.

    A case is one reduction: a method, a rank, a seed. Errors are relative to the norms of the
    states. ``floor`` is the error of the projected test states, decode(encode(.)). After a failure
    the last state stands still, so that its errors are those of a model that stopped. The
    ``estimate`` knows no full-order trajectory (`mornet.rom.estimate`): it is one of the distance
    to the implicit full-order steps. It is None for models that keep only some steps, and if a
    prediction failed.
    """

    kind: ClassVar[str] = "reduced_models"
    data_set: str
    model: str
    method: tuple[str, ...] = array("case", about="name of the reduction")
    rank: Indices = array("case")
    seed: Indices = array("case")
    t: Array = array("t", about="time of the test snapshots of a trajectory")
    error: Array = array("case", "trajectory", about="norm of the error over that of the states")
    floor: Array = array("case", "trajectory", about="the same for the projected states")
    error_in_time: Array = array(
        "case", "trajectory", "t", about="of each state, over largest norm"
    )
    failed_step: Indices = array("case", "trajectory", about="the step that failed, -1 if none")
    distance: Array = array(
        "case", "trajectory", about="largest distance of a code from the training codes, in radii"
    )
    failure: tuple[str, ...] = array("failure", about="case, trajectory and reason")
    seconds: Array = array("case", "trajectory", units="s", about="processor time", measured=True)
    full_seconds: Array = array("trajectory", units="s", about="full-order model", measured=True)
    coarsening: Indices = array("coarser", about="factor of the grid and of the time step")
    coarse_error: Array = array("coarser", "trajectory", about="of a coarser full-order model")
    coarse_seconds: Array = array("coarser", "trajectory", units="s", measured=True)
    mu: Array | None = array("parameter", "trajectory", about="test parameters", optional=True)
    interpolated: float | None = array(
        about="relative error of training trajectories interpolated over mu", optional=True
    )
    estimate: Array | None = array(
        "case", "trajectory", about="of the error, from residuals alone", optional=True
    )
    units: dict[str, str] = field(default_factory=dict)
    n: int | None = array(about="degrees of freedom", optional=True)
    m: int | None = array(about="training snapshots", optional=True)

    def groups(self) -> list[Group]:
        """Return the method, the rank and the cases (its seeds) of each reduction, in order."""
        pairs = list(zip(self.method, self.rank.tolist(), strict=True))
        cases = {pair: [i for i, other in enumerate(pairs) if other == pair] for pair in pairs}
        return [Group(*pair, np.array(numbers)) for pair, numbers in cases.items()]

    @property
    def effectivity(self) -> Array | None:
        """Estimates over errors (case, trajectory), None without estimates."""
        return None if self.estimate is None else self.estimate / self.error

    def over_trajectories(self, field: str) -> Array:
        """Return the root mean square (case,) of ``field`` over the test trajectories."""
        return np.asarray(np.sqrt(np.mean(getattr(self, field) ** 2, axis=1)))

    @property
    def failures(self) -> int:
        """How many predictions failed."""
        return int(np.sum(self.failed_step != NO_FAILURE))


class Group(NamedTuple):
    """A reduction of one rank, with the positions of its cases."""

    method: str
    rank: int
    cases: Indices


def reduced_models(
    data: DataSet,
    problem: Problem,
    cases: Sequence[Case],
    name: str,
    method: ReducedMethod,
    coarser: Coarser | None = None,
) -> ReducedModels:
    """Return the errors of the model ``method``, called ``name``, on all seeds of all ``cases``.

    ``coarser`` makes the full-order models to compare with. Raises OptionError without a case, and
    for snapshots that hold only a part of a state; ShapeError for test trajectories of different
    lengths.
    """
    if not cases:
        raise OptionError("give at least one fit: a reduced-order model needs a reduction")
    if data.test.n != problem.grid.n:
        raise OptionError(
            f"{data.name}: snapshots have {data.test.n} dofs, states of the equation have "
            f"{problem.grid.n}: a reduced-order model needs whole states"
        )
    tests = list(tests_of(data, problem))
    fitted = [
        (case, int(seed), _smooth(model))
        for case in cases
        for seed, model in zip(case.seed, case.models, strict=False)
    ]
    runs = [_run(data, problem, model, method, tests) for _, _, model in fitted]
    named = [(case.method, case.rank, seed) for case, seed, _ in fitted]
    references = coarser.against([test.trajectory for test in tests]) if coarser else None
    return ReducedModels(
        data_set=data.name,
        model=name,
        method=tuple(case.method for case, _, _ in fitted),
        rank=np.array([case.rank for case, _, _ in fitted]),
        seed=np.array([seed for _, seed, _ in fitted]),
        t=tests[0].trajectory.t,
        failure=tuple(_failures(named, tests, runs)),
        mu=np.column_stack([test.trajectory.start.mu for test in tests])
        if problem.parameters
        else None,
        full_seconds=np.array([test.seconds for test in tests]),
        coarsening=np.array(references.factor if references else [], dtype=int),
        coarse_error=np.array(references.error if references else np.empty((0, len(tests)))),
        coarse_seconds=np.array(references.seconds if references else np.empty((0, len(tests)))),
        **{name: np.array([[getattr(r, name) for r in run] for run in runs]) for name in _MEASURED},
        interpolated=interpolation_error(data),
        estimate=_estimates(runs),
        units={"t": data.test.units.get("t", "1")},
        n=data.train.n,
        m=data.train.m,
    )


def interpolation_error(data: DataSet) -> float | None:
    """Return the error of training trajectories interpolated over mu, relative to the test states.

    This prediction needs no model. It is None where parameters or times are unknown.
    """
    weights = over_parameters(data.train, data.test)
    if weights is None:
        return None
    states = data.test.states
    error = states - data.test.to_states(data.train.U @ weights)
    lengths = (column_norms(columns, data.inner_product) for columns in (error, states))
    wrong, whole = (float(np.linalg.norm(length)) for length in lengths)
    return wrong / whole


def _smooth(model: Any) -> SmoothReduction:
    """Return the reduction ``model``; OptionError if its decoder has no derivative."""
    if isinstance(model, SmoothReduction):
        return model
    raise OptionError(f"the decoder of {type(model).__name__} has no derivative: no model")


class Test(NamedTuple):
    """A test trajectory, the norms of its states, and the time of the full-order model."""

    trajectory: Trajectory
    norms: Array
    seconds: float


class _Run(NamedTuple):
    error: float
    floor: float
    error_in_time: Array
    failed_step: int
    distance: float
    seconds: float
    reason: str
    estimate: float | None


_MEASURED = ("error", "floor", "error_in_time", "failed_step", "distance", "seconds")


def tests_of(data: DataSet, problem: Problem) -> Iterator[Test]:
    """Yield the test trajectories of ``data``; raise as `trajectories` does."""
    before = int(data.train.trajectory.max()) + 1
    for trajectory in trajectories(problem, data.test, before):
        begin = time.process_time()
        problem.trajectory(trajectory.start.mu)
        seconds = time.process_time() - begin
        yield Test(trajectory, column_norms(trajectory.states, data.inner_product), seconds)


def _run(
    data: DataSet,
    problem: Problem,
    reduction: SmoothReduction,
    method: ReducedMethod,
    tests: Sequence[Test],
) -> list[_Run]:
    """Return the measurements of one reduction on all test trajectories."""
    if len({len(test.norms) for test in tests}) > 1:
        raise ShapeError(f"{data.name}: the test trajectories have different lengths")
    training = Training(problem, reduction, data.train, data.inner_product)
    predict, cloud = method.predictor(training), cloud_of(reduction.encode(data.train.U))
    runs = []
    for test in tests:
        start, states = test.trajectory.start, test.trajectory.states
        begin = time.process_time()
        prediction = predict(start)
        seconds = time.process_time() - begin
        trial = trial_manifold(reduction, start.shift, data.train.scale, data.inner_product)
        floor = column_norms(states - trial.state(trial.code(states)), data.inner_product)
        reached = at_steps(prediction, test.trajectory.step)
        errors = column_norms(states - reached, data.inner_product)
        whole = float(np.linalg.norm(test.norms))
        failed = prediction.codes.shape[1] if prediction.failure else NO_FAILURE
        distance = float(cloud.distance(prediction.codes).max())
        runs.append(
            _Run(
                float(np.linalg.norm(errors)) / whole,
                float(np.linalg.norm(floor)) / whole,
                errors / test.norms.max(),
                failed,
                distance,
                seconds,
                prediction.failure,
                _estimate(data, problem, test, prediction),
            )
        )
    return runs


def _estimate(data: DataSet, problem: Problem, test: Test, prediction: Prediction) -> float | None:
    """Return the estimate of the error of a whole prediction, relative to the states.

    It is None where the prediction ends early or some steps of the time integrator are not kept.
    """
    integrator, count = implicit_of(problem.integrator)
    start, states, step = test.trajectory.start, prediction.states, test.trajectory.step
    if prediction.failure or count > 1 or states.shape[1] <= step.max():
        return None
    model, at_start = problem.model(start.mu), start.state - states[:, 0]
    E = estimated_errors(model, integrator, states, at_start, start.t)[:, step]
    return float(np.linalg.norm(column_norms(E, data.inner_product)) / np.linalg.norm(test.norms))


def _estimates(runs: Sequence[Sequence[_Run]]) -> Array | None:
    """Return the estimates (case, trajectory), None unless there are all of them."""
    rows = [[run.estimate for run in row] for row in runs]
    if any(value is None for row in rows for value in row):
        return None
    return np.array(rows, dtype=float)


def _failures(
    named: Sequence[Any], tests: Sequence[Test], runs: Sequence[Sequence[_Run]]
) -> Iterator[str]:
    """Yield a sentence for each failure."""
    for (method, rank, seed), run in zip(named, runs, strict=True):
        for test, result in zip(tests, run, strict=True):
            if result.reason:
                mu = ", ".join(f"{value:g}" for value in test.trajectory.start.mu)
                yield f"{method}, r = {rank}, seed {seed}, mu = ({mu}): {result.reason}"
