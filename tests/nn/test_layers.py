"""Every layer is a linear map with two adjoints, and the Lemma needs nothing else of it."""

import dataclasses
import math

import numpy as np
import pytest

from mornet.errors import OptionError, ShapeError
from mornet.nn import (
    AveragePool,
    Convolution,
    Dense,
    Dropout,
    MaxPool,
    Network,
    TransposedConvolution,
    Upsampling,
    back_propagate,
    forward_pass,
    initialise,
)
from mornet.nn.backprop import input_gradient
from mornet.nn.curvature import output_jacobian
from mornet.nn.input_derivatives import along_line, input_jacobian
from mornet.nn.layers import length
from mornet.nn.series import evaluate
from mornet.nn.taylor import DataSeries, forward_series, gradient_series
from mornet.training import Objective
from tests.nn.maps import Average, Convolution1D, Maximum

EPS = np.finfo(float).eps
LAYERS = {
    "dense": Dense(6, 4),
    "convolution": Convolution1D((2, 3), 7, 3, stride=2),
    "average": Average(3, 4),
    "maximum": Maximum(2, 6),
    "convolution 1D": Convolution((2, 3), (9,), (3,), (2,), (2, 0), (2,)),
    "circular convolution 1D": Convolution((2, 3), (7,), (5,), padding=(2,), circular=True),
    "convolution 2D": Convolution((2, 3), (5, 4), (3, 2), (2, 1), (1, 2, 0, 1), (1, 2)),
    "circular convolution 2D": Convolution(
        (2, 1), (4, 5), (3, 3), (1, 2), (1, 2, 2, 0), circular=True
    ),
    "transposed 1D": TransposedConvolution(Convolution((2, 3), (8,), (3,), (2,), (1,))),
    "transposed 2D": TransposedConvolution(Convolution((2, 3), (5, 6), (3, 3), (2, 2), (1,))),
    "average pool": AveragePool((2, 5, 6), (3, 2), (2, 2), (1, 1, 0, 1)),
    "average pool 1D": AveragePool((2, 7), (3,), (2,), (1,)),
    "max pool": MaxPool((2, 5, 6), (3, 3), (2, 2), (0, 0, 1, 1)),
    "max pool 1D": MaxPool((3, 6), (2,), (1,)),
    "upsampling": Upsampling((2, 2, 3), (2, 3)),
    "dropout": Dropout((2, 3), 0.4),
}
NETWORKS = {
    "convolution, average, dense": Network.of(
        (Convolution1D((2, 3), 9, 2, stride=1), Average(3, 8), Dense(12, 5), Dense(5, 2)),
        ("tanh", "identity", "swish", "identity"),
        (True, False, True, False),
    ),
    "convolution at the end": Network.of(
        (Dense(3, 12), Convolution1D((2, 2), 6, 3, stride=1)), ("sigmoid", "tanh")
    ),
    "no parameters first": Network.of(
        (Average(2, 6), Convolution1D((2, 1), 3, 2, stride=1)), "sigmoid"
    ),
    "no parameters, but a bias": Network.of((Average(3, 4), Dense(6, 2)), "tanh", True),
    "signals": Network.of(
        (
            Convolution((1, 3), (8,), (3,), padding=(1,), circular=True),
            AveragePool((3, 8), (2,), (2,)),
            Convolution((3, 2), (4,), (3,), (2,), (1,)),
            TransposedConvolution(Convolution((1, 2), (4,), (3,), (2,), (1,))),
        ),
        ("tanh", "identity", "swish", "identity"),
        (True, False, False, True),
    ),
    "images": Network.of(
        (
            Convolution((2, 3), (4, 3), (3, 2), padding=(1, 1, 0, 1), dilation=(1, 1)),
            Dropout((3, 4, 3), 0.5),
            AveragePool((3, 4, 3), (2, 2), (2, 2), (0, 0, 0, 1)),
            Upsampling((3, 2, 2), (2, 2)),
            Convolution((3, 1), (4, 4), (2, 2), (2, 2), dilation=(2, 2)),
        ),
        ("sigmoid", "identity", "tanh", "identity", "tanh"),
        (True, False, False, False, True),
    ),
    "max pooled": Network.of(
        (Convolution((1, 2), (5,), (2,)), MaxPool((2, 4), (2,), (2,)), Dense(4, 2)),
        ("identity", "tanh", "identity"),
        (True, False, True),
    ),
    "piecewise linear": Network.of((Maximum(2, 6), Dense(6, 3)), ("tanh", "identity"), True),
    "piecewise linear in the middle": Network.of(
        (Dense(3, 8), Maximum(2, 4), Dense(4, 2)), ("tanh", "identity", "sigmoid")
    ),
}
ANALYTIC = [name for name in NETWORKS if not {"piecewise", "max"} & set(name.split())]


