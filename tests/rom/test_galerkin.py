"""Galerkin models: exact where nothing is left out, on affine spaces and on curved manifolds."""

from dataclasses import dataclass

import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError, ShapeError
from mornet.fom.burgers import Burgers
from mornet.fom.stages import Stage
from mornet.fom.time_stepping import BDF2, SSPRK3, BackwardEuler, Substeps, march
from mornet.linalg import as_inner_product
from mornet.reduction import POD, QuadraticManifold, fit_pod, fit_quadratic_manifold
from mornet.rom.cloud import Cloud
from mornet.rom.galerkin import Galerkin
from mornet.rom.least_squares import LeastSquares, LeastSquaresSteps
from mornet.rom.projected import ProjectedSteps, projection
from mornet.rom.trial import AffineTrial, SmoothTrial, trial_manifold
from tests.fom.models import Linear, WithMass
from tests.fom.test_stages import SDIRK2

EPS = np.finfo(float).eps
MODEL = Burgers(12)
U_0 = MODEL.initial(0.5)
V = np.linalg.qr(np.random.default_rng(0).standard_normal((12, 12)))[0]
PARABOLA = QuadraticManifold(np.eye(3, 1), np.eye(3, 1, -1), np.array([0]))
"""The states (z, z^2, 0)."""
ON_PARABOLA = Linear(np.diag([-1.0, -2.0, -3.0]))
"""Its solution (e^-t, e^-2t, 0) from (1, 1, 0) stays on the parabola."""


def test_with_all_modes_the_model_is_the_full_one():
    full = march(MODEL, U_0, BackwardEuler(0.05, tolerance=1e-13), 10)
    integrator = BackwardEuler(0.05, tolerance=1e-13, relative=False)
    trial = AffineTrial(V, U_0)
    reduced = march(Galerkin(MODEL, trial), np.zeros(12), integrator, 10)
    np.testing.assert_allclose(trial.state(reduced), full, atol=1e-12)


def test_with_pod_the_model_is_pod_galerkin_to_the_last_bit():
    pod, a = POD(V[:, :4], np.ones(4), centre=U_0), np.array([0.1, -0.2, 0.3, 0.0])
    model, u = Galerkin(MODEL, trial_manifold(pod)), U_0 + pod.V @ a
    np.testing.assert_array_equal(model.f(0.0, a), pod.V.T @ MODEL.f(0.0, u))
    J = pod.V.T @ (MODEL.jacobian(0.0, u) @ pod.V)
    np.testing.assert_array_equal(model.jacobian(0.0, a), J)
    np.testing.assert_array_equal(
        model.solve(0.0, a, 0.3, np.ones(4)), np.linalg.solve(np.eye(4) - 0.3 * J, np.ones(4))
    )


def test_pod_taken_as_any_smooth_reduction_gives_the_same_trajectory():
    U = march(MODEL, U_0, BackwardEuler(0.05), 20)
    pod = fit_pod(U - U_0[:, None], rank=4)
    integrator = BackwardEuler(0.05, tolerance=1e-13, relative=False)
    affine, smooth = trial_manifold(pod, U_0), SmoothTrial(pod, U_0)
    a = march(Galerkin(MODEL, affine), np.zeros(4), integrator, 20)
    b = march(Galerkin(MODEL, smooth), np.zeros(4), integrator, 20)
    # in each of twenty steps Newton's tolerance and rounding; the scheme damps what was before
    np.testing.assert_allclose(a, b, rtol=0, atol=20 * (1e-13 + 100 * EPS * np.max(abs(U))))


def test_jacobian_is_the_derivative_by_complex_steps():
    model = Galerkin(MODEL, AffineTrial(V[:, :4], U_0))
    a, h = np.array([0.1, -0.2, 0.3, 0.0]), 1e-30
    steps = np.column_stack([model.f(0.0, a + 1j * h * e).imag / h for e in np.eye(4)])
    np.testing.assert_allclose(model.jacobian(0.0, a), steps, atol=1e-14 * np.max(abs(steps)))
    x = model.solve(0.0, a, 0.3, np.ones(4))
    np.testing.assert_allclose(x - 0.3 * steps @ x, 1, rtol=1e-13)


