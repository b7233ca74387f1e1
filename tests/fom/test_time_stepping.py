"""Time integrators on a scalar equation with a known solution and on linear systems."""

import numpy as np
import pytest

from mornet.errors import DataError, DivergenceError, OptionError, ShapeError
from mornet.fom.time_stepping import (
    BDF2,
    SSPRK3,
    BackwardEuler,
    Substeps,
    Trapezoidal,
    march,
)
from tests.fom.models import Linear, Riccati, WithMass

EPS = float(np.finfo(float).eps)


def riccati(method, m, t):
    """Return the state at t after m steps; Newton's tolerance is absolute, as u(0) = 0."""
    implicit = {} if method is SSPRK3 else {"tolerance": 1e-12, "relative": False}
    return march(Riccati(), np.zeros(1), method(t / m, **implicit), m)[0, -1]


def slopes(errors):
    return np.diff(np.log2(errors))


@pytest.mark.parametrize(
    ("method", "order"), [(BackwardEuler, 1), (BDF2, 2), (SSPRK3, 3)], ids=lambda v: str(v)
)
def test_methods_have_their_order_on_a_nonautonomous_equation(method, order):
    steps = np.array([160, 80, 40, 20])
    error = [abs(riccati(method, m, 1) - np.sin(1)) for m in steps]
    np.testing.assert_allclose(slopes(error), order, atol=0.15)


def test_a_trajectory_has_the_initial_state_first_and_starts_at_t_0():
    U = march(Riccati(), np.array([np.sin(0.3)]), SSPRK3(0.01), 50, t_0=0.3)
    assert U.shape == (1, 51)
    np.testing.assert_allclose(U[0], np.sin(0.3 + 0.01 * np.arange(51)), atol=1e-7)


def test_backward_euler_divides_by_one_minus_dt_lambda():
    A = np.diag([-1.0, -1e6])
    U = march(Linear(A), np.ones(2), BackwardEuler(0.1), 3)
    exact = (1 - 0.1 * np.diag(A))[:, None] ** -np.arange(4.0)
    np.testing.assert_allclose(U, exact, rtol=0, atol=1e-8 * np.sqrt(2))


def test_bdf2_satisfies_its_recurrence_after_one_step_of_backward_euler():
    A, dt = np.array([[-1.0, 2.0], [0.0, -3.0]]), 0.1
    U = march(Linear(A), np.ones(2), BDF2(dt, tolerance=1e-14), 4)
    start = march(Linear(A), np.ones(2), BackwardEuler(dt, tolerance=1e-14), 1)
    np.testing.assert_array_equal(U[:, :2], start)
    r = U[:, 2:] - 4 / 3 * U[:, 1:-1] + U[:, :-2] / 3 - 2 / 3 * dt * A @ U[:, 2:]
    np.testing.assert_allclose(r, 0, atol=1e-14)


def test_ssprk3_is_exact_to_the_cubic_taylor_polynomial():
    z = 0.7
    U = march(Linear(np.array([[z]])), np.ones(1), SSPRK3(1.0), 1)
    assert U[0, 1] == pytest.approx(1 + z + z**2 / 2 + z**3 / 6, rel=1e-15)


def test_substeps_keep_every_count_th_state_of_the_same_trajectory():
    fine = march(Riccati(), np.zeros(1), SSPRK3(0.01), 60)
    coarse = march(Riccati(), np.zeros(1), Substeps(SSPRK3(0.01), 20), 3)
    np.testing.assert_allclose(coarse, fine[:, ::20], rtol=1e-14)  # t is summed otherwise
    assert Substeps(SSPRK3(0.01), 20).dt == pytest.approx(0.2)


def test_the_relative_rule_measures_the_residual_against_the_old_state():
    class Counted(Riccati):
        solves = 0

        def solve(self, t, u, tau, b):
            self.solves += 1
            return super().solve(t, u, tau, b)

    for relative, solves in (
        (True, 1),
        (False, 2),
    ):  # after one update ||r|| = dt (dt u^2)^2 = 1e-6
        method, model = BackwardEuler(1e-6, tolerance=1e-8, relative=relative), Counted()
        method.step(model, 0.0, np.array([[1e3]]))
        assert model.solves == solves


@pytest.mark.parametrize("method", [BackwardEuler, BDF2, Trapezoidal])
def test_a_state_that_changes_by_less_than_the_tolerance_in_a_step_still_changes(method):
    rate, steps = 1e-9, 100
    U = march(Linear(-rate * np.eye(2)), np.ones(2), method(1.0), steps)
    # each step rounds the state to eps
    np.testing.assert_allclose(1 - U[:, -1], rate * steps, atol=(rate * steps) ** 2 + steps * EPS)


