import numpy as np
import pytest

from mornet.kernels.blas import columns_at_once
from mornet.nn import ACTIVATIONS, Activation, Network, activation, back_propagate, forward_pass
from mornet.nn.in_place import in_place
from mornet.nn.workspace import MANY, Workspace
from mornet.training import Objective


def reference(net, p, x, y, w):
    """J and its gradient by the reference, `mornet.nn.backprop`."""
    passed = forward_pass(net.layers(p), x)
    misfit, g = passed.a[-1] - y, np.empty_like(p)
    back_propagate(net.layers(p), passed, misfit * w, net.layers(g))
    return 0.5 * np.sum(w * misfit**2), g


def random_case(seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    depth = int(rng.integers(1, 5))
    net = Network(
        tuple(rng.integers(1, 12, depth + 1)),
        tuple(rng.choice(list(ACTIVATIONS), depth)),
        tuple(rng.choice([True, False], depth)),
    )
    N = int(rng.integers(1, 15))
    x, y = (rng.standard_normal((n, N)).astype(dtype) for n in (net.widths[0], net.widths[-1]))
    w = rng.uniform(0.5, 2, N) if rng.random() < 0.5 else None
    decay = (0.0, 0.01, rng.uniform(0, 0.1, net.size))[int(rng.integers(3))]
    batch = rng.integers(0, N, int(rng.integers(1, 9))) if rng.random() < 0.6 else None
    return net, rng.standard_normal(net.size).astype(dtype), x, y, w, decay, batch


def assert_normwise(a, b, tolerance):
    assert np.linalg.norm(a - b) <= tolerance * max(np.linalg.norm(b), 1e-3)


@pytest.mark.parametrize("seed", range(150))
def test_objective_in_buffers_is_the_reference(seed):
    net, p, x, y, w, decay, batch = random_case(seed)
    J = Objective(net, x, y, w, decay)
    I = np.arange(J.N) if batch is None else batch
    weights = (np.ones(J.N) if w is None else w)[I] / len(I)
    cost, g = reference(net, p, x[:, I], y[:, I], weights)
    assert_normwise(J.gradient(p, batch), g + decay * p, 1e-12)
    assert J.value(p, batch) == pytest.approx(cost + 0.5 * np.sum(decay * p * p), rel=1e-12)


@pytest.mark.parametrize("seed", range(40))
def test_value_and_gradient_are_those_of_one_pass(seed):
    net, p, x, y, w, decay, _ = random_case(seed)
    J = Objective(net, x, y, w, decay)
    value, g = J.value_and_gradient(p)
    assert value == pytest.approx(J.value(p), rel=1e-14)
    np.testing.assert_array_equal(g, J.gradient(p))


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_direct_step_is_a_step_along_the_gradient(seed, dtype):
    net, p, x, y, w, decay, batch = random_case(seed, dtype)
    J = Objective(net, x, y, w, decay)
    expected, moved = p - dtype(0.1) * J.gradient(p, batch), p.copy()
    done = J.descend(moved, 0.1, batch)
    assert done == (not np.any(decay))
    if done:
        assert_normwise(moved, expected, 1e-13 if dtype == np.float64 else 1e-5)
    else:
        np.testing.assert_array_equal(moved, p)


@pytest.mark.parametrize("seed", range(20))
def test_float32_stays_close_to_float64(seed):
    net, p, x, y, w, decay, batch = random_case(seed, np.float32)
    g = Objective(net, x, y, w, decay).gradient(p, batch)
    double = Objective(net, *(a.astype(float) for a in (x, y)), w, decay)
    assert g.dtype == np.float32
    assert_normwise(g, double.gradient(p.astype(float), batch), 1e-4)


def test_buffers_are_used_again_and_hold_no_state():
    net, p, x, y, *_ = random_case(7)
    J = Objective(net, x, y)
    first = J.gradient(p)
    J.gradient(2 * p)
    J.gradient(p, np.array([0]))
    np.testing.assert_array_equal(J.gradient(p), first)
    assert len(J._workspaces) == 2


def test_parameters_changed_in_place_are_seen():
    net, p, x, y, *_ = random_case(8)
    J, g = Objective(net, x, y), np.empty(net.size)
    J.gradient(p, out=g)
    p *= 1.5
    J.gradient(p, out=g)
    np.testing.assert_array_equal(g, Objective(net, x, y).gradient(p))


def test_many_batch_sizes_do_not_fill_the_memory():
    net = Network((2, 3, 2))
    J = Objective(net, np.ones((2, 40)), np.ones((2, 40)))
    for size in range(1, 30):
        J.gradient(np.ones(net.size), np.arange(size))
    assert len(J._workspaces) <= 4


def test_the_value_comes_in_pieces_of_few_columns():
    rng = np.random.default_rng(5)
    net = Network((3, 4, 2))
    x, y, p = (rng.standard_normal(s) for s in ((3, 1300), (2, 1300), net.size))
    w = rng.uniform(1, 2, 1300)
    cost, _ = reference(net, p, x, y, w / 1300)
    assert Objective(net, x, y, w).value(p) == pytest.approx(cost, rel=1e-13)


@pytest.mark.parametrize("widths", [(2, 9, 3), (9, 2, 9), (3, 12)])
def test_many_samples_give_the_reference_by_transposed_products(widths):
    rng, net = np.random.default_rng(6), Network(widths, "tanh")
    x, y, p = (rng.standard_normal(s) for s in ((widths[0], MANY), (widths[-1], MANY), net.size))
    J = Objective(net, x, y)
    assert_normwise(J.gradient(p), reference(net, p, x, y, np.full(MANY, 1 / MANY))[1], 1e-13)
    assert not J.descend(p, 0.1)
    assert J.descend(p, 0.1, np.arange(MANY - 1))


def test_narrow_layers_give_the_reference_in_pieces_of_columns():
    rng, net, N = np.random.default_rng(6), Network((160, 5, 160), ("tanh", "identity")), 450
    x, p = rng.standard_normal((160, N)), rng.standard_normal(net.size)
    J, few = Objective(net, x, x), np.arange(MANY - 1)
    assert columns_at_once(5, 160, len(few)) < len(few) < N  # several pieces, the last one shorter
    assert_normwise(J.gradient(p), reference(net, p, x, x, np.full(N, 1 / N))[1], 1e-13)
    expected = p - 0.1 * reference(net, p, x[:, few], x[:, few], np.full(len(few), 1 / len(few)))[1]
    assert J.descend(p, 0.1, few)
    assert_normwise(p, expected, 1e-13)


@pytest.mark.parametrize("shape", [(11, 500), (1, 3), (500, 11)])
def test_other_layers_are_multiplied_at_once(shape):
    assert columns_at_once(*shape, 1000) == 1000


def test_an_autoencoder_gathers_its_batch_once():
    net, rng = Network((4, 2, 4)), np.random.default_rng(0)
    x, p = np.asfortranarray(rng.standard_normal((4, 6))), rng.standard_normal(net.size)
    workspace = Workspace(net, 3, x.dtype)
    gathered, target = workspace.gather(x, x, np.array([4, 0, 4]))
    assert target is gathered
    np.testing.assert_array_equal(gathered, x[:, [4, 0, 4]])
    J, twice = Objective(net, x, x), Objective(net, x, x.copy())
    batch = np.array([4, 0, 4])
    np.testing.assert_array_equal(J.gradient(p, batch), twice.gradient(p, batch))


@pytest.mark.parametrize("bad", [[0, 6], [-1, 2]])
def test_a_batch_out_of_range_is_refused(bad):
    net = Network((4, 2))
    J = Objective(net, np.ones((4, 6)), np.ones((2, 6)))
    with pytest.raises(ValueError, match="a batch holds samples outside 0 to 5"):
        J.gradient(np.ones(net.size), np.array(bad))


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_overflows_in_place(name, dtype):
    net = Network((1, 1), name)
    x = np.array([[-1e4, -800, -5, 0, 5, 800, 1e4]], dtype)
    J = Objective(net, x, np.zeros_like(x))
    p = np.array([1, 0], dtype)
    assert np.isfinite(J.gradient(p)).all()
    assert np.isfinite(J.value(p))


def test_an_activation_without_a_form_of_its_own_works_by_its_reference():
    sine = Activation("sine", np.sin, lambda z, a: np.cos(z), lambda z, a: -a)
    form, rng = in_place(sine, np.dtype(float)), np.random.default_rng(0)
    z0, b, delta = rng.random((3, 5)), rng.random(3), rng.random((3, 5))
    z, kept, product = z0.copy(), np.empty((3, 5)), delta.copy()
    assert form.keeps
    form.apply(z, b, kept)
    form.times_slope(product, z, kept, np.empty((3, 5)))
    np.testing.assert_array_equal(z, np.sin(z0 + b[:, None]))
    np.testing.assert_array_equal(product, delta * np.cos(z0 + b[:, None]))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes_in_place_keep_their_relative_accuracy(name):
    sigma, z = activation(name), np.linspace(-30, 30, 241)[None]
    form = in_place(sigma, z.dtype)
    a, kept, slope = z.copy(), np.empty_like(z), np.ones_like(z)
    form.apply(a, None, kept)
    form.times_slope(slope, a, kept, np.empty_like(z))
    np.testing.assert_allclose(a, sigma.value(z), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(slope, sigma.derivative(z, sigma.value(z)), rtol=1e-13, atol=1e-15)


def test_the_general_path_serves_what_buffers_do_not():
    net, p, x, y, *_ = random_case(3)
    single = Objective(net, x.astype(np.float32), y.astype(np.float32))
    assert_normwise(single.gradient(p), Objective(net, x, y).gradient(p), 1e-5)
    assert single.value(p) == pytest.approx(Objective(net, x, y).value(p), rel=1e-5)
