"""Hyper-reduction of Barnett and Farhat's Burgers equation: few cells, with weights.

A cell stands for the two equations of u and v in it. Its weight is that of both.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from mornet.experiments.validation.inflow import inflow_data, inflow_problem
from mornet.experiments.validation.inflow_runs import Run, least_squares_run
from mornet.fom.model import Model
from mornet.fom.stages import Stage
from mornet.records import Array, Indices
from mornet.reduction.interface import SmoothReduction
from mornet.rom.cloud import Cloud
from mornet.rom.least_squares import LeastSquares, StageResidual
from mornet.rom.sampled import contributions, energy_conserving, sampled
from mornet.rom.trial import Trial, trial_manifold

MU, NUMBER = (4.25, 0.0225), 1
"""The parameters of the training trajectory that chooses the cells, and its number."""
EVERY, LATER, TOLERANCE = 10, 3, 1e-3
"""One stage in ten; from a state to that three steps later, so that its residual is large."""


class Cells(NamedTuple):
    """The two equations of each of k cells (2k,), and their weights."""

    rows: Indices
    weights: Array

    @property
    def number(self) -> int:
        """How many cells there are."""
        return len(self.rows) // 2


@cache
def inflow_cells(reduction: SmoothReduction, tolerance: float = TOLERANCE) -> Cells:
    """Return the cells that reproduce J^T r of a training trajectory to the ``tolerance``."""
    problem, trial, train = inflow_problem(), trial_manifold(reduction), inflow_data().train
    dt, model, parts = problem.integrator.dt, problem.model(MU), []
    U = train.U[:, train.trajectory == NUMBER]
    for k in range(LATER, problem.steps, EVERY):
        stage = Stage(k * dt, dt / 2, U[:, k - LATER], k * dt, dt / 2)
        G = contributions(LeastSquares(model, trial).problem(stage), trial.code(U[:, k]))
        parts.append(G[:, : trial.n // 2] + G[:, trial.n // 2 :])
    chosen, weights = energy_conserving(np.vstack(parts), tolerance)
    return Cells(np.concatenate([chosen, chosen + trial.n // 2]), np.tile(weights, 2))


def few_cells_run(
    reduction: SmoothReduction, tolerance: float, cells: Cells, cloud: Cloud | None = None
) -> Run:
    """Return error and times of the least-squares model at the ``cells``."""

    def at_cells(model: Model, trial: Trial) -> StageResidual:
        return sampled(model, trial, cells.rows, cells.weights)

    return least_squares_run(reduction, tolerance, cloud, at_cells)
