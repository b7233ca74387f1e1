"""The advecting shock: the solution against its equation, the data set against the tables."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.fom.shock import PeriodicBurgers, shock, shock_data_set
from mornet.fom.time_stepping import SSPRK3, march

EPS = np.finfo(float).eps


@pytest.fixture(scope="module")
def data():
    return shock_data_set()


def as_printed(x, t, reynolds):
    t_0 = np.exp(reynolds / 8)
    front = np.sqrt((t + 1) / t_0) * np.exp(reynolds * x**2 / (4 * t + 4))
    return x / (t + 1) / (1 + front)


def test_the_solution_is_the_printed_formula():
    x, t = np.linspace(0, 1, 50), np.linspace(0, 2, 7)
    for reynolds in (50.0, 1000.0, 2450.0):
        expected = as_printed(x[:, None], t, reynolds)
        exponent = reynolds / 4  # the largest, whose rounding an exponential magnifies
        np.testing.assert_allclose(shock(x, t, reynolds), expected, rtol=4 * EPS * exponent)


def test_no_reynolds_number_overflows():
    u = shock(np.linspace(0, 1, 101), np.array([0.0, 1.0]), 1e6)
    np.testing.assert_array_equal(u[:50, 0], np.linspace(0, 1, 101)[:50])  # the ramp
    np.testing.assert_array_equal(u[51:, 0], 0)


def test_the_solution_satisfies_the_equation_to_second_order_of_the_central_differences():
    t, h, reynolds = 0.7, 1e-4, 100.0
    residual = []
    for n in (100, 200, 400, 800):
        model, x = PeriodicBurgers(n, reynolds), np.arange(n) / n
        u = shock(x, np.array([t - h, t, t + h]), reynolds)
        r = (u[:, 2] - u[:, 0]) / (2 * h) - model.f(t, u[:, 1])
        residual.append(np.max(abs(r[1:-1])))  # the solution is not periodic, the scheme is
    np.testing.assert_allclose(-np.diff(np.log2(residual)), 2, atol=0.1)


def test_the_periodic_scheme_conserves_mass_and_constant_states():
    model, u = PeriodicBurgers(50, 30.0), np.random.default_rng(0).random(50)
    assert abs(model.f(0.0, u).sum()) <= 50 * EPS * np.max(abs(model.f(0.0, u)))
    U = march(model, u, SSPRK3(0.002), 100)
    np.testing.assert_allclose(U.sum(axis=0), u.sum(), rtol=1e-13)
    np.testing.assert_array_equal(model.f(0.0, np.full(50, 1.7)), 0)


def test_data_set_declares_its_split(data):
    assert (data.name, data.denominator) == ("shock", "snapshots")
    assert data.split == (
        "whole trajectories: Re = 100, 200, ..., 1900 to train on, 50, 250, ..., 2450 to test on"
    )
    assert (data.train.n, data.train.m, data.test.m) == (128, 1900, 1300)
    assert (data.train.t[0], data.train.t[99], data.train.t[100]) == (0, 2, 0)
    first = shock(data.train.x[0], data.train.t[:100], 100.0)
    np.testing.assert_array_equal(data.train.U[:, :100], first)
    np.testing.assert_array_equal(np.unique(data.train.mu), np.arange(100, 2000, 100))


@pytest.mark.parametrize(
    ("centred", "errors"),
    [
        (
            False,
            {
                2: (0.27423, 0.28209),
                3: (0.20044, 0.21038),
                5: (0.12965, 0.14158),
                10: (0.06409, 0.07790),
                20: (0.02539, 0.03599),
            },
        ),
        (
            True,
            {
                2: (0.20188, 0.21533),
                3: (0.15946, 0.17485),
                5: (0.11084, 0.12859),
                10: (0.05936, 0.07954),
                20: (0.02378, 0.03342),
            },
        ),
    ],
    ids=["raw", "centred"],
)
def test_pod_errors_are_the_tabulated_ones(data, centred, errors):
    mean = data.train.U.mean(axis=1, keepdims=True) * centred
    V = np.linalg.svd(data.train.U - mean, full_matrices=False)[0]
    for r, expected in errors.items():
        for part, value in zip((data.train, data.test), expected, strict=True):
            X = part.U - mean
            error = np.linalg.norm(X - V[:, :r] @ (V[:, :r].T @ X)) / data.norm(part)
            assert error == pytest.approx(value, abs=5.1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 1}, "n = 1 must be at least 3"),
        ({"times": 1}, "times = 1 must be at least 2"),
        ({"final_time": 0.0}, "final_time = 0.0 must be greater than 0"),
        ({"train": ()}, r"train = \[\]"),
        ({"test": (0.0,)}, r"test\[0\] = 0.0 must be greater than 0"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        shock_data_set(**options)


def test_too_few_nodes_for_a_period_are_refused():
    with pytest.raises(OptionError, match="^n = 2 must be at least 3$"):
        PeriodicBurgers(2)
