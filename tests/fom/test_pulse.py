"""The advecting pulse: against its equation, and against the errors of linear POD."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.fom.pulse import pulse, pulse_data_set

TABLE = (  # relative test errors of r = 1, 2, ..., 20 modes of the centred training snapshots
    0.962077, 0.941588, 0.920835, 0.899810, 0.878582, 0.857140, 0.835559, 0.813827, 0.792020,
    0.770127, 0.748225, 0.726301, 0.704434, 0.682608, 0.660905, 0.639306, 0.617891, 0.596639,
    0.575632, 0.554843,
)  # fmt: skip


@pytest.fixture(scope="module")
def data():
    return pulse_data_set()


def test_the_pulse_satisfies_the_advection_equation():
    x, t, h = np.linspace(0, 1, 1001), np.array([0.03, 0.05]), 1e-30
    s_t = pulse(x, t + 1j * h).imag / h
    s_x = pulse(x + 1j * h, t).imag / h
    np.testing.assert_allclose(s_t + 10 * s_x, 0, atol=1e-14 * np.max(abs(s_t)))


def test_the_pulse_has_area_one_until_it_leaves():
    x = np.linspace(0, 1, 2001)
    area = pulse(x, np.array([0.0, 0.04, 0.08, 0.09, 0.1])).sum(axis=0) / 2000
    # exp(-(0.1)^2 / w) = 2e-22 is cut off; at t = 0.09 half of it, with half a cell, is inside
    np.testing.assert_allclose(area[:3], 1, rtol=1e-14)
    assert area[3] == pytest.approx(0.5, abs=0.51 / 2000 / np.sqrt(np.pi * 2e-4))
    assert area[4] < 1e-20


def test_even_times_train_and_odd_times_test(data):
    assert (data.name, data.denominator) == ("pulse", "snapshots")
    assert data.split == (
        "every second snapshot, starting with number 1, for testing (1000 of 2000), "
        "the others for training"
    )
    assert (data.train.n, data.train.m, data.test.m) == (4096, 1000, 1000)
    t = np.linspace(0, 0.1, 2000)
    np.testing.assert_array_equal(data.train.t, t[::2])
    np.testing.assert_array_equal(data.test.t, t[1::2])
    np.testing.assert_array_equal(data.test.U, pulse(data.test.x[0], t)[:, 1::2])


def test_singular_values_and_errors_of_linear_pod_are_the_tabulated_ones(data):
    mean = data.train.U.mean(axis=1, keepdims=True)
    X, Y = data.train.U - mean, data.test.U - mean
    # the method of snapshots is exact enough: s_20 / s_1 is not far from one
    energy, W = np.linalg.eigh(X.T @ X)
    s, W = np.sqrt(energy[:-21:-1]), W[:, :-21:-1]
    leading = [2018.36231, 2013.42048, 2004.20228, 1994.61507, 1980.82418]
    np.testing.assert_allclose(s[:5], leading, rtol=4e-9)
    Z = (X @ (W / s)).T @ Y
    left = np.linalg.norm(Y) ** 2 - np.cumsum(np.sum(Z**2, axis=1))
    np.testing.assert_allclose(np.sqrt(left) / data.norm(data.test), TABLE, rtol=0, atol=5.1e-7)


def test_a_pulse_that_could_vanish_between_the_nodes_is_refused():
    least = 0.5 / 20**2  # half the distance of two nodes is one standard deviation
    U = pulse_data_set(n=21, times=101, width=least).train.U
    seen = U[:, :46].max(axis=0) * np.sqrt(np.pi * least)  # until the pulse leaves at t = 0.09
    assert seen.min() > 0.99 * np.exp(-0.5)
    with pytest.raises(OptionError, match=f"take a width of at least {least}, or a larger n"):
        pulse_data_set(n=21, width=0.9 * least)


@pytest.mark.parametrize("options", [{"n": 1}, {"times": 1}, {"final_time": 0.0}, {"width": -1.0}])
def test_options_out_of_range_are_refused(options):
    name, value = next(iter(options.items()))
    with pytest.raises(OptionError, match=f"{name} = {value}"):
        pulse_data_set(**options)
