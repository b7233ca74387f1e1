"""The wave equation: d'Alembert's solution, conserved energy, reflection, slow decay of POD."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.fom.time_stepping import BackwardEuler, Trapezoidal, march
from mornet.fom.travelling_waves import periodic_gaussian
from mornet.fom.wave import Wave, wave_data_set, wave_problem
from mornet.reduction import fit_pod
from mornet.rom import Galerkin, trial_manifold

EPS = np.finfo(float).eps


def dalembert(model, t, width):
    """Return p and v (n,) of the pulse that is at rest at t = 0."""
    s = model.speed * t
    right, left = (periodic_gaussian(model.x - shift, width) / 2 for shift in (s, -s))
    sign = np.repeat([1, -1], model.cells)
    return right + sign * left


def random_state(model):
    return np.random.default_rng(0).standard_normal(model.n)


def test_the_differences_are_second_order_against_dalembert():
    t, h, error = 0.3, 1e-4, []
    for cells in (40, 80, 160, 320):
        model = Wave(cells, 0.9)
        before, u, after = (dalembert(model, s, 0.1) for s in (t - h, t, t + h))
        error.append(np.max(abs((after - before) / (2 * h) - model.f(t, u))))
    np.testing.assert_allclose(-np.diff(np.log2(error)), 2, atol=0.1)


def test_space_and_time_together_are_second_order_against_dalembert():
    T, error = 0.8, []  # after the pulses have met at the ends
    for k in (80, 160, 320, 640):
        model = Wave(k, 0.9)
        u = march(model, model.initial(0.1), Trapezoidal(T / k), k)[:, -1]
        error.append(np.max(abs(u - dalembert(model, T, 0.1))))
    np.testing.assert_allclose(-np.diff(np.log2(error)), 2, atol=0.15)


def test_a_wide_wave_moves_although_a_step_changes_less_than_newtons_tolerance():
    """v is 1e-7 of the state: only an exact solution of each step finds it."""
    problem = wave_problem(width=0.9)
    v = problem.trajectory((1.2,))[200:]
    model = problem.model((1.2,))
    exact = np.column_stack([dalembert(model, t, 0.9) for t in problem.t])[200:]
    assert np.max(abs(exact)) > 5e-7
    np.testing.assert_allclose(v, exact, rtol=0, atol=2e-3 * np.max(abs(exact)))


@pytest.mark.parametrize("tau", [1e-3, 0.4])
def test_the_resolvent_solves_a_stage_to_rounding(tau):
    model = Wave(50, 0.9)
    b = random_state(model)
    w = model.resolvent(0.0, tau, b)
    a = tau * model.speed * model.cells
    atol = 10 * EPS * (1 + a**2) * np.max(abs(b))
    np.testing.assert_allclose(w - tau * model.f(0.0, w), b, rtol=0, atol=atol)


def test_the_jacobian_is_skew_symmetric():
    model = Wave(11, 0.7)
    J = model.jacobian(0.0, random_state(model)).toarray()
    np.testing.assert_array_equal(J, -J.T)


@pytest.mark.parametrize("dt", [1e-3, 0.1, 10.0])
def test_the_trapezoidal_rule_conserves_energy_and_both_sums_for_any_time_step(dt):
    model, steps = Wave(50, 1.2), 200
    u_0 = random_state(model)
    U = march(model, u_0, Trapezoidal(dt), steps)
    # rounding of a step: eps, times the a^2 of the equations without v in solve
    a = dt * model.speed * model.cells / 2
    rtol = 10 * EPS * (1 + a**2) * steps
    np.testing.assert_allclose(np.linalg.norm(U, axis=0), np.linalg.norm(u_0), rtol=rtol)
    sums = U.reshape(2, 50, -1).sum(axis=1)
    np.testing.assert_allclose(sums - sums[:, :1], 0, atol=50 * rtol)


def test_energy_is_constant_over_all_steps_of_the_problem():
    problem = wave_problem()
    energy = np.sum(problem.trajectory((1.2,)) ** 2, axis=0)
    np.testing.assert_allclose(energy, energy[0], rtol=10 * EPS * problem.steps)


def test_backward_euler_loses_energy():
    model = Wave(50)
    energy = np.linalg.norm(march(model, model.initial(0.1), BackwardEuler(0.01), 50), axis=0)
    assert np.all(np.diff(energy) < 0)


def test_the_pulse_splits_and_both_halves_are_reflected():
    problem = wave_problem()
    U, N = problem.trajectory((1.0,)), problem.grid.shape[0]
    p, v = U[:N], U[N:]
    np.testing.assert_allclose(v[[0, N // 2]], 0, atol=1e-12)  # as at rigid walls
    quarter, half = p[:, 50], p[:, 100]
    assert sorted(np.argsort(quarter)[-4:]) == [49, 50, 149, 150]  # two halves at 1/4 and 3/4
    assert np.max(quarter) == pytest.approx(0.5, abs=0.01)
    assert np.argmax(half) in (0, N - 1)  # they meet at the ends
    assert np.max(half) == pytest.approx(1, abs=0.03)
    np.testing.assert_allclose(p[:, -1], p[:, 0], atol=0.1)  # back in the middle


def test_a_galerkin_model_of_pod_modes_conserves_its_energy():
    problem = wave_problem(cells=60, steps=80, width=0.1)
    trial = trial_manifold(fit_pod(problem.data_set().train.U, rank=6))
    start = problem.initial((0.95,))
    Z = march(Galerkin(problem.model((0.95,)), trial), trial.code(start), problem.integrator, 80)
    energy = np.linalg.norm(Z, axis=0)
    np.testing.assert_allclose(energy, energy[0], rtol=100 * EPS * 80)


def test_narrow_pulses_need_many_modes():
    errors = []
    for width in (0.1, 0.05, 0.025):
        data = wave_data_set(width=width)
        s = np.linalg.svd(data.train.U, compute_uv=False)
        errors.append(np.linalg.norm(s[5:]) / np.linalg.norm(s))
    assert errors[0] > 0.05
    assert np.all(np.diff(errors) > 0.1)


def test_a_snapshot_is_the_pressure_and_then_the_velocity():
    data = wave_data_set(cells=10, steps=4)
    assert (data.name, data.train.n, data.train.m, data.test.m) == ("wave", 20, 5 * 4, 4 * 4)
    np.testing.assert_allclose(data.train.x[0, [0, 9, 10, 19]], [0.05, 0.95, 0.0, 0.9])
    np.testing.assert_array_equal(data.train.x[1], np.repeat([0, 1], 10))
    np.testing.assert_array_equal(np.unique(data.train.mu), [0.8, 0.9, 1.0, 1.1, 1.2])
    assert data.split == (
        "whole trajectories: c = 0.8, 0.9, ..., 1.2 to train on, 0.85, 0.95, 1.05, 1.15 to test on"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cells": 2}, "cells = 2 must be at least 3"),
        ({"width": 0.0}, "width = 0.0 must be greater than 0"),
        ({"width": 1.5}, "width = 1.5 must be greater than 0 and at most 1"),
        ({"width": 1e-300}, "width = 1e-300 is too narrow for the grid"),
        (
            {"width": 1e-3, "cells": 10},
            "width = 0.001 is too narrow .* take a width of at least 0.05, or more cells",
        ),
        ({"steps": 0}, "steps = 0 must be at least 1"),
        ({"final_time": -1.0}, "final_time = -1.0 must be greater than 0"),
        ({"train": (1.0, 0.0)}, r"train\[1\] = 0.0 must be greater than 0"),
        ({"test": (-1.0,)}, r"test\[0\] = -1.0 must be greater than 0"),
        ({"test": (1.0,)}, r"test = \[1.0\] must both hold a parameter, and none"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        wave_data_set(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cells": 2}, "cells = 2 must be at least 3"),
        ({"speed": 0.0}, "speed = 0.0 must be positive"),
        ({"speed": np.inf}, "speed = inf must be a finite number"),
    ],
)
def test_a_model_without_a_stencil_or_a_speed_is_refused_by_one_sentence(options, message):
    with pytest.raises(OptionError, match=f"^{message}$"):
        Wave(**options)
