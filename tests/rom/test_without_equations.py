"""Models that do not need the equations: regression of codes, and operator inference."""

import numpy as np
import pytest

from mornet.comparison import PODMethod, run_case
from mornet.errors import OptionError
from mornet.experiments.reduced_models import reduced_models
from mornet.fom import BackwardEuler, burgers_problem, fitzhugh_nagumo_problem, heat_problem, march
from mornet.reduction import fit_pod
from mornet.rom.methods.interface import Start, Training
from mornet.rom.methods.operator_inference import OperatorInferenceMethod, QuadraticModel
from mornet.rom.methods.projection import GalerkinMethod, LeastSquaresMethod
from mornet.rom.methods.regression import RegressionMethod, gaussian_process, radial_basis
from mornet.snapshots import Snapshots

EPS = np.finfo(float).eps
BURGERS = burgers_problem(n=50, steps=40, final_time=0.2, train=(0.9, 1.0, 1.1), test=(0.95,))


def training(problem, rank):
    data = problem.data_set()
    return Training(problem, fit_pod(data.train.U, rank=rank), data.train, data.inner_product), data


@pytest.mark.parametrize("regressor", ["radial_basis", "gaussian_process", "network"])
def test_codes_of_an_unseen_parameter_are_near_those_of_its_states(regressor):
    train, data = training(BURGERS, 3)
    start = Start((0.95,), 0.0, BURGERS.initial((0.95,)), 40, BURGERS.initial((0.95,)))
    prediction = RegressionMethod(regressor, hidden=(8,), steps=200).predictor(train)(start)
    codes = train.reduction.encode(data.test.U)
    error = np.linalg.norm(prediction.codes[:, 1:] - codes) / np.linalg.norm(codes)
    assert error < 0.02
    assert prediction.states.shape == (50, 41)
    assert prediction.failure == ""


def test_a_regression_of_snapshots_alone_is_that_of_the_problem():
    """Shifts of trajectories belong to the snapshots, and the times of the tests are known."""
    data = BURGERS.data_set()
    cases = [run_case(data, "POD", PODMethod(), 3, [0])]
    alone, known = (
        reduced_models(data, problem, cases, "x", RegressionMethod()) for problem in (None, BURGERS)
    )
    np.testing.assert_allclose(alone.error, known.error, rtol=1e-10)
    np.testing.assert_allclose(alone.error_in_time, known.error_in_time, rtol=1e-8, atol=1e-12)
    np.testing.assert_array_equal(alone.floor, known.floor)
    assert alone.left_out is None


@pytest.mark.parametrize("method", [GalerkinMethod(), LeastSquaresMethod()])
def test_a_projection_of_snapshots_alone_is_refused(method):
    data = BURGERS.data_set()
    cases = [run_case(data, "POD", PODMethod(), 3, [0])]
    with pytest.raises(OptionError, match="burgers: no equation is known, and galerkin.* work wit"):
        reduced_models(data, None, cases, "x", method)


@pytest.mark.parametrize("regress", [radial_basis, gaussian_process])
def test_the_training_points_are_interpolated(regress):
    rng = np.random.default_rng(0)
    x = rng.random((2, 40))
    y = np.vstack([np.sin(3 * x[0]) * x[1], np.cos(2 * x[1])])
    np.testing.assert_allclose(regress(x, y)(x), y, atol=1e-4)


def test_one_trajectory_is_regressed_over_time_alone():
    problem = fitzhugh_nagumo_problem(nodes=16, steps=64, final_time=0.8, every=4)
    train, data = training(problem, 2)
    start = Start((), 0.0, problem.initial(()), 64)
    prediction = RegressionMethod().predictor(train)(start)
    codes = train.reduction.encode(data.test.U)
    steps = np.rint(data.test.t / 0.0125).astype(int)
    error = np.linalg.norm(prediction.codes[:, steps] - codes) / np.linalg.norm(codes)
    assert error < 0.05


def test_operators_are_those_of_the_equations_of_the_codes():
    rng = np.random.default_rng(1)
    model = QuadraticModel(
        np.array([0.1, 0.0]), np.array([[-0.5, 1.0], [-1.0, -0.4]]), 0.1 * rng.random((2, 3))
    )
    step = BackwardEuler(1e-2, 1e-13)
    W = [march(model, z, step, 200) for z in (np.array([1.0, 0.0]), np.array([0.0, 1.5]))]
    problem = heat_problem(cells=4, steps=200, final_time=2.0)
    part = Snapshots.of_trajectories(W, x=np.zeros((1, 2)), t=1e-2 * np.arange(201))
    train = Training(problem, fit_pod(np.hstack(W), rank=2), part)
    start = Start((), 0.0, np.array([0.5, 0.5]), 200)
    prediction = OperatorInferenceMethod().predictor(train)(start)
    truth = march(model, start.state, step, 200)
    # dt of backward Euler, which central differences of its steps do not see
    assert np.linalg.norm(prediction.states - truth) < 2e-2 * np.linalg.norm(truth)


def test_operators_that_depend_on_the_parameters_follow_them():
    problem = heat_problem(cells=20, levels=3, lowest=0.3, steps=30)
    train, data = training(problem, 4)
    mu = tuple(data.test.mu[:, 0])
    start, truth = Start(mu, 0.0, problem.initial(mu), 30), problem.trajectory(mu)
    errors = [
        np.linalg.norm(
            OperatorInferenceMethod(p, quadratic=False).predictor(train)(start).states - truth
        )
        for p in (True, False)
    ]
    assert errors[0] < 0.3 * errors[1]
    assert errors[0] < 0.05 * np.linalg.norm(truth)


def test_the_jacobian_of_quadratic_equations_is_their_derivative():
    rng = np.random.default_rng(2)
    model = QuadraticModel(rng.random(3), rng.random((3, 3)), rng.random((3, 6)))
    z, h = rng.random(3), 1e-6
    steps = [(model.f(0, z + h * e) - model.f(0, z - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(model.jacobian(0, z), np.column_stack(steps), rtol=1e-8)
    x = model.solve(0, z, 0.1, np.ones(3))
    np.testing.assert_allclose(x - 0.1 * model.jacobian(0, z) @ x, 1, rtol=1e-13)


@pytest.mark.parametrize("method", [RegressionMethod(), OperatorInferenceMethod()])
def test_snapshots_without_times_are_refused(method):
    train, data = training(BURGERS, 2)
    part = Snapshots(data.train.U, data.train.x, data.train.trajectory)
    with pytest.raises(OptionError, match="times"):
        method.predictor(Training(BURGERS, train.reduction, part))
