"""Runs of least-squares models of Barnett and Farhat's Burgers equation, with their times."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mornet.experiments.validation.inflow import MU, inflow_data, inflow_problem
from mornet.fom.model import Model
from mornet.fom.time_stepping import Trapezoidal, march
from mornet.records import Array
from mornet.reduction.interface import SmoothReduction
from mornet.rom.cloud import Cloud
from mornet.rom.gauss_newton import Problem, minimise
from mornet.rom.least_squares import LeastSquares, LeastSquaresSteps, StageResidual
from mornet.rom.trial import Trial, curvature, trial_manifold

Reduced = Callable[[Model, Trial], StageResidual]
"""A reduced-order model from a full-order model and a manifold."""


class Run(NamedTuple):
    """The error of a reduced-order model, and the processor times of both models."""

    error: float
    seconds: float
    full: float


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
