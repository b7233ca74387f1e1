"""Error estimates: exact for linear equations, and near the error of unseen parameters."""

import numpy as np
import pytest

from mornet.errors import OptionError, ShapeError
from mornet.fom import BDF2, BackwardEuler, Trapezoidal, burgers_problem, heat_problem, march
from mornet.reduction import fit_pod, fit_quadratic_manifold
from mornet.rom import LeastSquares, LeastSquaresSteps, through, trial_manifold
from mornet.rom.estimate import estimated_errors
from tests.fom.models import WithMass
from tests.fom.test_stages import SDIRK2

EPS = np.finfo(float).eps


def reduced_states(problem, data, reduction, mu, integrator):
    """Return the states of a least-squares model of an unseen parameter."""
    model, start = problem.model(mu), problem.initial(mu)
    shift = start if data.train.shift is not None else None
    trial, z = through(trial_manifold(reduction, shift), start)
    codes = march(LeastSquares(model, trial), z, LeastSquaresSteps(integrator), problem.steps)
    return trial.state(codes)


@pytest.mark.parametrize("method", [BackwardEuler, BDF2, Trapezoidal])
def test_for_linear_equations_the_estimate_is_the_error(method):
    problem = heat_problem(cells=20, levels=2, steps=10)
    data, mu = problem.data_set(), (0.3, 0.5)
    integrator = method(0.1, tolerance=1e-13, relative=False)
    W = reduced_states(problem, data, fit_pod(data.train.U, rank=2), mu, integrator)
    U = march(problem.model(mu), problem.initial(mu), integrator, 10)
    E = estimated_errors(problem.model(mu), integrator, W)
    assert np.linalg.norm(U - W) > 1e-3
    # Newton's tolerance and rounding, in the matrix of a step
    np.testing.assert_allclose(E, U - W, atol=1e-11)


@pytest.mark.parametrize("method", [BDF2, Trapezoidal])
def test_a_mass_matrix_and_an_error_at_the_start_are_part_of_it(method):
    M, A = np.diag([1.0, 2.0, 3.0]) + 0.1, -np.diag([1.0, 2.0, 3.0])
    model, integrator, start = WithMass(M, A), method(0.1, tolerance=1e-14), np.array([0.1, 0.2, 0])
    U = march(model, np.ones(3), integrator, 6)
    W = march(model, np.ones(3) - start, integrator, 6)
    W[:, 3:] += 0.05  # no trajectory at all
    np.testing.assert_allclose(estimated_errors(model, integrator, W, start), U - W, atol=1e-12)


@pytest.fixture(scope="module")
def burgers():
    """A problem, its data set, and the trajectories of parameters not seen."""
    problem = burgers_problem(n=100, steps=40, final_time=0.3)
    unseen = {mu: problem.trajectory((mu,)) for mu in (0.95, 1.0, 1.05)}
    return problem, problem.data_set(), unseen


@pytest.mark.parametrize("rank", [2, 5, 10])
@pytest.mark.parametrize("fit", ["POD", "quadratic"])
def test_effectivities_of_unseen_parameters_are_near_one(burgers, rank, fit):
    problem, data, unseen = burgers
    U = data.train.U
    reduction = fit_pod(U, rank=rank) if fit == "POD" else fit_quadratic_manifold(U, rank)
    for mu, truth in unseen.items():
        W = reduced_states(problem, data, reduction, (mu,), problem.integrator)
        E = estimated_errors(problem.model((mu,)), problem.integrator, W)
        effectivity = np.linalg.norm(E[:, 1:]) / np.linalg.norm(truth - W)
        assert 0.8 < effectivity < 1.25, mu


def test_what_has_no_estimate_is_refused():
    model = burgers_problem(n=10).model((1.0,))
    with pytest.raises(ShapeError, match="n = 10"):
        estimated_errors(model, BackwardEuler(0.1), np.ones((9, 3)))
    with pytest.raises(OptionError, match="SDIRK2 has 2 stages; one is needed"):
        estimated_errors(model, SDIRK2(0.1), np.ones((10, 3)))
