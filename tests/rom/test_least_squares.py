"""Least-squares models: derivatives, norms of the residual, and where nothing is left out."""

import numpy as np
import pytest
from scipy.fft import dct

from mornet.errors import DivergenceError, OptionError, ShapeError
from mornet.fom import BDF2, BackwardEuler, Burgers, attempt, heat_problem, march
from mornet.fom.stages import Stage
from mornet.linalg import as_inner_product
from mornet.reduction import fit_pod, fit_quadratic_manifold
from mornet.rom import (
    AffineTrial,
    Euclidean,
    Galerkin,
    LeastSquares,
    LeastSquaresSteps,
    SmoothTrial,
    StepError,
    WeakForm,
    Weighted,
    low_modes,
    through,
    trial_manifold,
)
from mornet.rom.trial import curvature
from tests.fom.models import Linear, WithMass

EPS = np.finfo(float).eps
MODEL = Burgers(24)
U_0 = MODEL.initial(0.5)
RNG = np.random.default_rng(0)
U = march(MODEL, U_0, BackwardEuler(0.02), 40)
CURVED = SmoothTrial(fit_quadratic_manifold(U - U_0[:, None], 3), U_0)
WEIGHTS = RNG.random(24) + 0.5
NORMS = {
    "Euclidean": Euclidean(),
    "weighted": Weighted(as_inner_product(WEIGHTS, 24)),
    "low modes": WeakForm(low_modes((24,), 9)),
    "error": StepError(),
}


@pytest.fixture(params=NORMS.values(), ids=list(NORMS))
def norm(request):
    return request.param


def test_with_all_modes_the_model_is_the_full_one():
    trial = AffineTrial(np.linalg.qr(RNG.standard_normal((24, 24)))[0], U_0)
    for norm in (Euclidean(), NORMS["weighted"]):
        steps = LeastSquaresSteps(BackwardEuler(0.02, tolerance=1e-13))
        codes = march(LeastSquares(MODEL, trial, norm), np.zeros(24), steps, 40)
        full = march(MODEL, U_0, BackwardEuler(0.02, tolerance=1e-13), 40)
        np.testing.assert_allclose(trial.state(codes), full, atol=1e-11)


def test_the_derivatives_are_those_of_the_residual_and_of_the_gradient(norm):
    stage, z, h = Stage(0.1, 0.02, U[:, 3]), np.array([0.2, -0.1, 0.3]), EPS ** (1 / 3)
    residual, derivative, second = LeastSquares(MODEL, CURVED, norm).problem(stage)

    def gradient(z):
        return derivative(z).T @ residual(z)

    J, H = derivative(z), derivative(z).T @ derivative(z) + second(z, residual(z))
    for function, D in ((residual, J), (gradient, H)):
        steps = [(function(z + h * e) - function(z - h * e)) / (2 * h) for e in np.eye(3)]
        np.testing.assert_allclose(D, np.column_stack(steps), atol=100 * h**2 * np.max(abs(D)))


def test_a_stage_ends_where_the_gradient_of_its_norm_vanishes(norm):
    model = LeastSquares(MODEL, CURVED, norm)
    start = CURVED.code(U[:, 10])
    steps = LeastSquaresSteps(BackwardEuler(0.02, tolerance=1e-11))
    z = march(model, start, steps, 1)[:, -1]
    stage = Stage(0.02, 0.02, CURVED.state(start))
    residual, derivative, _ = model.problem(stage)
    r, J = residual(z), derivative(z)
    gain = np.linalg.norm(J @ np.linalg.lstsq(J, r, rcond=None)[0])
    assert gain <= 1e-11 * np.linalg.norm(U)
    assert np.linalg.norm(r) > 1e3 * gain  # something is left
    for nearby in z + 1e-3 * RNG.standard_normal((20, 3)):
        assert np.linalg.norm(residual(nearby)) > np.linalg.norm(r)


def test_the_norm_decides_what_is_least():
    trial, steps = trial_manifold(fit_pod(U, rank=3)), LeastSquaresSteps(BackwardEuler(0.02))
    ends = [
        march(LeastSquares(MODEL, trial, norm), trial.code(U_0), steps, 20)[:, -1]
        for norm in NORMS.values()
    ]
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert np.linalg.norm(ends[a] - ends[b]) > 1e-6 * np.linalg.norm(ends[a])


def test_with_pod_and_a_symmetric_positive_definite_equation_the_norm_of_its_inverse_is_galerkin():
    K = np.diag(np.full(6, 2.0)) - np.eye(6, k=1) - np.eye(6, k=-1)
    A = np.eye(6) + 0.1 * K
    trial = AffineTrial(np.linalg.qr(RNG.standard_normal((6, 2)))[0], np.zeros(6))
    norm = Weighted(as_inner_product(np.linalg.inv(A), 6))
    integrator = BackwardEuler(0.1, tolerance=1e-13)
    least = march(
        LeastSquares(Linear(-K), trial, norm), np.ones(2), LeastSquaresSteps(integrator), 5
    )
    galerkin = march(Galerkin(Linear(-K), trial), np.ones(2), integrator, 5)
    np.testing.assert_allclose(least, galerkin, rtol=1e-11)