@pytest.mark.parametrize("method", [BackwardEuler, BDF2, Trapezoidal])
@pytest.mark.parametrize("units", [1e-12, 1e12])
def test_a_trajectory_does_not_depend_on_the_units_of_the_equations(method, units):
    M, A = np.array([[4.0, 1.0], [1.0, 3.0]]), np.array([[-1.0, 2.0], [-2.0, -1.0]])
    scaled, plain = (
        march(WithMass(s * M, s * A), np.ones(2), method(0.1), 20) for s in (units, 1.0)
    )
    np.testing.assert_allclose(scaled, plain, rtol=0, atol=20 * 100 * EPS)


@pytest.mark.parametrize("method", [BDF2, SSPRK3])
@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda u: 1j * u, DataError, r"f\(t, u\) of Wrong has type complex128"),
        (lambda u: -u[0], ShapeError, r"f\(t, u\) of Wrong has shape \(\), but a state has \(2,\)"),
    ],
)
def test_rates_that_are_not_one_real_number_a_dof_are_refused(method, wrong, error, message):
    class Wrong(Linear):
        def f(self, t, u):
            return wrong(u)

    with pytest.raises(error, match=message):
        march(Wrong(-np.eye(2)), np.ones(2), method(0.1), 3)


def test_no_model_changes_a_state_of_the_past():
    class Careless(Linear):
        def f(self, t, u):
            u *= -1
            return u

    with pytest.raises(ValueError, match="read-only"):
        march(Careless(-np.eye(2)), np.ones(2), BDF2(0.1), 3)


def test_the_relative_rule_is_absolute_where_the_old_state_is_zero():
    integrator = BackwardEuler(0.1, tolerance=1e-8)
    U = march(Riccati(), np.zeros(1), integrator, 1)
    assert abs(U[0, 1] - 0.1 * Riccati().f(0.1, U[:, 1])[0]) <= 1e-8


def test_no_root_is_reported_with_step_time_residual_and_advice():
    class Rootless(Riccati):
        def f(self, t, u):
            return 10 * (1 + u**2)  # w - u - dt f(w) has no real root for dt = 1

        def solve(self, t, u, tau, b):
            return b / (1 - 20 * tau * u)

    with pytest.raises(
        DivergenceError,
        match=r"step 1, t = 1: Newton's residual is \|\|r\|\| = .* after 10 iterations "
        r"\(of at most 10\), not <= .*; take a smaller dt than 1",
    ):
        march(Rootless(), np.ones(1), BackwardEuler(1.0), 5)


def test_a_singular_jacobian_is_reported():
    with pytest.raises(DivergenceError, match=r"step 1, t = 1: .* Jacobian is singular"):
        march(Linear(np.eye(2)), np.ones(2), BackwardEuler(1.0), 1)


def test_overflow_is_reported_not_stored():
    with pytest.raises(DivergenceError, match=r"step \d+, .* the new state is not finite"):
        march(Linear(np.array([[1e100]])), np.ones(1), SSPRK3(1.0), 9)


@pytest.mark.parametrize(
    ("u_0", "steps", "error", "message"),
    [
        (np.ones(2), 0, OptionError, "steps = 0 must be >= 1"),
        (np.ones(3), 1, ShapeError, "3 rows, but 2 are needed"),
        (np.ones((2, 2)), 1, ShapeError, r"\(2, 2, 1\)"),
        (np.array([1.0, np.nan]), 1, DataError, "row 1"),
        (np.ones(2) * 1j, 1, DataError, "complex"),
    ],
)
def test_march_refuses_what_is_no_initial_state(u_0, steps, error, message):
    with pytest.raises(error, match=message):
        march(Linear(-np.eye(2)), u_0, BackwardEuler(0.1), steps)


@pytest.mark.parametrize(
    "options", [{"dt": 0}, {"dt": np.nan}, {"dt": 1, "tolerance": 0}, {"dt": 1, "iterations": 0}]
)
def test_backward_euler_refuses_options_out_of_range(options):
    with pytest.raises(OptionError, match="must be (a finite number|positive|at least 1)"):
        BackwardEuler(**options)


@pytest.mark.parametrize("integrator", [BDF2, SSPRK3])
@pytest.mark.parametrize("dt", [0.0, -1.0, np.nan, np.inf])
def test_a_time_step_that_is_not_positive_is_refused(integrator, dt):
    with pytest.raises(OptionError, match="dt = .* must be (positive|a finite number)"):
        integrator(dt)


def test_no_substeps_are_refused():
    with pytest.raises(OptionError, match="count = 0 must be at least 1"):
        Substeps(SSPRK3(0.1), 0)
