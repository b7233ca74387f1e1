"""The Taylor-mode gradient: power series through the forward and the backward pass.

Parameters and data move along curves p(t), D(t) given by their power series at t = 0. Every line
of the Lemma is a sum or a product of such series, and so

    g(t) = grad_p J(p(t); D(t)) = g_0 + g_1 t + ... + g_K t^K + O(t^{K+1})

comes out of one pass. K = 0 gives the gradient. K = 1 gives the Hessian-vector product g_1 = H v
for p = p_0 + t v (Pearlmutter's R-operator), and the derivative g_1 = g_t by the data for p = p_0.
Larger K give the path of a stationary point to any order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mornet.errors import ShapeError
from mornet.nn.layers import gather, spread
from mornet.nn.losses import Loss, squares
from mornet.nn.network import Network
from mornet.nn.series import activation_series, cauchy, product
from mornet.records import Array


class DataSeries(NamedTuple):
    """The series of all that J depends on besides p; the first axis is the power of t."""

    x: Array
    """(K+1, n_1, N)"""
    y: Array
    """(K+1, n_L, N)"""
    weights: Array
    """(K+1, N): w_i / N, so that J = sum_i weights_i C_i + penalty."""
    decay: Array
    """(K+1,) or (K+1, P)"""


class _Pass(NamedTuple):
    a: list[Array]
    slope: list[Array]


def forward_series(net: Network, p: Array, x: Array) -> Array:
    """Return the series (K+1, n_L, N) of f_p(x) for the series ``p`` (K+1, P), ``x`` (K+1, n, N).

    Raises ShapeError for another shape, OptionError for an activation without power series.
    """
    return _forward(net, p, x).a[-1]


def gradient_series(net: Network, p: Array, data: DataSeries, loss: Loss = squares) -> Array:
    """Return the series (K+1, P) of grad J along ``p`` (K+1, P) and ``data``.

    It takes the work of about (K+1)(K+2)/2 gradients. Raises what `forward_series` raises.
    """
    passed = _forward(net, p, data.x)
    g = np.empty_like(p, dtype=np.result_type(p, *data))
    layers, gradient = net.layers(p), net.layers(g)
    back = product(data.weights[:, None, :], loss.series(passed.a[-1], data.y))
    for l in reversed(range(len(layers))):
        linear = layers[l].map.at(passed.a[l][:1])
        delta = product(passed.slope[l], back)  # (1), (2)
        if (b := gradient[l].b) is not None:
            gather(delta, out=b)  # (3)
        gradient[l].W[...] = cauchy(linear.outer, delta, passed.a[l])  # (4)
        if l > 0:
            back = _series_product(linear.adjoint, layers[l].W, delta)
    decay = data.decay if data.decay.ndim == 2 else data.decay[:, None]
    return np.asarray(g + product(decay, p))


def _forward(net: Network, p: Array, x: Array) -> _Pass:
    if p.ndim != 2 or x.ndim != 3 or len(p) != len(x) or x.shape[1] != net.widths[0]:
        raise ShapeError(
            f"p has shape {p.shape} and x {x.shape}; the series must be (K+1, {net.size}) and "
            f"(K+1, {net.widths[0]}, N)"
        )
    a, slopes = [x], []
    for W, b, sigma, layer_map in net.layers(p):
        linear = layer_map.at(a[-1][:1])
        z = _series_product(linear.apply, W, a[-1])
        if b is not None:
            z = z + spread(b, z.shape[-2])
        value, slope = activation_series(sigma.name, z)
        a.append(value)
        slopes.append(slope)
    return _Pass(a, slopes)


def _series_product(product: Callable[[Array, Array], Array], W: Array, c: Array) -> Array:
    """Return the series of a product of ``W`` (K+1, W_shape) and ``c`` (K+1, n, N).

    A layer without parameters maps every coefficient of c by itself.
    """
    return cauchy(product, W, c) if W.size else product(W, c)