def test_a_mass_matrix_enters_the_residual():
    M, A = np.diag([1.0, 2.0, 3.0]) + 0.1, RNG.standard_normal((3, 3))
    trial, integrator = AffineTrial(np.eye(3), np.zeros(3)), BDF2(0.1, tolerance=1e-13)
    model = LeastSquares(WithMass(M, A), trial)
    reduced = march(model, np.ones(3), LeastSquaresSteps(integrator), 5)
    np.testing.assert_allclose(
        reduced, march(WithMass(M, A), np.ones(3), integrator, 5), rtol=1e-10
    )


def test_in_the_norm_of_the_error_a_linear_step_is_the_projection_of_the_full_one():
    model = Linear(RNG.standard_normal((6, 6)))
    trial = AffineTrial(np.linalg.qr(RNG.standard_normal((6, 2)))[0], np.zeros(6))
    integrator, z = BackwardEuler(0.1, tolerance=1e-14), np.ones((2, 1))
    reduced = LeastSquares(model, trial, StepError())
    found = LeastSquaresSteps(integrator).step(reduced, 0.0, z)
    full = integrator.step(model, 0.0, trial.state(z))
    np.testing.assert_allclose(found, trial.V.T @ full, atol=1e-13)


def test_for_heat_the_norm_of_the_error_stays_at_the_projection_error_and_euclidean_does_not():
    problem = heat_problem(cells=20, steps=20, levels=2)
    data, mu = problem.data_set(), problem.sampling.test[0]
    trial, truth = trial_manifold(fit_pod(data.train.U, rank=2)), problem.trajectory(mu)
    floor = np.linalg.norm(truth - trial.state(trial.code(truth)))
    ratios = []
    for norm in (StepError(), Euclidean()):
        steps, reduced = LeastSquaresSteps(problem.integrator), problem.model(mu)
        codes = march(LeastSquares(reduced, trial, norm), np.zeros(2), steps, problem.steps)
        ratios.append(np.linalg.norm(truth - trial.state(codes)) / floor)
    assert 1 - 1e-12 <= ratios[0] < 1.2
    assert ratios[1] > 1.5


def test_low_modes_are_the_first_cosines_and_orthonormal():
    np.testing.assert_allclose(
        low_modes((8,), 8).T, dct(np.eye(8), norm="ortho", axis=0), atol=1e-14
    )
    T = low_modes((4, 6), 10, fields=2)
    assert T.shape == (48, 20)
    np.testing.assert_allclose(T.T @ T, np.eye(20), atol=1e-14)
    np.testing.assert_array_equal(T[:24, 10:], 0)
    with pytest.raises(OptionError, match="between 1 and the 8 nodes"):
        low_modes((8,), 9)


@pytest.mark.parametrize("trial", [CURVED, trial_manifold(fit_pod(U, rank=3), U_0)])
def test_a_manifold_moved_through_a_state_holds_it_and_keeps_its_tangents(trial):
    u = U_0 + RNG.standard_normal(24)
    moved, z = through(trial, u)
    np.testing.assert_allclose(moved.state(z), u, rtol=1e-13)
    np.testing.assert_array_equal(moved.jacobian(z), trial.jacobian(z))
    np.testing.assert_array_equal(z, trial.code(u))


@pytest.mark.parametrize("trial", [CURVED, SmoothTrial(CURVED.reduction, U_0, WEIGHTS)])
def test_curvature_is_the_second_derivative_weighted_by_g(trial):
    z, g, h = np.array([0.2, -0.1, 0.3]), RNG.standard_normal(24), 1e-4
    C = curvature(trial, z, g)
    for i, e in enumerate(np.eye(3)):
        steps = (trial.jacobian(z + h * e) - trial.jacobian(z - h * e)).T @ g / (2 * h)
        np.testing.assert_allclose(C[i], steps, atol=1e-9 * np.max(abs(C)))


def test_a_failure_keeps_the_steps_before_it():
    class Exploding(Burgers):
        def f(self, t, u):
            return super().f(t, u) if t < 0.09 else np.full(self.n, np.nan)

    model = LeastSquares(Exploding(24), CURVED)
    codes, failure = attempt(model, CURVED.code(U_0), LeastSquaresSteps(BackwardEuler(0.02)), 10)
    assert codes.shape == (3, 5)
    assert "step 5, t = 0.1: the residual or its derivative is not finite" in str(failure)
    with pytest.raises(DivergenceError, match="step 5"):
        march(model, CURVED.code(U_0), LeastSquaresSteps(BackwardEuler(0.02)), 10)


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match="states of 24 dofs, but n = 12"):
        LeastSquares(Burgers(12), CURVED)
    for norm in (WeakForm(np.eye(12)), Weighted(as_inner_product(np.ones(12), 12))):
        with pytest.raises(ShapeError, match="residuals with 12 entries, but n = 24"):
            LeastSquares(MODEL, CURVED, norm)
    with pytest.raises(OptionError, match="iterations = 0"):
        LeastSquaresSteps(BackwardEuler(0.1), iterations=0)
