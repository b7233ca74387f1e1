import numpy as np
import pytest

from mornet import kernels
from mornet.errors import DivergenceError, OptionError
from mornet.experiments.ten_points.data import network, points
from mornet.experiments.ten_points.entering_example import (
    entering_example,
    published_indices,
    published_start,
)
from mornet.nn import Network, normal
from mornet.training import (
    Objective,
    Prescribed,
    SteepestDescent,
    WithReplacement,
    single_sample_descent,
    train,
)
from tests.nn.cases import DATA

NUMBA = pytest.mark.skipif(not kernels.available(), reason="needs numba")
KERNELS = ["plain", pytest.param("compiled", marks=NUMBA)]


@pytest.fixture(params=KERNELS)
def chosen(request):
    with kernels.using(request.param):
        yield


@pytest.fixture(scope="module")
def octave():
    with np.load(DATA / "higham.npz") as arrays:
        return dict(arrays)


def parameters(octave, run, when):
    net = network()
    p = np.empty(net.size)
    for l, (W, b, *_) in enumerate(net.layers(p), start=2):
        W[...], b[...] = octave[f"{run}_{when}_W{l}"], octave[f"{run}_{when}_b{l}"]
    return p


def start_and_indices(octave, run, steps):
    """Start and samples of the two runs; B10 drew both from default_rng(5000)."""
    p = parameters(octave, run, "init")
    if run == "A10":
        np.testing.assert_array_equal(published_start(network()), p)
        return p, published_indices(steps)
    rng = np.random.default_rng(5000)
    rng.standard_normal(23)
    return p, (rng.integers(1, 11, size=10**6) - 1)[:steps]


@pytest.mark.parametrize("widths", [(2, 2, 3, 2), (3, 1), (1, 7, 1), (4, 6, 5, 3, 2)])
def test_single_samples_take_the_steps_of_the_reference(widths, chosen):
    rng = np.random.default_rng(0)
    net = Network(widths)
    x, y = rng.standard_normal((widths[0], 9)), rng.random((widths[-1], 9))
    J, p, indices = Objective(net, x, y), normal(net, rng), rng.integers(9, size=700)
    fast = single_sample_descent(J, p, 0.3, indices)
    slow = train(J, p, SteepestDescent(0.3), steps=700, sampling=Prescribed(indices))
    np.testing.assert_allclose(fast.p, slow.p, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(fast.history.objective, slow.history.objective, rtol=1e-12)


def test_three_thousand_steps_are_those_of_the_reference(chosen):
    x, y = points()
    J, p, indices = Objective(network(), x, y), published_start(network()), published_indices(3000)
    fast = single_sample_descent(J, p, 0.05, indices)
    slow = train(J, p, SteepestDescent(0.05), steps=3000, sampling=Prescribed(indices))
    np.testing.assert_allclose(fast.p, slow.p, rtol=1e-12)
    np.testing.assert_allclose(fast.history.objective, slow.history.objective, rtol=1e-12)
    np.testing.assert_array_equal(fast.history.step, slow.history.step)
    np.testing.assert_array_equal(fast.history.sample_gradients, slow.history.sample_gradients)


@pytest.mark.parametrize("record_every", [1, 7, 100, 1000])
def test_recording_changes_no_step_and_keeps_the_last_sum_of_squares(record_every, chosen):
    x, y = points()
    J, p, indices = Objective(network(), x, y), published_start(network()), published_indices(100)
    every = single_sample_descent(J, p, 0.05, indices)
    some = single_sample_descent(J, p, 0.05, indices, record_every=record_every)
    np.testing.assert_array_equal(some.p, every.p)
    expected = sorted({*range(0, 101, record_every), 100})
    assert some.history.step.tolist() == expected
    np.testing.assert_allclose(
        some.history.objective, every.history.objective[expected], rtol=1e-14
    )
    assert some.history.objective[-1] == pytest.approx(J.value(some.p), rel=1e-13)


@pytest.mark.sensitive
@pytest.mark.parametrize(("run", "steps", "when"), [("A10", 10**5, "w1e5"), ("B10", 10**3, "w1e3")])
def test_the_published_runs_are_met(octave, run, steps, when, chosen):
    x, y = points()
    p, indices = start_and_indices(octave, run, steps)
    p, history = single_sample_descent(Objective(network(), x, y), p, 0.05, indices)
    np.testing.assert_allclose(p, parameters(octave, run, when), rtol=1e-10)
    kept = octave[f"{run}_cost"][: steps // 1000 + 1]
    np.testing.assert_allclose(20 * history.objective[::1000], kept, rtol=1e-10)
    assert len(history.objective) == steps + 1


@NUMBA
@pytest.mark.parametrize("run", ["A10", "B10"])
def test_a_million_steps_of_the_published_runs_are_met(octave, run):
    x, y = points()
    p, indices = start_and_indices(octave, run, 10**6)
    with kernels.using("compiled"):
        p, history = single_sample_descent(Objective(network(), x, y), p, 0.05, indices)
    np.testing.assert_allclose(p, parameters(octave, run, "w1e6"), rtol=1e-10)
    np.testing.assert_allclose(20 * history.objective[::1000], octave[f"{run}_cost"], rtol=1e-10)


def test_a_seeded_example_draws_one_point_a_step_with_replacement():
    x, y = points()
    rng = np.random.default_rng(7)
    net = network()
    p = normal(net, rng)
    slow = train(
        Objective(net, x, y),
        p,
        SteepestDescent(0.05),
        steps=50,
        sampling=WithReplacement(1),
        rng=rng,
    )
    fast = entering_example(steps=50, start="seeded", seed=7, record_every=1, grid=3)
    np.testing.assert_allclose(fast.p, slow.p, rtol=1e-13)
    np.testing.assert_allclose(fast.sum_of_squares, 20 * slow.history.objective, rtol=1e-13)


def test_no_steps_are_no_steps():
    x, y = points()
    p = published_start(network())
    trained, history = single_sample_descent(Objective(network(), x, y), p, 0.05, np.arange(0))
    np.testing.assert_array_equal(trained, p)
    assert history.step.tolist() == [0]


def test_what_the_fast_path_does_not_serve_is_refused():
    x, y = points()
    net, indices = network(), np.arange(3)
    p = published_start(net)
    J = Objective(net, x, y)
    tanh = Network((2, 2), "tanh")
    with pytest.raises(OptionError, match="are for sigmoid layers with bias"):
        single_sample_descent(Objective(tanh, x, y), np.ones(6), 0.1, indices)
    with pytest.raises(OptionError, match="without weights and decay"):
        single_sample_descent(Objective(net, x, y, decay=0.1), p, 0.1, indices)
    with pytest.raises(OptionError, match="for float64"):
        single_sample_descent(J, p.astype(np.float32), 0.1, indices)
    with pytest.raises(OptionError, match="record_every = 0"):
        single_sample_descent(J, p, 0.1, indices, record_every=0)
    with pytest.raises(OptionError, match="indices run from 0 to 10, but there are 10 samples"):
        single_sample_descent(J, p, 0.1, np.array([0, 10]))
    with pytest.raises(DivergenceError, match="J is not finite after step 0"):
        single_sample_descent(J, np.full(23, np.nan), 0.1, indices)
