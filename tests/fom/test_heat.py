"""Heat: exact solutions, decay of energy, and a POD error that falls exponentially."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.fom.heat import Heat, heat_data_set
from mornet.fom.time_stepping import BDF2, BackwardEuler, march

EPS = np.finfo(float).eps


def steady(x, conductivity):
    """Return the exact u with (kappa u')' = -1, u(0) = u(1) = 0.

    The flux is kappa u' = c - x, and u the integral of (c - x) / kappa, block by block.
    """
    edges = np.linspace(0, 1, len(conductivity) + 1)

    def integral(x, c):
        total = 0.0
        for a, b, kappa in zip(edges, edges[1:], conductivity, strict=False):
            s = np.clip(x, a, b)
            total = total + (c * (s - a) - (s**2 - a**2) / 2) / kappa
        return total

    zero, one = integral(1.0, 0.0), integral(1.0, 1.0)
    return integral(x, -zero / (one - zero))


@pytest.mark.parametrize("conductivity", [(0.3,), (0.1, 1.0), (1.0, 0.2, 5.0)])
def test_steady_states_are_exact_at_the_nodes(conductivity):
    model = Heat(conductivity, cells=30)
    u = steady(model.x, conductivity)
    rate = model.f(0.0, u)
    assert np.max(abs(rate)) <= 10 * EPS * model.cells**2 * max(conductivity) * np.max(u)


def test_a_sine_decays_at_the_rate_of_the_difference_operator():
    model = Heat((0.7,), cells=40, source=0.0)
    u = np.sin(3 * np.pi * model.x)
    rate = -0.7 * 4 * model.cells**2 * np.sin(3 * np.pi / (2 * model.cells)) ** 2
    np.testing.assert_allclose(model.f(0.0, u), rate * u, atol=1e-12 * abs(rate))


def test_space_and_time_together_are_second_order():
    kappa, T, error = 0.5, 0.2, []
    for k in (20, 40, 80, 160):
        model = Heat((kappa,), cells=k, source=0.0)
        u = march(model, np.sin(np.pi * model.x), BDF2(T / k, 1e-13, relative=False), k)[:, -1]
        exact = np.exp(-kappa * np.pi**2 * T) * np.sin(np.pi * model.x)
        error.append(np.max(abs(u - exact)))
    np.testing.assert_allclose(-np.diff(np.log2(error)), 2, atol=0.1)


@pytest.mark.parametrize("dt", [1e-3, 1.0, 1e3])
def test_energy_decays_without_a_source_for_any_time_step(dt):
    model = Heat((0.1, 1.0), cells=20, source=0.0)
    u_0 = np.random.default_rng(0).standard_normal(model.n)
    U = march(model, u_0, BackwardEuler(dt, 1e-12), 3)
    slowest = np.linalg.eigvalsh(model.jacobian(0.0, u_0).toarray())[-1]
    assert slowest < 0
    energy = np.linalg.norm(U, axis=0)
    assert np.all(energy[1:] <= energy[:-1] / (1 - dt * slowest) * (1 + 1e-10))


def test_the_operator_is_linear_in_the_conductivities():
    u = np.random.default_rng(0).standard_normal(19)
    parts = [Heat(e, cells=20).jacobian(0.0, u) for e in ((1.0, 2.0), (2.0, 1.0))]
    whole = Heat((7.0, 8.0), cells=20).jacobian(0.0, u)  # 3 (1, 2) + 2 (2, 1)
    np.testing.assert_allclose((3 * parts[0] + 2 * parts[1]).toarray(), whole.toarray(), rtol=1e-14)


def test_one_newton_solve_a_step_suffices_for_a_linear_equation():
    model = Heat((0.1, 1.0), cells=20)
    U = march(model, np.zeros(19), BDF2(0.01, 1e-10, iterations=1, relative=False), 10)
    assert np.all(np.diff(U, axis=1) > 0)  # a cold rod warms everywhere


def test_pod_errors_fall_exponentially_with_the_rank():
    data = heat_data_set()
    V = np.linalg.svd(data.train.U, full_matrices=False)[0]
    ranks = np.arange(1, 31)
    error = [
        np.linalg.norm(data.test.U - V[:, :r] @ (V[:, :r].T @ data.test.U)) / data.norm(data.test)
        for r in ranks
    ]
    slope = np.polyfit(ranks, np.log10(error), 1)[0]
    assert slope < -0.25  # a factor of ten every four modes
    assert error[4] < 1e-3


def test_training_and_test_conductivities_interleave():
    data = heat_data_set(cells=12, levels=3, steps=4)
    train, test = np.unique(data.train.mu), np.unique(data.test.mu)
    np.testing.assert_allclose(train, [0.1, np.sqrt(0.1), 1.0])
    np.testing.assert_allclose(test, [10**-0.75, 10**-0.25])
    assert (data.train.n, data.train.m, data.test.m) == (11, 9 * 4, 4 * 4)
    assert data.train.mu.shape == (2, 36)
    assert data.split == (
        "whole trajectories: 9 combinations of 3 conductivities from 0.1 to 1 to train on, "
        "4 between them to test on"
    )


def test_trajectories_approach_the_steady_state():
    data = heat_data_set(cells=20, levels=2, final_time=40.0)
    expected = np.sqrt(0.1), np.sqrt(0.1)
    np.testing.assert_allclose(data.test.U[:, -1], steady(data.test.x[0], expected), rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cells": 7}, r"cells must be >= 2 and a multiple of 2"),
        ({"levels": 1}, "levels = 1 must be at least 2"),
        ({"blocks": 0}, "blocks = 0 must be at least 1"),
        ({"lowest": 2.0}, "lowest = 2.0 must be below highest = 1.0"),
        ({"final_time": 0.0}, "final_time = 0.0 must be greater than 0"),
        ({"steps": 0}, "steps = 0 must be at least 1"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        heat_data_set(**options)


@pytest.mark.parametrize("conductivity", [(), (0.0,), (1.0, -1.0), (np.inf,)])
def test_a_conductivity_that_is_not_positive_is_refused(conductivity):
    with pytest.raises(OptionError, match="cells must be|conductivity must be positive"):
        Heat(conductivity)


def test_a_rod_with_one_inner_node_is_a_scalar_equation():
    model = Heat((0.5,), cells=2)
    np.testing.assert_allclose(model.f(0.0, np.ones(1)), 1 - 4.0)
    np.testing.assert_allclose(model.solve(0.0, np.ones(1), 0.25, np.ones(1)), 0.5)
