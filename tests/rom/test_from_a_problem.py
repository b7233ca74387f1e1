"""From the settings of a study's data set to a reduced-order model of a parameter not seen."""

import numpy as np
import pytest

from mornet.fom import (
    BDF2,
    BackwardEuler,
    burgers_data_set,
    heat_data_set,
    inflow_burgers_problem,
    march,
    problem_of,
    wave_data_set,
)
from mornet.fom.burgers_2d import burgers_2d_data_set
from mornet.reduction import (
    AutoencoderSettings,
    HybridSettings,
    fit_autoencoder,
    fit_hybrid,
    fit_pod,
    fit_quadratic_manifold,
)
from mornet.rom import (
    Galerkin,
    LeastSquares,
    LeastSquaresSteps,
    ProjectedSteps,
    cloud_of,
    through,
    trial_manifold,
)
from tests.fom.test_stages import SDIRK2

SETTINGS = {
    burgers_data_set: {"n": 60, "steps": 6, "final_time": 0.2},
    burgers_2d_data_set: {"nodes": 5, "times": 4, "steps": 4, "nu": 0.05, "final_time": 0.4},
    heat_data_set: {"cells": 20, "levels": 3, "steps": 8},
    wave_data_set: {"cells": 20, "width": 0.15, "steps": 20, "final_time": 0.4},
}
INTEGRATORS = [BackwardEuler, BDF2, SDIRK2]


def autoencoder(U, rank):
    settings = AutoencoderSettings(hidden=(20,), epochs=150, batch=20, centre=False)
    return fit_autoencoder(U, rank, settings, rng=np.random.default_rng(0)).autoencoder


def hybrid(U, rank):
    settings = HybridSettings(hidden=20, steps=200, trial_steps=10)
    return fit_hybrid(U, rank, settings, rng=np.random.default_rng(0)).hybrid


FITS = {
    "POD": lambda U, rank: fit_pod(U, rank=rank),
    "quadratic manifold": fit_quadratic_manifold,
    "autoencoder": autoencoder,
    "hybrid": hybrid,
}


@pytest.fixture(scope="module", params=SETTINGS, ids=lambda f: f.__name__.removesuffix("_data_set"))
def problem(request):
    return problem_of(request.param)(**SETTINGS[request.param])


@pytest.fixture(scope="module")
def data(problem):
    return problem.data_set()


@pytest.fixture(scope="module", params=FITS)
def reduction(request, data):
    return FITS[request.param](data.train.U, 3)


def schemes(model, trial, integrator, codes):
    """Return each reduced model with the time integrator that steps it."""
    least = LeastSquares(model, trial)
    return {
        "Galerkin": (Galerkin(model, trial), integrator),
        "projected steps": (Galerkin(model, trial), ProjectedSteps(integrator)),
        "least squares": (least, LeastSquaresSteps(integrator)),
        "least squares in the cloud": (
            least,
            LeastSquaresSteps(integrator, cloud_of(codes).widened(1.5)),
        ),
    }


@pytest.mark.parametrize("method", INTEGRATORS)
def test_models_of_an_unseen_parameter_are_near_the_projection_of_the_truth(
    problem, data, reduction, method
):
    mu = tuple(data.test.mu[:, 0])
    model, start = problem.model(mu), problem.initial(mu)
    shift = None if data.test.shift is None else data.test.shift[:, 0]
    trial, z = through(trial_manifold(reduction, shift), start)
    integrator = method(problem.final_time / problem.steps, 1e-10)
    truth = march(model, start, integrator, problem.steps)
    floor = np.linalg.norm(truth - trial.state(trial.code(truth)))
    assert floor > 1e-5 * np.linalg.norm(truth)  # the reduction leaves something out
    for name, (reduced, scheme) in schemes(
        model, trial, integrator, reduction.encode(data.train.U)
    ).items():
        codes = march(reduced, z, scheme, problem.steps)
        np.testing.assert_allclose(trial.state(codes[:, 0]), start, rtol=0, atol=1e-14)
        error = np.linalg.norm(truth - trial.state(codes))
        assert error < 3 * floor, name


def test_a_trapezoidal_model_with_all_modes_is_the_full_order_model():
    problem = inflow_burgers_problem(nodes=4, steps=8)
    mu = (4.56, 0.019)
    model, U = problem.model(mu), problem.trajectory(mu)
    trial, z = through(trial_manifold(fit_pod(U, centre="mean")), U[:, 0])
    for reduced, steps in (
        (LeastSquares(model, trial), LeastSquaresSteps(problem.integrator)),
        (Galerkin(model, trial), ProjectedSteps(problem.integrator)),
    ):
        codes = march(reduced, z, steps, problem.steps)
        np.testing.assert_allclose(trial.state(codes), U, atol=1e-9)
