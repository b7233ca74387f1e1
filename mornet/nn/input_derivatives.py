"""The derivatives of a network by its input, first and second.

With the parameters fixed, every layer computes sigma(W a + b). The chain rule along a line x + s v
gives

    z' = W a',  a' = sigma'(z) z',        z'' = W a'',  a'' = sigma''(z) z' z' + sigma'(z) z''.

With as many directions as inputs the first derivatives are the Jacobian. The recursion needs only
the product W a of a layer (`mornet.nn.layers`), and two derivatives of an activation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.errors import ShapeError
from mornet.nn.backprop import forward_pass
from mornet.nn.network import Network
from mornet.records import Array


class AlongLine(NamedTuple):
    """f_p(x + s v) and its first two derivatives by s, at s = 0, each (n_L, N)."""

    value: Array
    first: Array
    second: Array


def input_jacobian(net: Network, p: Array, x: Array) -> Array:
    """Return df/dx (N, n_L, n_1) of f_p at each column of ``x`` (n_1, N).

    All n_1 directions run forward at once. This is fast for few inputs and many outputs, as in a
    decoder. Raises ShapeError unless x has n_1 rows.

    >>> net = Network((2, 1), "identity", bias=False)
    >>> input_jacobian(net, np.array([3.0, 4.0]), np.zeros((2, 1)))
    array([[[3., 4.]]])
    """
    x = net.inputs(x)
    layers = net.layers(p)
    passed = forward_pass(layers, x)
    J = np.broadcast_to(np.eye(len(x), dtype=x.dtype), (x.shape[1], len(x), len(x)))
    for l, layer in enumerate(layers):
        a, slope = (c.T[..., None] for c in (passed.a[l], passed.slope(layers, l)))
        J = slope * layer.map.at(a).apply(layer.W, J)
    return np.asarray(J)


def along_line(net: Network, p: Array, x: Array, v: Array) -> AlongLine:
    """Return f_p(x + s v) and its derivatives by s at s = 0, for columns ``x`` and ``v`` (n_1, N).

    Raises ShapeError unless x has n_1 rows and v the shape of x.
    """
    x = net.inputs(x)
    if v.shape != x.shape:
        raise ShapeError(f"v has shape {v.shape}, but the inputs {x.shape}")
    layers = net.layers(p)
    passed = forward_pass(layers, x)
    first, second = v, np.zeros_like(v)
    for l, layer in enumerate(layers):
        linear, slope = passed.maps[l], passed.slope(layers, l)
        bend = layer.sigma.second_derivative(passed.z[l], passed.a[l + 1])
        dz = linear.apply(layer.W, first)
        second = bend * dz * dz + slope * linear.apply(layer.W, second)
        first = slope * dz
    return AlongLine(passed.a[-1], first, second)


def along_lines(net: Network, p: Array, x: Array, v: Array) -> AlongLine:
    """Return `along_line` from one point ``x`` (n_1,) along one direction (n_1,) or k, (n_1, k)."""
    v = v[:, None] if v.ndim == 1 else v
    return along_line(net, p, np.repeat(x[:, None], v.shape[1], axis=1), v)
