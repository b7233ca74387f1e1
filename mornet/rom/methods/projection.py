"""Reduced-order models that project the equations: Galerkin and least squares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np

from mornet.fom.problem import Problem
from mornet.fom.time_stepping import Stepped, TimeIntegrator, attempt
from mornet.records import Array
from mornet.reduction.hybrid.record import Hybrid
from mornet.rom.cloud import Cloud, cloud_of
from mornet.rom.faded import FadedHybrid
from mornet.rom.galerkin import Galerkin
from mornet.rom.least_squares import LeastSquares, LeastSquaresSteps
from mornet.rom.methods.interface import Prediction, Predictor, Start, Training, implicit_of
from mornet.rom.norms import Euclidean, ResidualNorm, WeakForm, Weighted, low_modes
from mornet.rom.projected import ProjectedSteps
from mornet.rom.trial import Trial, through, trial_manifold
from mornet.settings import Count, Range, Settings

Reach = Annotated[float, Range(0, above=True)]


@dataclass(frozen=True)
class Projected(Settings):
    """Where codes may go, and how often a stage may iterate.

    A code stays within ``reach`` times the radius of the training codes; None lets it go anywhere.
    The correction of a hybrid of POD fades out there instead, and no bound is needed
    (`mornet.rom.faded`). Models start at the exact initial state. The time integrator is that of
    the problem, or BDF2 with the same steps if that is explicit.
    """

    reach: Reach | None = 1.5
    iterations: Count = 50

    def _prepared(self, training: Training) -> tuple[Training, Cloud | None]:
        """Return the training with a faded hybrid, and the cloud in which codes stay."""
        reduction = training.reduction
        if self.reach is None:
            return training, None
        codes = reduction.encode(training.snapshots.U)
        if isinstance(reduction, Hybrid) and reduction.variant in ("both", "decoder"):
            return replace(training, reduction=FadedHybrid(reduction, cloud_of(codes))), None
        return training, cloud_of(codes).widened(self.reach)


@dataclass(frozen=True)
class GalerkinMethod(Projected):
    """The equations projected on the manifold.

    ``discretise`` = "first" discretises the equations in time and projects their steps
    (`ProjectedSteps`); "last" projects the rates and discretises the equations for the codes. On
    affine spaces both are the same. ``reach`` does not bound the codes of "last".
    """

    discretise: Literal["first", "last"] = "first"

    def predictor(self, training: Training) -> Predictor:
        training, cloud = self._prepared(training)
        implicit, count = implicit_of(training.problem.integrator)
        steps: TimeIntegrator = implicit
        if self.discretise == "first":
            steps = ProjectedSteps(implicit, cloud, self.iterations)

        def predict(start: Start) -> Prediction:
            trial, z = trial_of(training, start)
            model = Galerkin(training.problem.model(start.mu), trial)
            return marched(model, trial, z, steps, start, count)

        return predict


@dataclass(frozen=True)
class LeastSquaresMethod(Projected):
    """Least-squares Petrov-Galerkin: the residual of each stage is least in a ``norm``.

    The norm is "euclidean", that of the "states" (the inner product of the problem), or that of the
    residual tested with so many ``modes`` of lowest wavenumber, "low_modes".
    """

    norm: Literal["euclidean", "states", "low_modes"] = "euclidean"
    modes: Count = 64

    def predictor(self, training: Training) -> Predictor:
        training, cloud = self._prepared(training)
        implicit, count = implicit_of(training.problem.integrator)
        steps = LeastSquaresSteps(implicit, cloud, self.iterations)
        norm = self.residual_norm(training.problem)

        def predict(start: Start) -> Prediction:
            trial, z = trial_of(training, start)
            model = LeastSquares(training.problem.model(start.mu), trial, norm)
            return marched(model, trial, z, steps, start, count)

        return predict

    def residual_norm(self, problem: Problem) -> ResidualNorm:
        """Return the norm for the states of ``problem``."""
        if self.norm == "low_modes":
            grid = problem.grid
            count = min(self.modes, int(np.prod(grid.shape)))
            return WeakForm(low_modes(grid.shape, count, len(grid.fields)))
        if self.norm == "states" and problem.inner_product is not None:
            return Weighted(problem.inner_product)
        return Euclidean()


def trial_of(training: Training, start: Start) -> tuple[Trial, Array]:
    """Return the manifold through the initial state, and the code there."""
    trial = trial_manifold(
        training.reduction, start.shift, training.snapshots.scale, training.inner_product
    )
    return through(trial, start.state)


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
