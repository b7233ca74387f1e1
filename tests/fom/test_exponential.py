"""Exponential time differencing: exact for linear equations, Runge-Kutta without a linear part."""

from dataclasses import dataclass

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.fom.exponential import ETDRK4
from mornet.fom.time_stepping import march

EPS = np.finfo(float).eps


@dataclass(frozen=True)
class Riccati:
    """du/dt = -u^2 + cos t + sin^2 t, u(0) = 0: u = sin t; ``rate`` u counts as linear."""

    rate: float
    n = 1

    @property
    def linear(self):
        return np.array([self.rate])

    def to_modes(self, u):
        return u

    def from_modes(self, v):
        return v

    def nonlinear(self, t, v):
        return -(v**2) + np.cos(t) + np.sin(t) ** 2 - self.rate * v

    def f(self, t, u):
        return self.rate * u + self.nonlinear(t, u)


@dataclass(frozen=True)
class Linear:
    """dv/dt = lambda v, with eigenvalues from growth to stiff decay, zero among them."""

    n = 4

    @property
    def linear(self):
        return np.array([0.5, 0.0, -1e-9, -1e6])

    def to_modes(self, u):
        return u

    def from_modes(self, v):
        return v

    def nonlinear(self, t, v):
        return np.ones(4)


def classical_runge_kutta(model, t, u, dt):
    k_1 = model.f(t, u)
    k_2 = model.f(t + dt / 2, u + dt / 2 * k_1)
    k_3 = model.f(t + dt / 2, u + dt / 2 * k_2)
    k_4 = model.f(t + dt, u + dt * k_3)
    return u + dt / 6 * (k_1 + 2 * k_2 + 2 * k_3 + k_4)


@pytest.mark.parametrize("rate", [0.0, -1.0, 2.0])
def test_order_is_four_on_a_nonautonomous_equation(rate):
    steps = np.array([80, 40, 20, 10])
    model = Riccati(rate)
    error = [abs(march(model, np.zeros(1), ETDRK4(1 / m), m)[0, -1] - np.sin(1)) for m in steps]
    np.testing.assert_allclose(np.diff(np.log2(error)), 4, atol=0.25)


def test_without_a_linear_part_it_is_the_classical_runge_kutta_method():
    u, dt = np.array([0.3]), 0.1
    expected = classical_runge_kutta(Riccati(0.0), 0.4, u, dt)
    step = ETDRK4(dt).step(Riccati(0.0), 0.4, u[:, None])
    np.testing.assert_allclose(step, expected, rtol=8 * EPS)


def test_linear_equations_with_a_constant_source_are_solved_exactly():
    model, dt = Linear(), 0.7
    z = dt * model.linear
    phi = np.array([np.expm1(z[0]) / z[0], 1.0, 1 + z[2] / 2, -np.expm1(z[3]) / -z[3]])
    u = march(model, np.ones(4), ETDRK4(dt), 1)[:, 1]
    np.testing.assert_allclose(u, np.exp(z) + dt * phi, rtol=20 * EPS)


def test_a_time_step_that_is_not_positive_is_refused():
    with pytest.raises(OptionError, match="dt = 0.0 must be positive"):
        ETDRK4(0.0)
