"""Burgers in two dimensions: conservation, an exact solution, orders."""

import numpy as np
import pytest
from scipy import sparse

from mornet.errors import DivergenceError, OptionError
from mornet.fom.burgers_2d import Burgers2D, burgers_2d_data_set
from mornet.fom.time_stepping import SSPRK3, BackwardEuler, march

EPS = np.finfo(float).eps


def cole_hopf(x, t, nu):
    """Return the exact u(x + y, t): in s = x + y it is Burgers in one dimension at time 2 t.

    u = -2 nu phi_s / phi with phi = 1 + a exp(-4 pi^2 nu 2 t) cos(2 pi s), a = 1/2.
    """
    s = 2 * np.pi * (x[0] + x[1])
    a = 0.5 * np.exp(-8 * np.pi**2 * nu * t)
    return 4 * np.pi * nu * a * np.sin(s) / (1 + a * np.cos(s))


def random_state(model):
    return np.random.default_rng(0).standard_normal(model.n)


def test_space_is_second_order_against_the_cole_hopf_solution():
    nu, t, error = 0.1, 0.04, []
    for nodes in (16, 32, 64):
        model = Burgers2D(nodes, nu)
        u = march(model, cole_hopf(model.x, 0.0, nu), SSPRK3(t / 80), 80)[:, -1]
        error.append(np.max(abs(u - cole_hopf(model.x, t, nu))))
    np.testing.assert_allclose(-np.diff(np.log2(error)), 2, atol=0.1)


def test_time_stepping_is_third_order():
    model, T = Burgers2D(16, 0.01), 0.5
    U = [march(model, model.initial(1.0), SSPRK3(T / m), m)[:, -1] for m in (25, 50, 100, 800)]
    error = [np.linalg.norm(u - U[-1]) for u in U[:-1]]
    np.testing.assert_allclose(-np.diff(np.log2(error)), 3, atol=0.15)


def test_mass_is_conserved_and_viscosity_alone_takes_energy():
    model = Burgers2D(12, 0.05)
    u = random_state(model)
    rate, U = model.f(0.0, u), u.reshape(12, 12)
    scale = np.linalg.norm(u) * np.linalg.norm(rate)
    assert abs(rate.sum()) <= 10 * EPS * np.sum(abs(rate))
    gradient = [(np.roll(U, -1, axis) - U) / model.dx for axis in (0, 1)]
    dissipation = model.nu * sum(np.sum(g**2) for g in gradient)
    assert u @ rate == pytest.approx(-dissipation, abs=10 * EPS * scale)


def test_without_viscosity_energy_is_conserved():
    model = Burgers2D(12, 0.0)
    u = random_state(model)
    rate = model.f(0.0, u)
    assert abs(u @ rate) <= 10 * EPS * np.linalg.norm(u) * np.linalg.norm(rate)


def test_mass_of_a_trajectory_stays_and_its_energy_falls():
    model = Burgers2D(32, 0.01)
    U = march(model, model.initial(1.0), SSPRK3(0.005), 200)
    np.testing.assert_allclose(U.sum(axis=0) * model.dx**2, 0.25, rtol=1e-12)
    assert np.all(np.diff(np.linalg.norm(U, axis=0)) < 0)


def test_exchanging_x_and_y_changes_nothing():
    model = Burgers2D(16, 0.01)
    u = march(model, model.initial(1.0), SSPRK3(0.01), 20)[:, -1].reshape(16, 16)
    np.testing.assert_allclose(u, u.T, atol=20 * EPS)
    np.testing.assert_array_equal(model.f(0.0, np.full(256, 1.3)), 0)


def test_coordinates_belong_to_the_state():
    model = Burgers2D(5)
    u = model.initial(2.0).reshape(5, 5)
    x, y = (0.5 + np.arange(5)) / 5, (0.5 + np.arange(5)) / 5
    expected = 2 * np.outer(np.sin(np.pi * x) ** 2, np.sin(np.pi * y) ** 2)
    np.testing.assert_allclose(u, expected, atol=4 * EPS)
    one_way = Burgers2D(5, 1e-9).f(0.0, model.x[0] ** 2)  # x alone varies, along the first axis
    assert np.ptp(one_way.reshape(5, 5), axis=1).max() <= 1e-12


def test_implicit_and_explicit_steps_agree():
    model, u, dt = Burgers2D(12, 0.02), Burgers2D(12).initial(1.0), 1e-4
    implicit = march(model, u, BackwardEuler(dt, 1e-13), 10)[:, -1]
    explicit = march(model, u, SSPRK3(dt), 10)[:, -1]
    bound = 10 * dt**2 * np.linalg.norm(model.jacobian(0.0, u) @ model.f(0.0, u))
    assert np.linalg.norm(implicit - explicit) <= bound


def test_a_singular_matrix_is_reported():
    class Growing(Burgers2D):
        def jacobian(self, t, u):
            return sparse.eye_array(self.n)

    with pytest.raises(np.linalg.LinAlgError):
        Growing(4).solve(0.0, np.zeros(16), 1.0, np.ones(16))


def test_data_set_has_two_coordinates_and_whole_trajectories():
    data = burgers_2d_data_set(nodes=12, times=5, train=(1.0, 0.5), test=(0.75,))
    assert (data.train.n, data.train.m, data.test.m) == (144, 10, 5)
    assert data.train.x.shape == (2, 144)
    np.testing.assert_allclose(data.train.t[:5], [0.2, 0.4, 0.6, 0.8, 1.0])
    np.testing.assert_array_equal(data.train.mu[0, 4:6], [1.0, 0.5])
    assert data.split == "whole trajectories: mu = 1, 0.5 to train on, 0.75 to test on"


def test_unstable_steps_say_so():
    with pytest.raises(DivergenceError, match="is not finite; take a smaller dt"):
        burgers_2d_data_set(nodes=48, nu=0.5, times=40, steps=1, train=(1.0,))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"nodes": 2}, "nodes = 2 must be at least 3"),
        ({"nu": -1.0}, "nu = -1.0 must be greater than 0"),
        ({"times": 0}, "times = 0 must be at least 1"),
        ({"test": ()}, "must both hold a parameter"),
        ({"final_time": np.nan}, "final_time = nan must be a finite number"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        burgers_2d_data_set(**options)
