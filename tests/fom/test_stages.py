"""Stages: one equation for every implicit method, with a mass matrix or without."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.linalg import expm

from mornet.errors import OptionError
from mornet.fom.stages import Stage, newton
from mornet.fom.time_stepping import (
    BDF2,
    SSPRK3,
    BackwardEuler,
    ImplicitMethod,
    Trapezoidal,
    march,
)
from tests.fom.models import Linear, Riccati, WithMass

EPS = np.finfo(float).eps
RNG = np.random.default_rng(0)
A = np.array([[-1.0, 2.0, 0.0], [0.0, -3.0, 1.0], [0.5, 0.0, -2.0]])
M = np.array([[4.0, 1.0, 0.0], [1.0, 4.0, 1.0], [0.0, 1.0, 4.0]]) / 6


@dataclass(frozen=True)
class SDIRK2(ImplicitMethod):
    """Alexander's method of two stages: second order, L-stable; its second stage is the state."""

    def advance(self, t, past, solve):
        gamma, u = 1 - np.sqrt(0.5), past[:, -1]
        first = solve(Stage(t + gamma * self.dt, gamma * self.dt, u))
        v = u + (1 - gamma) / gamma * (first - u)
        return solve(Stage(t + self.dt, gamma * self.dt, v))


INTEGRATORS = [BackwardEuler, BDF2, SDIRK2, Trapezoidal]


@pytest.mark.parametrize("method", INTEGRATORS)
@pytest.mark.parametrize("steps_before", [0, 1])
def test_a_step_solves_the_stages_that_the_method_names(method, steps_before):
    model, integrator = Riccati(), method(0.1, tolerance=1e-13, relative=False)
    past = march(model, np.array([0.3]), integrator, 1)[:, : steps_before + 1]
    seen = []

    def solve(stage):
        w = stage.solve(model, past[:, -1], 1e-13, 10)
        seen.append((stage, w))
        return w

    u = integrator.advance(0.1 * steps_before, past, solve)
    np.testing.assert_array_equal(u, integrator.step(model, 0.1 * steps_before, past))
    np.testing.assert_array_equal(u, seen[-1][1])
    for stage, w in seen:
        expected = w - stage.v - stage.tau * model.f(stage.t, w)
        expected = expected - stage.tau_0 * model.f(stage.t_0, stage.v)
        np.testing.assert_array_equal(stage.residual(model, w), expected)
        assert np.linalg.norm(expected) <= 1e-13


@pytest.mark.parametrize("method", [SDIRK2, Trapezoidal])
def test_the_method_of_two_stages_and_the_trapezoidal_rule_are_of_second_order(method):
    error = []
    for m in (80, 40, 20):
        integrator = method(1 / m, tolerance=1e-13, relative=False)
        error.append(abs(march(Riccati(), np.zeros(1), integrator, m)[0, -1] - np.sin(1)))
    np.testing.assert_allclose(np.diff(np.log2(error)), 2, atol=0.1)


@pytest.mark.parametrize(
    "model", [Riccati(), Linear(A), WithMass(M, A)], ids=lambda m: type(m).__name__
)
def test_the_jacobian_is_the_derivative_of_the_residual(model):
    stage, w, h = Stage(0.7, 0.1, np.ones(model.n)), RNG.random(model.n), 1e-30
    steps = [stage.residual(model, w + 1j * h * e).imag / h for e in np.eye(model.n)]
    atol = 8 * EPS * np.max(abs(np.array(steps)))
    np.testing.assert_allclose(stage.jacobian(model, w), np.column_stack(steps), atol=atol)


@pytest.mark.parametrize("method", INTEGRATORS)
def test_a_mass_matrix_gives_the_trajectory_of_its_inverse_times_f(method):
    integrator = method(0.1, tolerance=1e-14)
    with_mass = march(WithMass(M, A), np.ones(3), integrator, 5)
    inverted = march(Linear(np.linalg.solve(M, A)), np.ones(3), integrator, 5)
    np.testing.assert_allclose(with_mass, inverted, atol=1e-13)


def test_a_mass_matrix_keeps_the_order():
    exact = expm(np.linalg.solve(M, A)) @ np.ones(3)
    U = [march(WithMass(M, A), np.ones(3), BDF2(1 / m, 1e-13), m)[:, -1] for m in (160, 80, 40)]
    error = [np.linalg.norm(u - exact) for u in U]
    np.testing.assert_allclose(np.diff(np.log2(error)), 2, atol=0.15)


def test_an_explicit_method_refuses_a_mass_matrix():
    with pytest.raises(OptionError, match="explicit: a mass matrix needs a method such as BDF2"):
        march(WithMass(M, A), np.ones(3), SSPRK3(0.1), 1)


def test_newton_needs_one_solve_for_a_linear_equation():
    B = np.array([[2.0, 1.0], [1.0, 3.0]])
    solves = []

    def solve(w, r):
        solves.append(w)
        return np.linalg.solve(B, r)

    w = newton(lambda w: B @ w - 1, solve, np.zeros(2), tolerance=1e-12, iterations=10)
    assert len(solves) == 1
    np.testing.assert_allclose(w, [0.4, 0.2], rtol=1e-14)


def test_newton_leaves_a_solution_alone():
    w = np.array([2.0])
    assert newton(lambda w: w**2 - 4, lambda w, r: 1 / 0, w, tolerance=0.0, iterations=1) is w


@pytest.mark.parametrize("model", [Linear(A), WithMass(A, M), Riccati()])
def test_products_with_the_derivative_of_a_stage_are_those_of_its_matrix(model):
    stage, w = Stage(0.1, 0.2, np.zeros(model.n)), RNG.standard_normal(model.n)
    D, B, g = stage.jacobian(model, w), RNG.standard_normal((model.n, 4)), w[::-1]
    np.testing.assert_allclose(stage.along(model, w, B), D @ B, atol=1e-14 * np.abs(D @ B).max())
    np.testing.assert_allclose(stage.pulled(model, w, g), D.T @ g, rtol=1e-13, atol=1e-15)
