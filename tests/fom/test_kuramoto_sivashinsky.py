"""Kuramoto-Sivashinsky: the method's orders, and the statistics of the attractor."""

import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.fom.exponential import ETDRK4
from mornet.fom.kuramoto_sivashinsky import (
    KuramotoSivashinsky,
    RandomStarts,
    kuramoto_sivashinsky_data_set,
)
from mornet.fom.time_stepping import march

EPS = np.finfo(float).eps


def smooth(model):
    """Return the same analytic state for every number of nodes."""
    s = 2 * np.pi * model.x / model.length
    return np.cos(s) * (1 + np.sin(s)) + np.sin(3 * s)


def test_time_stepping_is_fourth_order():
    model, T = KuramotoSivashinsky(), 2.0
    exact = march(model, smooth(model), ETDRK4(T / 6400), 6400)[:, -1]
    steps = (1600, 800, 400)  # larger ones do not yet resolve the decay of the shortest waves
    error = [
        np.linalg.norm(march(model, smooth(model), ETDRK4(T / m), m)[:, -1] - exact) for m in steps
    ]
    np.testing.assert_allclose(np.diff(np.log2(error)), 4, atol=0.1)


def test_space_is_resolved_with_spectral_accuracy():
    def at_common_nodes(nodes):
        model = KuramotoSivashinsky(nodes)
        return march(model, smooth(model), ETDRK4(0.01), 200)[:: nodes // 16, -1]

    exact = at_common_nodes(128)
    error = [np.max(abs(at_common_nodes(nodes) - exact)) for nodes in (16, 32, 64)]
    assert error[1] < 1e-3 * error[0]
    assert error[2] < 1e-11  # rounding of 200 steps


def test_small_waves_grow_and_decay_at_the_rates_of_the_linear_equation():
    model, t = KuramotoSivashinsky(), 1.0
    for k in (1, 2, 3, 4, 6):
        wave = 1e-9 * np.cos(2 * np.pi * k * model.x / model.length)
        u = march(model, wave, ETDRK4(0.1), 10)[:, -1]
        np.testing.assert_allclose(u, np.exp(model.linear[k] * t) * wave, atol=1e-17)


def test_mean_is_conserved():
    model = KuramotoSivashinsky()
    U = march(model, smooth(model) + 0.3, ETDRK4(0.05), 400)
    np.testing.assert_allclose(U.mean(axis=0), (smooth(model) + 0.3).mean(), atol=1e-13)


def test_energy_changes_by_slope_less_curvature():
    model, u = KuramotoSivashinsky(), smooth(KuramotoSivashinsky())
    k = 2 * np.pi / model.length * np.arange(33)
    slope, curvature = (
        np.fft.irfft((1j * k) ** order * np.fft.rfft(u), model.nodes) for order in (1, 2)
    )
    change = u @ model.f(0.0, u)  # u u_x u integrates to zero over a period
    expected = slope @ slope - curvature @ curvature
    assert change == pytest.approx(expected, abs=1e-12 * (curvature @ curvature))


def test_copies_do_not_interact():
    three, one = KuramotoSivashinsky(32, copies=3), KuramotoSivashinsky(32)
    starts = np.random.default_rng(0).standard_normal((3, 32))
    together = march(three, starts.ravel(), ETDRK4(0.05), 20)[:, -1].reshape(3, 32)
    for start, u in zip(starts, together, strict=True):
        np.testing.assert_allclose(march(one, start, ETDRK4(0.05), 20)[:, -1], u, atol=1e-13)


def test_pca_errors_are_those_of_the_attractor_within_the_scatter_of_a_sample():
    data = kuramoto_sivashinsky_data_set(
        starts=RandomStarts(100, 100), times=40, transient=100.0, steps=25
    )
    V = np.linalg.svd(data.train.U @ data.train.U.T)[0]
    table = {5: 0.16636, 6: 0.088415, 7: 0.059534, 8: 0.030930, 9: 0.019316, 10: 0.0079231}
    for d, expected in table.items():
        error = np.mean((data.test.U - V[:, :d] @ (V[:, :d].T @ data.test.U)) ** 2)
        assert error == pytest.approx(expected, rel=0.06)  # 4000 snapshots: two deviations
    assert data.test.states.std() == pytest.approx(1.18787, rel=0.02)


@pytest.fixture(scope="module")
def small():
    return kuramoto_sivashinsky_data_set(
        nodes=32, starts=RandomStarts(3, 2), times=10, transient=20.0, steps=10
    )


def test_training_snapshots_are_standardised_node_by_node(small):
    np.testing.assert_allclose(small.train.U.mean(axis=1), 0, atol=1e-13)
    np.testing.assert_allclose(small.train.U.std(axis=1), 1, rtol=1e-13)
    assert small.norm(small.train) == pytest.approx(np.sqrt(32 * 30))


def test_standardised_snapshots_stand_for_the_raw_states(small):
    raw = kuramoto_sivashinsky_data_set(
        nodes=32, starts=RandomStarts(3, 2), times=10, transient=20.0, steps=10,
        standardise=False,
    )  # fmt: skip
    np.testing.assert_allclose(small.test.states, raw.test.U, atol=1e-13)
    assert "deviation" in small.split
    assert "deviation" not in raw.split
    np.testing.assert_allclose(raw.train.U.mean(axis=0), 0, atol=1e-13)  # of every state


def test_snapshots_follow_the_transient_at_intervals(small):
    np.testing.assert_allclose(small.train.t[:10], 20.0 + 2.5 * np.arange(1, 11))
    assert small.split.startswith("whole trajectories from random starts: the first 3 for training")
    assert (small.train.m, small.test.m) == (30, 20)
    assert (small.train.trajectory[9], small.train.trajectory[10]) == (0, 1)
    model = KuramotoSivashinsky(32)
    first, second = small.test.states[:, 0], small.test.states[:, 1]
    u = march(model, first, ETDRK4(0.25), 10)[:, -1]
    np.testing.assert_allclose(u, second, atol=1e-12)


def test_steps_too_long_say_so():
    with pytest.raises(DivergenceError, match="is not finite; take a smaller dt"):
        kuramoto_sivashinsky_data_set(starts=RandomStarts(1, 1), times=20, steps=1, interval=20.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"times": 0}, "times = 0 must be at least 1"),
        ({"interval": 0.0}, "interval = 0.0 must be greater than 0"),
        ({"starts": {"test": 0}}, "starts.test = 0 must be at least 1"),
        ({"nodes": 3}, "nodes = 3 must be at least 4"),
        ({"length": -1.0}, "length = -1.0 must be greater than 0"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        kuramoto_sivashinsky_data_set(**options)