def made(name):
    net, rng = NETWORKS[name], np.random.default_rng(4)
    x, y = rng.standard_normal((net.widths[0], 7)), rng.standard_normal((net.widths[-1], 7))
    J = Objective(net, x, y, rng.uniform(0.5, 2, 7), rng.uniform(0, 0.1, net.size))
    return J, rng.standard_normal(net.size), rng.standard_normal((3, net.size))


@pytest.fixture(params=NETWORKS)
def setting(request):
    return made(request.param)


@pytest.fixture(params=ANALYTIC)
def analytic(request):
    return made(request.param)


@pytest.fixture(params=LAYERS)
def layer(request):
    return LAYERS[request.param]


def relative(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


def drawn(layer, lead=(), seed=1):
    rng = np.random.default_rng(seed)
    n_in, n_out = length(layer.shape_in), length(layer.shape_out)
    W = rng.standard_normal((*lead, *layer.W_shape))
    a, delta = rng.standard_normal((*lead, n_in, 5)), rng.standard_normal((*lead, n_out, 5))
    return W, a, delta


def differences(f, at, directions):
    """Central differences; with second derivatives of size 1 their error is about 1e-10."""
    h = EPS ** (1 / 3)
    return np.array([(f(at + h * d) - f(at - h * d)) / (2 * h) for d in directions])


def test_adjoints_are_adjoint(layer):
    W, a, delta = drawn(layer)
    linear = layer.at(a)
    size = np.linalg.norm(linear.apply(W, a)) * np.linalg.norm(delta)
    product = np.sum(linear.apply(W, a) * delta)
    assert np.sum(a * linear.adjoint(W, delta)) == pytest.approx(product, abs=100 * EPS * size)
    if length(layer.W_shape):
        assert np.sum(W * linear.outer(delta, a)) == pytest.approx(product, abs=100 * EPS * size)
    assert linear.outer(delta, a).shape == layer.W_shape


def test_products_are_linear_in_each_factor(layer):
    W, a, _ = drawn(layer)
    V, b, _ = drawn(layer, (1,), seed=2)
    linear = layer.at(a)
    np.testing.assert_allclose(
        linear.apply(W, a - 2 * b[0]),
        linear.apply(W, a) - 2 * linear.apply(W, b[0]),
        atol=1e-13,
    )
    if length(layer.W_shape):
        np.testing.assert_allclose(
            linear.apply(W - 2 * V[0], a),
            linear.apply(W, a) - 2 * linear.apply(V[0], a),
            atol=1e-13,
        )


def test_the_piece_at_a_is_the_layer_at_a(layer):
    W, a, _ = drawn(layer)
    np.testing.assert_array_equal(layer.at(a).apply(W, a), layer.apply(W, a))


def test_leading_axes_broadcast(layer):
    W, a, delta = drawn(layer, (3,))
    one = W[0], a[0], delta[0]
    for product, stacked, single in (
        ("apply", (W, a[:1]), (one[0], one[1])),
        ("apply", (W[:1], a), (one[0], one[1])),
        ("adjoint", (W, delta[:1]), (one[0], one[2])),
        ("outer", (delta, a[:1]), (one[2], one[1])),
    ):
        linear = layer.at(a[:1])
        result = getattr(linear, product)(*stacked)
        expected = getattr(layer.at(a[0]), product)(*single)
        np.testing.assert_allclose(result[0], expected, rtol=1e-13, atol=1e-13)
        assert result.shape[1:] == expected.shape


def test_layers_are_frozen_values_that_state_their_work(layer):
    assert dataclasses.is_dataclass(layer)
    assert hash(layer) == hash(dataclasses.replace(layer))
    assert layer.multiplications >= 0
    assert length(layer.shape_out) % layer.bias_size == 0


def test_gradient_is_that_of_the_value(setting):
    J, p, _ = setting
    assert relative(J.gradient(p), differences(J.value, p, np.eye(p.size))) <= 1e-8


def test_hessian_products_are_derivatives_of_the_gradient(setting):
    J, p, V = setting
    assert relative(J.hessian_vector(p, V), differences(J.gradient, p, V)) <= 1e-8
    H = J.hessian(p)
    assert np.abs(H - H.T).max() <= 1e-13 * np.abs(H).max()


def test_jacobian_is_that_of_the_residual(setting):
    J, p, _ = setting
    assert relative(J.jacobian(p).T, differences(J.residual, p, np.eye(p.size))) <= 1e-8


def test_gauss_newton_products_are_those_of_the_jacobian(setting):
    J, p, V = setting
    DR = J.jacobian(p)
    assert relative(J.gauss_newton_vector(p, V), V @ DR.T @ DR) <= 1e-13
    G, g = J.gauss_newton(p)
    assert relative(G, DR.T @ DR) <= 1e-13
    assert relative(g, J.gradient(p)) <= 1e-12
    few, _ = J.gauss_newton(p, max_bytes=smallest_budget(J, p))
    assert relative(few, G) <= 1e-13


def smallest_budget(J, p):
    with pytest.raises(OptionError, match="one sample needs") as refused:
        J.gauss_newton(p, max_bytes=1)
    return int(str(refused.value).split()[-1])


def test_back_propagation_goes_on_to_the_inputs(setting):
    J, p, _ = setting
    layers, g = J.net.layers(p), np.empty_like(p)
    passed = forward_pass(layers, J.x)
    dC_da = np.random.default_rng(2).standard_normal(passed.a[-1].shape)
    delta = back_propagate(layers, passed, dC_da, J.net.layers(g))
    dx = np.einsum("Nji,jN->iN", input_jacobian(J.net, p, J.x), dC_da)
    assert relative(input_gradient(layers, passed, delta), dx) <= 1e-13


def test_stacked_back_propagation_is_one_after_the_other(setting):
    J, p, _ = setting
    layers, K = J.net.layers(p), 3
    passed = forward_pass(layers, J.x)
    starts = np.random.default_rng(2).standard_normal((K, *passed.a[-1].shape))
    together, g = np.empty((K, p.size)), np.empty_like(p)
    back_propagate(layers, passed, starts, J.net.layers(together))
    for k in range(K):
        back_propagate(layers, passed, starts[k], J.net.layers(g))
        assert relative(together[k], g) <= 1e-14


def test_input_jacobian_is_the_derivative_by_the_input(setting):
    J, p, _ = setting
    x = J.x[:, :2]
    steps = differences(
        lambda s: J.net.forward(p, x + s[:, None]), np.zeros(len(x)), np.eye(len(x))
    )
    assert relative(input_jacobian(J.net, p, x), steps.transpose(2, 1, 0)) <= 1e-8


def test_derivatives_along_a_line_are_those_of_the_line(setting):
    J, p, _ = setting
    v = np.random.default_rng(3).standard_normal(J.x.shape)
    value, first, second = along_line(J.net, p, J.x, v)
    np.testing.assert_array_equal(value, J.net.forward(p, J.x))
    assert relative(first, np.einsum("Nji,iN->jN", input_jacobian(J.net, p, J.x), v)) <= 1e-13
    slope = differences(lambda s: along_line(J.net, p, J.x + s * v, v).first, 0.0, [1.0])[0]
    np.testing.assert_allclose(second, slope, atol=1e-8 * (1 + np.abs(slope).max()))


def still(J, K):
    def lifted(c):
        series = np.zeros((K + 1, *np.shape(c)))
        series[0] = c
        return series

    return DataSeries(*(lifted(c) for c in (J.x, J.y, J.weights / J.N, J.decay)))


def test_power_series_sum_to_the_gradient_on_the_path(setting):
    # with K = 1 it holds the Hessian product; what is left at t is O(t^{K+1})
    J, p, V = setting
    first = gradient_series(J.net, np.array([p, V[0]]), still(J, 1))
    assert relative(first[0], J.gradient(p)) <= 1e-13
    assert relative(first[1], J.hessian_vector(p, V[0])) <= 1e-12
    K, curve = 3, np.vstack([p[None], 0.1 * V])
    g = gradient_series(J.net, curve, still(J, K))
    left = [np.linalg.norm(evaluate(g, t) - J.gradient(evaluate(curve, t))) for t in (0.02, 0.01)]
    assert np.log2(left[0] / left[1]) == pytest.approx(K + 1, abs=0.3)


def test_the_second_coefficient_of_a_line_is_half_its_second_derivative(setting):
    J, p, _ = setting
    v, zero = np.ones_like(J.x), np.zeros_like(J.x)
    curve = np.vstack([p[None], np.zeros((2, p.size))])
    f = forward_series(J.net, curve, np.array([J.x, v, zero]))
    line = along_line(J.net, p, J.x, v)
    np.testing.assert_allclose(f[1], line.first, atol=1e-13)
    np.testing.assert_allclose(2 * f[2], line.second, atol=1e-13)


def test_derivatives_agree_with_complex_steps(analytic):
    J, p, V = analytic
    h = 1e-30
    step = J.gradient(p + 1j * h * V[0]).imag / h
    assert relative(J.hessian_vector(p, V[0]), step) <= 1e-12


def test_a_convolution_is_the_dense_layer_of_its_matrix():
    # one channel, stride 1: a banded matrix; its parameters are shared along the diagonals
    conv = Convolution1D((1, 1), 6, 3, stride=1)
    w = np.array([[[1.0, -2.0, 0.5]]])
    matrix = conv.apply(w, np.eye(6))
    net, dense = Network.of((conv,), "tanh", bias=False), Network((6, 4), "tanh", bias=False)
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((6, 8)), rng.standard_normal((4, 8))
    J, D = Objective(net, x, y), Objective(dense, x, y)
    L = np.array([conv.apply(e[None, None], np.eye(6)).ravel() for e in np.eye(3)]).T
    p, q = w.ravel(), matrix.ravel()
    assert relative(J.gradient(p), L.T @ D.gradient(q)) <= 1e-14
    assert relative(J.hessian(p), L.T @ D.hessian(q) @ L) <= 1e-14


def test_parameters_are_laid_out_layer_by_layer():
    net = NETWORKS["convolution, average, dense"]
    p = np.arange(float(net.size))
    conv, average, first, last = net.layers(p)
    assert conv.W.shape == (3, 2, 2)
    assert conv.b.tolist() == [12, 13, 14]  # one a channel
    assert average.W.size == 0
    assert average.b is None
    assert first.W.shape == (5, 12)
    assert last.W.shape == (2, 5)
    assert net.size == 12 + 3 + 60 + 5 + 10
    assert net.widths == (18, 24, 12, 5, 2)
    head, tail = net.split(2)
    x = np.random.default_rng(0).standard_normal((18, 3))
    together = tail.forward(p[head.size :] / 100, head.forward(p[: head.size] / 100, x))
    np.testing.assert_array_equal(together, net.forward(p / 100, x))


def test_work_of_dense_layers_is_their_number_of_parameters():
    net = Network((3, 5, 2), bias=(True, False))
    assert net.work == net.size
    conv = Network.of((Convolution1D((2, 3), 7, 3, stride=2),), "tanh")
    assert conv.work == 18 * 3 + 9  # 18 weights at 3 places, and a bias for 9 outputs
    assert conv.work > conv.size


def test_dense_maps_make_a_dense_network():
    net = Network.of((Dense(3, 4), Dense(4, 2)), "tanh")
    assert net == Network((3, 4, 2), "tanh")
    assert net.dense
    assert not NETWORKS["piecewise linear"].dense


def test_by_default_only_layers_with_parameters_have_a_bias():
    chain = (Convolution((1, 2), (5,), (2,)), MaxPool((2, 4), (2,), (2,)), Dropout((2, 2), 0.5))
    net = Network.of((*chain, Dense(4, 2)), "tanh")
    assert net.bias == (True, False, False, True)
    assert net.size == (4 + 2) + (8 + 2)
    assert Network.of((*chain, Dense(4, 2)), "tanh", True).size == net.size + 2 + 2


def test_initial_weights_have_the_variance_of_their_fans():
    net = Network.of((Convolution1D((40, 50), 10, 5, stride=1), Average(50, 6)), "tanh")
    for rule, variance in (("glorot", 2 / (40 * 5 + 50 * 5)), ("he", 2 / (40 * 5))):
        W = net.layers(initialise(net, rule, np.random.default_rng(0)))[0].W
        # 10^4 uniform entries: their mean square is known to sqrt(4/5) / 100, 5 of which are 4.5 %
        assert np.mean(W**2) == pytest.approx(variance, rel=0.045)


def test_layers_that_do_not_fit_are_refused():
    with pytest.raises(OptionError, match=r"layer 2 gives arrays of shape \(3, 4\), but layer 3 "):
        Network.of((Convolution1D((1, 3), 4, 1, stride=1), Average(2, 6)), "tanh")
    with pytest.raises(OptionError, match="layer 3 leads from .* does not fit the widths 4 and 2"):
        Network.of((Dense(3, 4), Dense(5, 2)), "tanh")
    with pytest.raises(OptionError, match="two positive integers"):
        Network.of((), "tanh")
    with pytest.raises(OptionError, match="cannot lead from 0 to 2 units"):
        Dense(0, 2)


def test_the_derivatives_by_the_input_check_their_shapes():
    net = Network((3, 2))
    with pytest.raises(ShapeError, match=r"x has shape \(2, 4\)"):
        input_jacobian(net, np.zeros(net.size), np.zeros((2, 4)))
    with pytest.raises(ShapeError, match=r"v has shape \(3, 1\), but the inputs \(3, 4\)"):
        along_line(net, np.zeros(net.size), np.zeros((3, 4)), np.zeros((3, 1)))


def test_the_jacobian_of_dense_layers_is_that_of_any_layer():
    # a dense layer written as a convolution with one place takes the general way
    net = Network((4, 3, 2), "tanh")
    same = Network.of(
        (Convolution1D((4, 3), 1, 1, stride=1), Convolution1D((3, 2), 1, 1, stride=1)), "tanh"
    )
    rng = np.random.default_rng(0)
    p, x = rng.standard_normal(net.size), rng.standard_normal((4, 6))
    assert net.size == same.size == math.prod((4, 3)) + 3 + math.prod((3, 2)) + 2
    assert relative(output_jacobian(same, p, x), output_jacobian(net, p, x)) <= 1e-15


@pytest.mark.parametrize("size", [(1, 256), (1, 300), (17, 17)])
def test_a_pool_of_many_places_finds_the_maximum(size):
    n = size[0] * size[1]
    pool, a = MaxPool((1, *size), size, size), np.linspace(0, 1, n)[:, None]
    piece = pool.at(a)
    np.testing.assert_array_equal(piece.apply(np.empty(0), a), pool.apply(np.empty(0), a))
