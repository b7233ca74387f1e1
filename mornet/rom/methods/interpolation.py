"""POD-DEIM as a reduced-order model of a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from mornet.linalg import thin_svd, truncation_rank
from mornet.records import Array, Indices
from mornet.rom.deim import deim_indices, q_deim_indices
from mornet.rom.interpolated import interpolated, projected_interpolation
from mornet.rom.methods.interface import (
    Demand,
    Prediction,
    Predictor,
    Start,
    Training,
    implicit_of,
)
from mornet.rom.methods.projection import Tolerance, marched, trial_of
from mornet.rom.methods.trajectories import of_training
from mornet.rom.trial import through
from mornet.settings import Settings

ROWS = {"deim": deim_indices, "q_deim": q_deim_indices}


@dataclass(frozen=True)
class InterpolatedGalerkinMethod(Settings):
    """Galerkin models of POD, whose f is interpolated from ``rows`` that DEIM or Q-DEIM chooses.

    f is interpolated in the span of its left singular vectors at the training states, as many as
    leave out a relative error of ``tolerance``. The manifold goes through the initial state.
    """

    demands: ClassVar[tuple[Demand, ...]] = ("linear", "rows")
    rows: Literal["q_deim", "deim"] = "q_deim"
    tolerance: Tolerance = 1e-6

    def predictor(self, training: Training) -> Predictor:
        """Return the model; OptionError if the equations have no rows, or the space is curved."""
        implicit, count = implicit_of(training.problem.integrator)
        U, rows = self.interpolation(training)
        projection = projected_interpolation(training.trial(), U, rows)

        def predict(start: Start) -> Prediction:
            trial, z = through(trial_of(training, start)[0], start.state)
            model = interpolated(training.problem.model(start.mu), trial, rows, projection)
            return marched(model, trial, z, implicit, start, count)

        return predict

    def interpolation(self, training: Training) -> tuple[Array, Indices]:
        """Return the basis (n, m) of f, and the rows (m,)."""
        basis, s, _ = thin_svd(rates(training))
        U = basis[:, : truncation_rank(s, self.tolerance)]
        return U, ROWS[self.rows](U)


def rates(training: Training) -> Array:
    """Return f (n, m) at the training states."""
    columns = []
    for path in of_training(training):
        model = training.problem.model(path.start.mu)
        columns += [model.f(t, u) for t, u in zip(path.t.tolist(), path.states.T, strict=True)]
    return np.column_stack(columns)