def error_on_the_parabola(model, integrator):
    """Return the error at t = 1 of a model of codes."""
    trial = SmoothTrial(PARABOLA)
    steps = round(1 / integrator.dt)
    z = march(model, trial.code(np.array([1.0, 1.0, 0.0])), integrator, steps)[:, -1]
    return np.linalg.norm(trial.state(z) - np.exp([-1.0, -2.0, -np.inf]))


@pytest.mark.parametrize(("method", "order"), [(BackwardEuler, 1), (BDF2, 2), (SSPRK3, 3)])
def test_a_solution_on_a_curved_manifold_is_followed_with_the_order_of_the_integrator(
    method, order
):
    model = Galerkin(ON_PARABOLA, SmoothTrial(PARABOLA))
    rule = {} if method is SSPRK3 else {"tolerance": 1e-13}
    error = [error_on_the_parabola(model, method(1 / m, **rule)) for m in (160, 80, 40)]
    np.testing.assert_allclose(np.diff(np.log2(error)), order, atol=0.1)


@pytest.mark.parametrize(("method", "order"), [(BackwardEuler, 1), (BDF2, 2), (SDIRK2, 2)])
def test_least_squares_over_the_stages_follows_it_with_the_same_order(method, order):
    model = LeastSquares(ON_PARABOLA, SmoothTrial(PARABOLA))
    schemes = [LeastSquaresSteps(method(1 / m, tolerance=1e-12)) for m in (160, 80, 40)]
    error = [error_on_the_parabola(model, scheme) for scheme in schemes]
    np.testing.assert_allclose(np.diff(np.log2(error)), order, atol=0.1)


@pytest.mark.parametrize(("method", "order"), [(BackwardEuler, 1), (BDF2, 2), (SDIRK2, 2)])
def test_projected_steps_follow_it_with_the_same_order(method, order):
    model = Galerkin(ON_PARABOLA, SmoothTrial(PARABOLA))
    schemes = [ProjectedSteps(method(1 / m, tolerance=1e-12)) for m in (160, 80, 40)]
    error = [error_on_the_parabola(model, scheme) for scheme in schemes]
    np.testing.assert_allclose(np.diff(np.log2(error)), order, atol=0.1)


@pytest.mark.parametrize("method", [BackwardEuler, BDF2])
def test_on_an_affine_space_projected_steps_are_those_of_the_galerkin_model(method):
    model, implicit = Galerkin(MODEL, AffineTrial(V[:, :4], U_0)), method(0.05, tolerance=1e-13)
    codes = [
        march(model, np.zeros(4), scheme, 10) for scheme in (implicit, ProjectedSteps(implicit))
    ]
    # ten times Newton's tolerance, and rounding of states of size ||u||
    atol = 10 * (1e-13 + 100 * EPS * np.linalg.norm(U_0))
    np.testing.assert_allclose(codes[0], codes[1], rtol=0, atol=atol)


@pytest.mark.parametrize("units", [1.0, 1e-12])
def test_with_a_mass_matrix_and_an_inner_product_too(units):
    n, rng = 12, np.random.default_rng(3)
    M = np.diag(rng.random(n) + 0.5) + 0.1
    model = WithMass(units * M, units * (rng.standard_normal((n, n)) - 4 * np.eye(n)))
    L = np.linalg.cholesky(V[:, :4].T @ M @ V[:, :4])
    trial = AffineTrial(np.linalg.solve(L, V[:, :4].T).T, U_0, as_inner_product(M, n))
    reduced, implicit = Galerkin(model, trial), BDF2(0.05)
    rates, steps = (
        march(reduced, np.zeros(4), s, 10) for s in (implicit, ProjectedSteps(implicit))
    )
    assert np.linalg.norm(rates[:, -1]) > 0.1
    # linear equations: one update each, of the condition of M - tau A and of G
    np.testing.assert_allclose(rates, steps, rtol=0, atol=10 * 1e3 * EPS * np.linalg.norm(U_0))


def test_explicit_methods_have_no_stages_to_project():
    for steps in (ProjectedSteps, LeastSquaresSteps):
        for integrator in (SSPRK3(0.1), Substeps(BDF2(0.1), 2)):
            with pytest.raises(OptionError, match=f"{type(integrator).__name__} has no implicit"):
                steps(integrator)


