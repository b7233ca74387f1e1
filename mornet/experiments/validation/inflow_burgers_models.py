"""Least-squares models of Barnett and Farhat's Burgers equation, and what they cost.

A step of the full-order model needs no linear solver: a sweep over the cells solves it exactly. The
published models are timed against Newton's method with a sparse solver.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Literal, NamedTuple

import numpy as np

from mornet.experiments.validation.inflow import (
    CONFIGURATION,
    MU,
    PLACE,
    SOURCE,
    inflow_data,
    inflow_pod,
    inflow_problem,
)
from mornet.experiments.validation.inflow_burgers import inflow_manifold
from mornet.experiments.validation.published import Published, Reproduction, reproduce
from mornet.fom.model import Model
from mornet.fom.time_stepping import Trapezoidal, march
from mornet.records import Array
from mornet.reduction.interface import SmoothReduction
from mornet.rom.cloud import Cloud
from mornet.rom.gauss_newton import Problem, minimise
from mornet.rom.least_squares import LeastSquares, LeastSquaresSteps, StageResidual
from mornet.rom.trial import Trial, curvature, trial_manifold

Of = Literal["POD 153", "quadratic manifold 17"]
Reduced = Callable[[Model, Trial], StageResidual]
"""A reduced-order model from a full-order model and a manifold."""
SWEEP = "the full-order model is solved by an exact sweep here, by Newton's method there"
PUBLISHED = (
    Published({"model": "POD 153", "measure": "error"}, 4.04614e-4, 1e-5),
    Published(
        {"model": "POD 153", "measure": "time over that of the full-order model"},
        56.8 / 94,
        relation="at most",
        reason=SWEEP,
    ),
)


def inflow_burgers_models() -> Reproduction:
    """Return the published errors of least-squares models beside the errors computed here."""
    return reproduce(
        PUBLISHED,
        inflow_burgers_model,
        source=SOURCE,
        place=PLACE,
        configuration=f"{CONFIGURATION} The Euclidean norm of the residual is least in each step. "
        "Errors ||U - W||_F / ||U||_F on the test trajectory; processor times.",
        quantity="least-squares models of Burgers' equation with an inflow",
        tolerance=1e-5,
    )


class Run(NamedTuple):
    """The error of a reduced-order model, and the processor times of both models."""

    error: float
    seconds: float
    full: float


def inflow_burgers_model(*, model: Of, measure: str) -> float:
    """Return the error of a ``model``, or its time over that of the full-order model."""
    run = _run(model)
    return run.error if measure == "error" else run.seconds / run.full


@cache
def _run(model: Of) -> Run:
    """Return the run of the ``model`` for the parameters of the test."""
    if model == "POD 153":
        return least_squares_run(inflow_pod(), 1e-8)
    return least_squares_run(inflow_manifold(), 1e-6)


def least_squares_run(
    reduction: SmoothReduction,
    tolerance: float,
    cloud: Cloud | None = None,
    reduced: Reduced = LeastSquares,
) -> Run:
    """Return error and times of the ``reduced`` model on a reduction, from the nearest state.

    A step ends where the residual would change by less than the ``tolerance``, relative to the
    state. Codes stay in the ``cloud`` if there is one.
    """
    problem, trial = inflow_problem(), trial_manifold(reduction)
    model, start = problem.model(MU), problem.initial(MU)
    begin = time.process_time()
    problem.trajectory(MU)
    swept = time.process_time()
    steps = LeastSquaresSteps(Trapezoidal(problem.integrator.dt, tolerance), cloud)
    codes = march(reduced(model, trial), nearest(trial, start), steps, problem.steps)
    end = time.process_time()
    U = inflow_data().test.U
    error = float(np.linalg.norm(U - trial.state(codes)) / np.linalg.norm(U))
    return Run(error, end - swept, swept - begin)


def nearest(trial: Trial, u: Array) -> Array:
    """Return the code (r,) of the state of the manifold that is nearest to ``u`` (n,)."""
    problem = Problem(
        lambda z: trial.state(z) - u, trial.jacobian, lambda z, r: curvature(trial, z, r)
    )
    tolerance = 1e-10 * float(np.linalg.norm(u))
    return minimise(problem, trial.code(u), tolerance=tolerance, iterations=50)
