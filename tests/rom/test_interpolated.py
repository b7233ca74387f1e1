"""POD-DEIM models: the equations of Galerkin models from a few rows of f."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.fom import (
    KuramotoSivashinsky,
    burgers_2d_problem,
    burgers_problem,
    fitzhugh_nagumo_problem,
    heat_problem,
    wave_problem,
)
from mornet.reduction import fit_pod, fit_quadratic_manifold
from mornet.rom import (
    AffineTrial,
    Galerkin,
    interpolated,
    projected_interpolation,
    trial_manifold,
)
from mornet.rom.methods.interface import Start, Training
from mornet.rom.methods.interpolation import InterpolatedGalerkinMethod
from mornet.rom.methods.projection import GalerkinMethod

EPS = np.finfo(float).eps
PROBLEMS = {
    "burgers": burgers_problem(n=60, steps=20, final_time=0.2),
    "burgers_2d": burgers_2d_problem(nodes=8, nu=0.05, times=10, steps=1),
    "fitzhugh_nagumo": fitzhugh_nagumo_problem(nodes=30, steps=60, final_time=1.0, every=2),
    "heat": heat_problem(cells=20, steps=10, levels=2),
    "wave": wave_problem(cells=30, steps=30, width=0.2, final_time=0.4),
}


@pytest.fixture(params=PROBLEMS.values(), ids=list(PROBLEMS))
def training(request):
    data = request.param.data_set()
    return Training(request.param, fit_pod(data.train.U, rank=6), data.train)


def start_of(training):
    problem, part = training.problem, training.snapshots
    mu = () if part.mu is None else tuple(part.mu[:, 0].tolist())
    shift = None if part.shift is None else part.shift[:, 0]
    return Start(mu, 0.0, problem.initial(mu), problem.steps, shift)


def test_with_all_rows_the_equations_are_those_of_galerkin(training):
    start = start_of(training)
    model, trial = training.problem.model(start.mu), trial_manifold(training.reduction)
    every, z, t = np.arange(model.n), np.linspace(0.1, 0.3, trial.r), 0.2
    projection = projected_interpolation(trial, np.eye(model.n), every)
    whole, part = Galerkin(model, trial), interpolated(model, trial, every, projection)
    # J is a sum of n products on both sides
    atol = 100 * EPS * np.linalg.norm(whole.jacobian(t, z))
    np.testing.assert_allclose(part.f(t, z), whole.f(t, z), atol=100 * atol)
    np.testing.assert_allclose(part.jacobian(t, z), whole.jacobian(t, z), atol=100 * atol)


@pytest.mark.parametrize("rows", ["deim", "q_deim"])
def test_few_rows_change_the_prediction_by_less_than_its_error(training, rows):
    start = start_of(training)
    method = InterpolatedGalerkinMethod(rows, 1e-5)
    assert len(method.interpolation(training)[1]) < training.problem.grid.n
    found = method.predictor(training)(start)
    whole = GalerkinMethod(start="exact").predictor(training)(start).states
    truth = training.problem.trajectory(start.mu)
    assert not found.failure
    assert np.linalg.norm(found.states - whole) < np.linalg.norm(whole - truth)


def test_what_cannot_be_interpolated_is_refused():
    data = PROBLEMS["burgers"].data_set()
    curved = trial_manifold(fit_quadratic_manifold(data.train.U, 3))
    with pytest.raises(OptionError, match="interpolated on affine spaces alone"):
        projected_interpolation(curved, np.eye(60), np.arange(60))
    trial = AffineTrial(np.eye(16, 2), np.zeros(16))
    with pytest.raises(OptionError, match="KuramotoSivashinsky does not evaluate chosen rows"):
        interpolated(KuramotoSivashinsky(16), trial, np.arange(16), np.eye(2, 16))
