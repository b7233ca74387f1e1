"""Least-squares models of steady states: derivatives, all equations, and few of them."""

import numpy as np
import pytest

from mornet.fom.steady_burgers import SteadyBurgers
from mornet.reduction import fit_pod, fit_quadratic_manifold
from mornet.rom import trial_manifold
from mornet.rom.gauss_newton import minimise
from mornet.rom.steady import steady_problem


def model(growth):
    return SteadyBurgers(10.0, growth, 12, 4)


@pytest.fixture(scope="module")
def U():
    solved = [model(g).steady_state(np.zeros(96))[0] for g in np.linspace(1.0, 3.0, 12)]
    return np.array(solved).T


@pytest.mark.parametrize("weights", [None, np.array([2.0, 0.5, 3.0])])
def test_the_derivatives_are_those_of_differences(U, weights):
    trial = trial_manifold(fit_quadratic_manifold(U, 2))
    rows = model(1.7).at_rows(np.array([5, 31, 80]))
    problem = steady_problem(rows, trial, weights)
    z, h = trial.code(U[:, 4]), 1e-5
    steps = h * np.eye(2)
    J = problem.derivative(z)
    along = [(problem.residual(z + e) - problem.residual(z - e)) / (2 * h) for e in steps]
    np.testing.assert_allclose(np.array(along).T, J, atol=1e-7 * np.abs(J).max())

    def gradient(x):
        return problem.derivative(x).T @ problem.residual(x)

    H = J.T @ J + problem.curvature(z, problem.residual(z))
    bent = [(gradient(z + e) - gradient(z - e)) / (2 * h) for e in steps]
    np.testing.assert_allclose(np.array(bent), H, atol=1e-5 * np.abs(H).max())


def test_the_model_finds_a_state_on_the_manifold_with_all_equations_and_with_few(U):
    trial = trial_manifold(fit_pod(U, rank=12))
    z = trial.code(U[:, 3])
    for rows in (np.arange(96), np.arange(0, 96, 4)):
        problem = steady_problem(model(np.linspace(1.0, 3.0, 12)[3]).at_rows(rows), trial)
        found = minimise(problem, trial.code(U[:, 0]), tolerance=1e-9, iterations=30)
        np.testing.assert_allclose(trial.state(found), trial.state(z), atol=1e-6)
