"""Reduced-order models of the test trajectories of a data set, on every reduction of a study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np

from mornet.comparison.cases import Case
from mornet.comparison.interpolation import over_parameters
from mornet.comparison.using import require_its_snapshots
from mornet.errors import OptionError
from mornet.experiments.coarser import Coarser
from mornet.experiments.model_runs import (
    MEASURED,
    NO_FAILURE,
    Run,
    Test,
    measured,
    product_of,
    tests_of,
)
from mornet.fom.problem import Problem
from mornet.linalg import column_norms
from mornet.records import Array, Indices, array, in_short
from mornet.reduction.interface import SmoothReduction
from mornet.reduction.pod.record import POD
from mornet.rom.methods.demands import require_offered
from mornet.rom.methods.interface import ReducedMethod, Training
from mornet.rom.methods.without_equation import problem_of_snapshots
from mornet.snapshots import DataSet, Snapshots
from mornet.snapshots.split import Mask


@dataclass(frozen=True, eq=False)
class ReducedModels:
    """One kind of reduced-order model on the reductions of a data set, against the test states.

    A case is one reduction: a method, a rank, a seed. Errors are relative to the norms of the
    states. For snapshots that are coordinates in the modes of a tree they are errors of the states
    too: what the modes leave out of the test states, relative to them, is ``left_out``. ``floor``
    is the reconstruction error, that of decode(encode(.)) of the test states: no bound, since a
    model may go below it. After a failure the last state stands still; such an ``error`` is stored,
    and shown nowhere (`over_trajectories`). The ``estimate`` knows no full-order trajectory
    (`mornet.rom.estimate`): it is one of the distance to the implicit full-order steps. A
    prediction that failed has none (-1). There is none at all, None, for models that keep only some
    steps, and without an equation, where there are no full-order times either.
    """

    kind: ClassVar[str] = "reduced_models"
    __repr__ = in_short
    labels: ClassVar[dict[str, tuple[str, ...]]] = {"case": ("method", "rank", "seed")}
    data_set: str
    model: str
    method: tuple[str, ...] = array("case", about="name of the reduction")
    rank: Indices = array("case")
    seed: Indices = array("case")
    t: Array = array("t", about="time of the test snapshots of a trajectory")
    error: Array = array("case", "trajectory", about="norm of the error over that of the states")
    floor: Array = array("case", "trajectory", about="the same for decode(encode(.))")
    error_in_time: Array = array(
        "case", "trajectory", "t", about="of each state, over largest norm"
    )
    failed_step: Indices = array("case", "trajectory", about="the step that failed, -1 if none")
    distance: Array = array(
        "case", "trajectory", about="largest distance of a code from the training codes, in radii"
    )
    failure: tuple[str, ...] = array("failure", about="case, trajectory and reason")
    seconds: Array = array("case", "trajectory", units="s", about="processor time", measured=True)
    coarsening: Indices = array("coarser", about="factor of the grid and of the time step")
    coarse_error: Array = array("coarser", "trajectory", about="of a coarser full-order model")
    coarse_seconds: Array = array("coarser", "trajectory", units="s", measured=True)
    mu: Array | None = array("parameter", "trajectory", about="test parameters", optional=True)
    trajectory_name: tuple[str, ...] | None = array(
        "trajectory", about="names of the test trajectories", optional=True
    )
    interpolated: float | None = array(
        about="relative error of training trajectories interpolated over mu", optional=True
    )
    estimate: Array | None = array(
        "case", "trajectory", about="of the error, from residuals alone, -1 if none", optional=True
    )
    full_seconds: Array | None = array(
        "trajectory", units="s", about="full-order model", measured=True, optional=True
    )
    left_out: float | None = array(
        about="norm of what the modes of a tree leave out of the test states, relative to them",
        optional=True,
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
    def failed(self) -> Mask:
        """Which predictions failed (case, trajectory)."""
        return self.failed_step != NO_FAILURE

    @property
    def effectivity(self) -> Array | None:
        """Estimates over errors (case, trajectory), NaN where there is none; None without any."""
        return None if self.estimate is None else self.judged("estimate") / self.error

    def judged(self, field: str) -> Array:
        """Return ``field`` (case, trajectory) without numbers of failed predictions.

        There an error is infinite, and an estimate NaN.
        """
        values: Array = getattr(self, field)
        if field == "estimate":
            return np.where(values == NO_ESTIMATE, np.nan, values)
        return np.where(self.failed, np.inf, values) if field == "error" else values

    def over_trajectories(self, field: str) -> Array:
        """Return the root mean square (case,) of ``field`` over the test trajectories.

        The error of a case with a failed prediction is infinite, its estimate NaN.
        """
        return np.asarray(np.sqrt(np.mean(self.judged(field) ** 2, axis=1)))

    @property
    def failures(self) -> int:
        """How many predictions failed."""
        return int(np.sum(self.failed))


NO_ESTIMATE = -1.0


class Group(NamedTuple):
    """A reduction of one rank, with the positions of its cases."""

    method: str
    rank: int
    cases: Indices


def reduced_models(
    data: DataSet,
    problem: Problem | None,
    cases: Sequence[Case],
    name: str,
    method: ReducedMethod,
    coarser: Coarser | None = None,
    modes: POD | None = None,
) -> ReducedModels:
    """Return the errors of the model ``method``, called ``name``, on all seeds of all ``cases``.

    Without an equation the ``problem`` is None. ``coarser`` makes the full-order models to compare
    with. If the snapshots are coordinates, ``modes`` are theirs, and the states those of the
    problem; without an equation they are not needed. Raises OptionError without a case, for a case
    of other snapshots, for snapshots that hold only a part of a state, and where reductions or
    equation do not offer what the model demands; ShapeError for test trajectories of different
    lengths; DataError for different times of them, and for states that are all zero.
    """
    if not cases:
        raise OptionError("give at least one fit: a reduced-order model needs a reduction")
    for case in cases:
        require_its_snapshots(case, data)
    problem = problem or problem_of_snapshots(data)
    _require_whole_states(data, problem, modes)
    tests = list(tests_of(data, problem, modes))
    whole = float(np.linalg.norm([test.whole for test in tests]))
    fitted = [
        (case, int(seed), _smooth(model))
        for case in cases
        for seed, model in zip(case.seed, case.models, strict=False)
    ]
    product = product_of(data, modes)
    trainings = [Training(problem, model, data.train, product, modes) for _, _, model in fitted]
    require_offered(name, method, zip((case.method for case, *_ in fitted), trainings, strict=True))
    runs = [measured(training, method, tests) for training in trainings]
    named = [(case.method, case.rank, seed) for case, seed, _ in fitted]
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
        full_seconds=np.array([test.seconds for test in tests]) if problem.equation else None,
        trajectory_name=tuple(test.name for test in tests) if data.trajectory_name else None,
        **_coarse(coarser, tests),
        **{name: np.array([[getattr(r, name) for r in run] for run in runs]) for name in MEASURED},
        interpolated=interpolation_error(data, whole),
        left_out=None if data.test.left_out is None else _left_out(data.test) / whole,
        estimate=_estimates(runs),
        units={"t": data.test.units.get("t", "1")},
        n=problem.grid.n,
        m=data.train.m,
    )


def _require_whole_states(data: DataSet, problem: Problem, modes: POD | None) -> None:
    n = data.test.n if modes is None else modes.n
    if n != problem.grid.n:
        raise OptionError(
            f"{data.name}: snapshots have {n} dofs, states of the equation have "
            f"{problem.grid.n}: a reduced-order model needs whole states"
        )


def _coarse(coarser: Coarser | None, tests: Sequence[Test]) -> dict[str, Any]:
    """Return the fields of `ReducedModels` about coarser models."""
    none = np.empty((0, len(tests)))
    found = coarser.against([test.trajectory for test in tests]) if coarser else None
    return {
        "coarsening": np.array(found.factor if found else [], dtype=int),
        "coarse_error": np.array(found.error) if found else none,
        "coarse_seconds": np.array(found.seconds) if found else none,
    }


def interpolation_error(data: DataSet, whole: float) -> float | None:
    """Return the error of training trajectories interpolated over mu, relative to the test states.

    This prediction needs no model. ``whole`` is the norm of the states. The result is None where
    parameters or times are unknown.
    """
    weights = over_parameters(data.train, data.test)
    if weights is None:
        return None
    error = data.test.states - data.test.to_states(data.train.U @ weights)
    wrong = float(np.linalg.norm(column_norms(error, data.inner_product)))
    return float(np.hypot(wrong, _left_out(data.test))) / whole


def _left_out(part: Snapshots) -> float:
    """Return the norm of what all coordinates of ``part`` leave out, without weights."""
    return 0.0 if part.left_out is None else float(np.linalg.norm(part.left_out))


def _smooth(model: Any) -> SmoothReduction:
    """Return the reduction ``model``; OptionError if its decoder has no derivative."""
    if isinstance(model, SmoothReduction):
        return model
    raise OptionError(f"the decoder of {type(model).__name__} has no derivative: no model")


def _estimates(runs: Sequence[Sequence[Run]]) -> Array | None:
    """Return the estimates (case, trajectory), -1 where there is none; None without any."""
    rows = [[run.estimate for run in row] for row in runs]
    if all(value is None for row in rows for value in row):
        return None
    return np.array([[NO_ESTIMATE if v is None else v for v in row] for row in rows])


def _failures(
    named: Sequence[Any], tests: Sequence[Test], runs: Sequence[Sequence[Run]]
) -> Iterator[str]:
    """Yield a sentence for each failure."""
    for (method, rank, seed), run in zip(named, runs, strict=True):
        for test, result in zip(tests, run, strict=True):
            if result.reason:
                yield f"{method}, r = {rank}, seed {seed}, {_where(test)}: {result.reason}"


def _where(test: Test) -> str:
    """Return the parameters of a test trajectory in words, and its name if it has one."""
    path = test.trajectory
    mu = ", ".join(f"{value:g}" for value in path.start.mu)
    named = not mu or test.name != str(path.number)
    return ", ".join([*[f"mu = ({mu})"] * bool(mu), *[f"trajectory {test.name}"] * named])
