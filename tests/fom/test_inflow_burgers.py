"""Burgers in the plane with an inflow: exact sweeps, balances, order in time."""

import numpy as np
import pytest

from mornet import kernels
from mornet.errors import DivergenceError, OptionError
from mornet.fom import (
    BackwardEuler,
    InflowBurgers,
    Trapezoidal,
    inflow_burgers_data_set,
    inflow_burgers_problem,
    march,
)
from mornet.fom.stages import newton

EPS = np.finfo(float).eps
MODEL = InflowBurgers(4.5, 0.02, 10)
RNG = np.random.default_rng(0)


def state():
    return 0.5 + RNG.random(MODEL.n)


@pytest.mark.parametrize("tau", [1e-3, 0.5, 1e3])
def test_the_sweep_solves_the_implicit_equation_to_rounding(tau):
    b = state()
    w = MODEL.resolvent(0.0, tau, b)
    residual = w - tau * MODEL.f(0.0, w) - b
    assert np.max(abs(residual)) <= 20 * EPS * (1 + tau / MODEL.dx * np.max(abs(w))) * np.max(w)


def test_the_sweep_ends_where_newtons_method_ends():
    b, tau = state(), 0.5

    def residual(w):
        return w - tau * MODEL.f(0.0, w) - b

    def solve(w, r):
        return MODEL.solve(0.0, w, tau, r)

    w = newton(residual, solve, b, tolerance=1e-12, iterations=20)
    np.testing.assert_allclose(MODEL.resolvent(0.0, tau, b), w, atol=1e-11)


def test_the_sweep_keeps_positive_states_positive():
    assert np.all(MODEL.resolvent(0.0, 10.0, state()) > 0)


@pytest.mark.skipif(not kernels.available(), reason="needs numba")
def test_compiled_and_plain_sweeps_agree_on_grids_of_any_shape():
    for shape in ((1, 1), (1, 5), (4, 7), (7, 4)):
        W = 1 + RNG.random((2, *shape))
        plain = kernels.plain.sweep_from_the_corner(W, 0.3, 2.0)
        with kernels.using("compiled") as compiled:
            swept = compiled.sweep_from_the_corner(W, 0.3, 2.0)
        np.testing.assert_allclose(swept, plain, rtol=sum(shape) * 4 * EPS)


def test_a_cell_without_a_real_solution_is_an_error():
    with pytest.raises(DivergenceError, match="no real solution"):
        MODEL.resolvent(0.0, 1.0, np.full(MODEL.n, -100.0))


def test_mass_changes_by_inflow_outflow_and_source_alone():
    w = state()
    u, v = w.reshape(2, 10, 10)
    of_u, of_v = MODEL.f(0.0, w).reshape(2, -1).sum(axis=1) * MODEL.dx**2
    gain = MODEL.dx * 10 * MODEL.inflow**2 / 2 + MODEL.dx**2 * MODEL.source.sum()
    along, across = MODEL.dx / 2 * (u**2), MODEL.dx / 2 * (u * v)
    assert of_u == pytest.approx(gain - along[:, -1].sum() - across[-1].sum(), rel=1e-13)
    up = MODEL.dx / 2 * v**2
    assert of_v == pytest.approx(-up[-1].sum() - across[:, -1].sum(), rel=1e-13)


def test_far_from_the_boundary_a_constant_state_changes_by_the_source_alone():
    rate = MODEL.f(0.0, np.ones(MODEL.n)).reshape(2, 10, 10)
    source = MODEL.source.reshape(2, 10, 10)
    np.testing.assert_allclose(rate[:, 1:, 1:], source[:, 1:, 1:], rtol=1e-15)


@pytest.mark.parametrize(("method", "order"), [(BackwardEuler, 1), (Trapezoidal, 2)])
def test_the_order_in_time_is_that_of_the_method(method, order):
    model = InflowBurgers(4.5, 0.02, 4)
    U = [march(model, np.ones(model.n), method(8 / m), m)[:, -1] for m in (20, 40, 80, 1280)]
    error = [np.linalg.norm(u - U[-1]) for u in U[:-1]]
    np.testing.assert_allclose(-np.diff(np.log2(error)), order, atol=0.12)


def test_trajectories_hold_the_initial_state_unless_it_is_left_out():
    settings = {"nodes": 3, "steps": 4, "inflows": (4.0, 5.0), "growths": (0.02,)}
    data = inflow_burgers_data_set(**settings)
    assert (data.train.m, data.test.m) == (2 * 5, 5)
    np.testing.assert_array_equal(data.train.U[:, [0, 5]], 1)
    np.testing.assert_array_equal(data.train.mu[:, [0, 5]], [[4.0, 5.0], [0.02, 0.02]])
    later = inflow_burgers_data_set(**settings, initial=False)
    np.testing.assert_array_equal(later.train.U, data.train.U[:, [1, 2, 3, 4, 6, 7, 8, 9]])


def test_the_published_set_has_nine_trajectories_of_501_columns():
    problem = inflow_burgers_problem()
    assert problem.outline() == (20_000, (501,) * 9)
    assert problem.integrator.dt == 0.05


@pytest.mark.parametrize("settings", [{"nodes": 0}, {"inflow": np.inf}, {"growth": np.nan}])
def test_bad_settings_are_refused(settings):
    with pytest.raises(OptionError, match="nodes must be >= 1, inflow and growth finite"):
        InflowBurgers(**{"inflow": 4.0, "growth": 0.02, **settings})