CURVED = fit_quadratic_manifold(
    U_0[:, None] + np.random.default_rng(1).standard_normal((12, 40)), 3
)
WEIGHT = np.diag(np.random.default_rng(2).random(12) + 0.5)


@dataclass(frozen=True)
class HeavyBurgers(Burgers):
    """M du/dt = f(u) with a mass matrix."""

    mass = np.diag(np.linspace(1.0, 2.0, 12)) + 0.1


@pytest.mark.parametrize("model", [MODEL, HeavyBurgers(12)], ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["Euclidean", "weighted"])
def test_on_a_curved_manifold_too_the_jacobian_is_the_derivative(model, weight):
    trial = SmoothTrial(CURVED, inner_product=as_inner_product(weight, 12))
    reduced, z, h = Galerkin(model, trial), np.array([0.3, -0.2, 0.5]), EPS ** (1 / 3)
    steps = [(reduced.f(0.0, z + h * e) - reduced.f(0.0, z - h * e)) / (2 * h) for e in np.eye(3)]
    J = reduced.jacobian(0.0, z)
    np.testing.assert_allclose(J, np.column_stack(steps), atol=1e3 * h**2 * np.max(abs(J)))


@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["Euclidean", "weighted"])
def test_the_derivative_of_a_projected_stage_is_that_of_its_equations(weight):
    trial = SmoothTrial(CURVED, inner_product=as_inner_product(weight, 12))
    z, h = np.array([0.3, -0.2, 0.5]), EPS ** (1 / 3)
    stage = Stage(0.0, 0.1, U_0)
    residual, derivative, _ = projection(Galerkin(MODEL, trial), stage, z)
    z = z + 0.1
    steps = [(residual(z + h * e) - residual(z - h * e)) / (2 * h) for e in np.eye(3)]
    J = derivative(z)
    np.testing.assert_allclose(J, np.column_stack(steps), atol=1e3 * h**2 * np.max(abs(J)))


def test_projected_steps_say_where_no_code_makes_the_residual_orthogonal():
    far = ProjectedSteps(BackwardEuler(0.1), Cloud(np.zeros(1), np.eye(1), np.ones(1), 1.5))
    model = Galerkin(Linear(np.diag([50.0, 0.0, 0.0])), SmoothTrial(PARABOLA))
    with pytest.raises(DivergenceError, match="step 1, t = 0.1: no code near makes the residual"):
        march(model, np.ones(1), far, 3)


def test_the_residual_of_the_rates_is_orthogonal_to_the_manifold_in_the_inner_product():
    rng = np.random.default_rng(1)
    U = U_0[:, None] + 0.1 * rng.standard_normal((12, 30))
    M = np.diag(rng.random(12) + 0.5)
    manifold = fit_quadratic_manifold(U, 2)
    for X in (None, M):
        trial = SmoothTrial(manifold, scale=np.full(12, 2.0), inner_product=as_inner_product(X, 12))
        z = np.array([0.1, -0.2])
        J, g = trial.jacobian(z), MODEL.f(0.0, trial.state(z))
        weight = np.eye(12) if X is None else X
        residual = J @ Galerkin(MODEL, trial).f(0.0, z) - g
        bound = 100 * EPS * np.linalg.norm(weight @ J) * np.linalg.norm(g)
        assert np.max(abs(J.T @ weight @ residual)) <= bound


def test_a_mass_matrix_is_projected_with_the_equations():
    rng = np.random.default_rng(2)
    M, A = np.diag([1.0, 2.0, 3.0]) + 0.1, rng.standard_normal((3, 3))
    trial, a = AffineTrial(np.linalg.qr(rng.random((3, 2)))[0], np.ones(3)), rng.random(2)
    model, W = Galerkin(WithMass(M, A), trial), trial.V
    np.testing.assert_allclose(W.T @ M @ W @ model.f(0.0, a), W.T @ A @ trial.state(a), rtol=1e-13)
    np.testing.assert_allclose(W.T @ M @ W @ model.jacobian(0.0, a), W.T @ A @ W, rtol=1e-12)


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match="states of 11 dofs, but n = 12"):
        Galerkin(MODEL, AffineTrial(np.eye(11, 2), U_0[:-1]))
