"""Reduced-order models that project the equations: Galerkin and least squares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np

from mornet.errors import DivergenceError, OptionError
from mornet.fom.model import Model
from mornet.fom.problem import Problem
from mornet.fom.stages import Stage
from mornet.fom.time_stepping import ImplicitMethod, Stepped, TimeIntegrator, attempt
from mornet.linalg import equally_spaced
from mornet.records import Array, Indices
from mornet.reduction.hybrid.record import Hybrid
from mornet.rom.cloud import Cloud, cloud_of
from mornet.rom.faded import FadedHybrid
from mornet.rom.galerkin import Galerkin
from mornet.rom.gauss_newton import Problem as StageProblem
from mornet.rom.least_squares import LeastSquares, LeastSquaresSteps, StageResidual
from mornet.rom.methods.interface import (
    Demand,
    Prediction,
    Predictor,
    Start,
    Training,
    at_steps,
    implicit_of,
)
from mornet.rom.methods.trajectories import of_training
from mornet.rom.norms import Euclidean, ResidualNorm, StepError, WeakForm, Weighted, low_modes
from mornet.rom.projected import ProjectedSteps
from mornet.rom.sampled import contributions, energy_conserving, sampled
from mornet.rom.trial import Trial, through
from mornet.settings import Count, Range, Settings

Reach = Annotated[float, Range(0, above=True)]
Tolerance = Annotated[float, Range(0, 1, above=True, below=True)]
Candidates = Annotated[int, Range(2)]


@dataclass(frozen=True)
class Projected(Settings):
    """Where codes may go, and how often a stage may iterate.

    A code stays within ``reach`` times the radius of the training codes; None lets it go anywhere.
    The correction of a hybrid of POD fades out there instead, and no bound is needed
    (`mornet.rom.faded`). The time integrator is that of the problem, or BDF2 with the same steps if
    that is explicit.

    With ``start`` = "exact" the manifold is moved through the initial state, u_0 + g(z) - g(z_0):
    no error at t = 0, but what u_0 has beside the manifold stays for ever. With "nearest" the model
    starts at g(z_0). "better" takes the one with the smaller error on the first training
    trajectory.
    """

    reach: Reach | None = 1.5
    iterations: Count = 50
    start: Literal["exact", "nearest", "better"] = "better"

    def _prepared(self, training: Training) -> tuple[Training, Cloud | None]:
        """Return the training with a faded hybrid, and the cloud in which codes stay."""
        reduction = training.reduction
        if self.reach is None:
            return training, None
        codes = training.codes
        if isinstance(reduction, Hybrid) and reduction.variant in ("both", "decoder"):
            return replace(training, reduction=FadedHybrid(reduction, cloud_of(codes))), None
        return training, cloud_of(codes).widened(self.reach)

    def _started(self, training: Training, reduced: Reduced, steps: TimeIntegrator) -> Predictor:
        """Return predictions by ``steps`` of ``reduced`` models, on the manifold of ``start``."""
        starts = {"exact": [True], "nearest": [False], "better": [True, False]}[self.start]
        ways = [_predictor(training, reduced, steps, exact) for exact in starts]
        if len(ways) == 1:
            return ways[0]
        first = next(of_training(training))
        errors = [
            np.linalg.norm(at_steps(way(first.start), first.step) - first.states) for way in ways
        ]
        return ways[int(np.argmin(errors))]


Reduced = Callable[[Model, Trial], Stepped]
"""The reduced-order model of a full-order model on a manifold."""


def _predictor(
    training: Training, reduced: Reduced, steps: TimeIntegrator, exact: bool
) -> Predictor:
    count = implicit_of(training.problem.integrator)[1]

    def predict(start: Start) -> Prediction:
        trial, z = trial_of(training, start)
        trial, z = through(trial, start.state) if exact else (trial, z)
        model = reduced(training.problem.model(start.mu), trial)
        return marched(model, trial, z, steps, start, count)

    return predict


@dataclass(frozen=True)
class GalerkinMethod(Projected):
    """The equations projected on the manifold.

    ``discretise`` = "first" discretises the equations in time and projects their steps
    (`ProjectedSteps`); "last" projects the rates and discretises the equations for the codes. On
    affine spaces both are the same. ``reach`` does not bound the codes of "last".
    """

    demands: ClassVar[tuple[Demand, ...]] = ()
    discretise: Literal["first", "last"] = "first"

    def predictor(self, training: Training) -> Predictor:
        training, cloud = self._prepared(training)
        implicit, _ = implicit_of(training.problem.integrator)
        if self.discretise == "last":
            return self._started(training, Galerkin, implicit)
        return self._started(training, Galerkin, ProjectedSteps(implicit, cloud, self.iterations))


@dataclass(frozen=True)
class LeastSquaresMethod(Projected):
    """Least-squares Petrov-Galerkin: the residual of each stage is least in a ``norm``.

    The norm is the "error" of the step that the residual stands for, "euclidean", that of the
    "states" (the inner product of the problem), or that of the residual tested with so many
    ``modes`` of lowest wavenumber, "low_modes". A Euclidean residual of a diffusive equation is
    mostly that of rough parts of the error, which die out by themselves.

    With ``cells``, a relative tolerance, the norm is "euclidean" on the equations and weights alone
    that reproduce J^T r of the training states to this tolerance (`mornet.rom.sampled`), chosen
    among so many ``candidates`` at equal distances, or among more of them if these miss the
    tolerance; the problem's model must evaluate chosen rows.
    """

    norm: Literal["error", "euclidean", "states", "low_modes"] = "error"
    modes: Count = 64
    cells: Tolerance | None = None
    candidates: Candidates = 2000

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.cells is not None and self.norm not in ("error", "euclidean"):
            raise OptionError(
                f"cells have weights of their own, and norm = {self.norm!r} has none: leave one out"
            )

    @property
    def demands(self) -> tuple[Demand, ...]:
        """Few cells demand decoder and equation at these cells."""
        return () if self.cells is None else ("entries", "rows")

    def predictor(self, training: Training) -> Predictor:
        training, cloud = self._prepared(training)
        implicit, _ = implicit_of(training.problem.integrator)
        steps = LeastSquaresSteps(implicit, cloud, self.iterations)
        return self._started(training, self._model(training, implicit), steps)

    def _model(
        self, training: Training, implicit: ImplicitMethod
    ) -> Callable[[Model, Trial], StageResidual]:
        """Return what makes a least-squares model of a full-order model and a manifold."""
        if self.cells is None:
            norm = self.residual_norm(training.problem)
            return lambda model, trial: LeastSquares(model, trial, norm)
        rows, weights = training_cells(training, implicit.dt, self.cells, self.candidates)
        return lambda model, trial: sampled(model, trial, rows, weights)

    def residual_norm(self, problem: Problem) -> ResidualNorm | StepError:
        """Return the norm for the states of ``problem``."""
        if self.norm == "error":
            return StepError()
        if self.norm == "low_modes":
            grid = problem.grid
            count = min(self.modes, int(np.prod(grid.shape)))
            return WeakForm(low_modes(grid.shape, count, len(grid.fields)))
        if self.norm == "states" and problem.inner_product is not None:
            return Weighted(problem.inner_product)
        return Euclidean()


TRAINING_STAGES = 100
"""How many stages of training, about, the equations of a hyper-reduced model reproduce."""


def training_cells(
    training: Training, dt: float, tolerance: float, candidates: int
) -> tuple[Indices, Array]:
    """Return the equations (m,) and weights (m,) that reproduce J^T r in training.

    The equations are chosen among so many ``candidates``, or among twice as many, ..., if these
    miss the ``tolerance``. The stages are those of backward Euler from one training state to the
    next. Each is taken at the code where the iteration starts and at the code where it should end,
    with weight one. Raises DivergenceError if all equations together miss the tolerance.
    """
    n = training.problem.grid.n
    while True:
        some = equally_spaced(n, candidates)
        try:
            G, totals = _training_sums(training, dt, some)
            chosen, weights = energy_conserving(G, tolerance, totals)
            return some[chosen], weights
        except DivergenceError:
            if len(some) == n:
                raise
        candidates *= 2


def _training_sums(training: Training, dt: float, some: Indices) -> tuple[Array, Array]:
    """Return what the equations ``some`` contribute to J^T r of all stages, and the whole sums."""
    parts, totals = [], []
    for problem, z in training_stages(training, dt):
        G = contributions(problem, z)
        total = G.sum(axis=1)
        size = float(np.linalg.norm(total)) or 1.0
        parts.append(G[:, some] / size)
        totals.append(total / size)
    return np.vstack(parts), np.concatenate(totals)


def training_stages(training: Training, dt: float) -> Iterator[tuple[StageProblem, Array]]:
    """Yield about `TRAINING_STAGES` stages, each with the code of its start and that of its end."""
    paths = list(of_training(training))
    every = max(1, sum(len(path.t) for path in paths) // TRAINING_STAGES)
    for path in paths:
        trial, _ = trial_of(training, path.start)
        model = LeastSquares(training.problem.model(path.start.mu), trial)
        Z = trial.code(path.states)
        for k in range(1, Z.shape[1], every):
            problem = model.problem(Stage(float(path.t[k]), dt, trial.state(Z[:, k - 1])))
            yield problem, Z[:, k - 1]
            yield problem, Z[:, k]


def trial_of(training: Training, start: Start) -> tuple[Trial, Array]:
    """Return the manifold of the states of a trajectory, and the code of its initial state."""
    trial = training.trial(start.shift)
    return trial, trial.code(start.state)


def marched(
    model: Stepped,
    trial: Trial,
    z: Array,
    steps: TimeIntegrator,
    start: Start,
    count: int = 1,
) -> Prediction:
    """Return the prediction of a model of codes, as far as it goes, at every ``count``-th step."""
    codes, failure = attempt(model, z, steps, start.steps * count, start.t)
    codes = codes[:, ::count]
    return Prediction(codes, trial.state(codes), str(failure or ""))
