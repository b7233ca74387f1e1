"""No sample is a batch like any other: every array has its shape, and every sum is zero."""

import numpy as np
import pytest

from mornet.nn import AveragePool, MaxPool, back_propagate, forward_pass
from mornet.nn.curvature import gauss_newton_vector, hessian_vector, output_jacobian
from mornet.nn.input_derivatives import along_line, along_lines, input_jacobian
from mornet.nn.layers import length
from mornet.nn.taylor import DataSeries, forward_series, gradient_series
from tests.nn.test_layers import LAYERS, NETWORKS, made

MANY_CHANNELS = {
    "wide max pool": MaxPool((9, 40, 40), (2, 2), (2, 2)),
    "wide average pool": AveragePool((9, 40, 40), (2, 2), (2, 2)),
}


@pytest.fixture(params=NETWORKS)
def empty(request):
    J, p, V = made(request.param)
    return J.net, p, V[0], J.x[:, :0], J.y[:, :0]


@pytest.mark.parametrize("lead", [(), (3,)], ids=["one", "stacked"])
@pytest.mark.parametrize("layer", (LAYERS | MANY_CHANNELS).values(), ids=LAYERS | MANY_CHANNELS)
def test_products_of_a_layer(layer, lead):
    W = np.ones((*lead, *layer.W_shape))
    a = np.ones((*lead, length(layer.shape_in), 0))
    delta = np.ones((*lead, length(layer.shape_out), 0))
    linear = layer.at(a)
    assert layer.apply(W, a).shape == linear.apply(W, a).shape == delta.shape
    assert linear.adjoint(W, delta).shape == a.shape
    np.testing.assert_array_equal(linear.outer(delta, a), np.zeros_like(W))


def test_gradients(empty):
    net, p, _, x, y = empty
    layers, g = net.layers(p), np.full_like(p, np.nan)
    passed = forward_pass(layers, x)
    assert passed.a[-1].shape == y.shape
    back_propagate(layers, passed, y, net.layers(g))
    np.testing.assert_array_equal(g, np.zeros_like(p))


def test_hessian_and_gauss_newton_products(empty):
    net, p, v, x, y = empty
    layers, direction = net.layers(p), net.layers(v)
    passed, products = forward_pass(layers, x), np.full((2, p.size), np.nan)
    hessian_vector(layers, direction, passed, y, np.copy, net.layers(products[0]))
    gauss_newton_vector(layers, direction, passed, np.copy, net.layers(products[1]))
    np.testing.assert_array_equal(products, np.zeros((2, p.size)))


def test_jacobians(empty):
    net, p, _, x, _ = empty
    n_in, n_out = net.widths[0], net.widths[-1]
    assert output_jacobian(net, p, x).shape == (0, p.size)
    assert input_jacobian(net, p, x).shape == (0, n_out, n_in)
    assert all(part.shape == (n_out, 0) for part in along_line(net, p, x, x))
    assert all(part.shape == (n_out, 0) for part in along_lines(net, p, np.ones(n_in), x))


def test_power_series(empty):
    net, p, v, x, y = empty
    curve, moving = np.array([p, v]), np.array([x, x])
    assert forward_series(net, curve, moving).shape == (2, *y.shape)
    data = DataSeries(moving, np.array([y, y]), np.empty((2, 0)), np.zeros(2))
    np.testing.assert_array_equal(gradient_series(net, curve, data), np.zeros_like(curve))
