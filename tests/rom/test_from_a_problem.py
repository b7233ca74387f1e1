"""From the settings of a study's data set to a reduced-order model of a parameter not seen."""

import numpy as np
import pytest

from mornet.fom import burgers_data_set, heat_data_set, march, problem_of
from mornet.reduction import fit_pod, fit_quadratic_manifold
from mornet.rom import Galerkin, ProjectedSteps, trial_manifold
from tests.rom.least_squares import LeastSquares

SETTINGS = {
    burgers_data_set: {"n": 100, "steps": 50},
    heat_data_set: {"cells": 40, "levels": 3, "steps": 20},
}
POD, CURVED = fit_pod, fit_quadratic_manifold


@pytest.mark.parametrize("data_set", SETTINGS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("fit", "kind"),
    [
        (POD, "Galerkin"),
        (POD, "projected steps"),
        (POD, "least squares"),
        (CURVED, "projected steps"),
        (CURVED, "least squares"),
    ],
    ids=lambda v: getattr(v, "__name__", v),
)
def test_a_model_of_an_unseen_parameter_is_near_the_projection_of_the_truth(data_set, fit, kind):
    problem = problem_of(data_set)(**SETTINGS[data_set])
    data = problem.data_set()
    mu = tuple(data.test.mu[:, 0])
    shift = None if data.test.shift is None else data.test.shift[:, 0]
    trial = trial_manifold(fit(data.train.U, rank=6), shift)
    model, truth = Galerkin(problem.model(mu), trial), problem.trajectory(mu)
    scheme = {
        "Galerkin": problem.integrator,
        "projected steps": ProjectedSteps(problem.integrator),
        "least squares": LeastSquares(problem.model(mu), trial, problem.integrator),
    }[kind]
    codes = march(model, trial.code(problem.initial(mu)), scheme, problem.steps)
    error = np.linalg.norm(truth - trial.state(codes))
    floor = np.linalg.norm(truth - trial.state(trial.code(truth)))
    assert floor > 1e-5 * np.linalg.norm(truth)  # the reduction leaves something out
    assert error < 3 * floor
