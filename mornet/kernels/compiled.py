"""The kernels in Numba: each passes over memory once, without calls between small operations.

``error_model="numpy"`` is needed: with Python's test for division by zero the loops are not
vectorised. Fast-math is off and operations keep their order, so that Adam, descent and slopes give
the same bits as `mornet.kernels.plain`. Numba keeps the machine code in its cache beside this file.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numba
import numpy as np

from mornet.kernels.plain import Pair, Taps
from mornet.records import Array, Indices

DESCRIPTION = f"compiled, numba {numba.__version__}"

_jit = numba.njit(error_model="numpy", cache=True, nogil=True)


def descend(p: Array, g: Array, eta: float) -> None:
    """Do p <- p - eta g."""
    _descend(p, g, p.dtype.type(eta))


def adam(
    p: Array, g: Array, m: Array, v: Array, beta1: float, beta2: float, eta: float, epsilon: float
) -> None:
    """Do m <- beta1 m + g, v <- beta2 v + g^2, p <- p - eta m / (sqrt(v) + epsilon)."""
    number = p.dtype.type  # a float64 constant would make a float32 loop a float64 one
    _adam(p, g, m, v, number(beta1), number(beta2), number(eta), number(epsilon))


def sigmoid(z: Array, b: Array | None) -> None:
    """Do z <- 1 / (1 + exp(-(z + b))), by columns. NumPy's exp may overflow, as in `plain`."""
    if b is None:
        np.negative(z, out=z)
    else:
        _subtract_from(-b, z.T)
    np.exp(z, out=z)
    _reciprocal_of_one_more(z.T, z.dtype.type(1))


def times_sigmoid_slope(delta: Array, a: Array, scratch: Array) -> None:
    """Do delta <- delta a (1 - a), the slope of the sigmoid with value a."""
    _times_sigmoid_slope(delta.T, a.T, a.dtype.type(1))


def times_tanh_slope(delta: Array, a: Array, scratch: Array) -> None:
    """Do delta <- delta (1 - a^2), the slope of the tanh with value a."""
    _times_tanh_slope(delta.T, a.T, a.dtype.type(1))


def output_misfit(z: Array, b: Array | None, y: Array) -> None:
    """Do z <- z + b - y, column by column: dC/da behind a linear output layer."""
    if b is None:
        z -= y
    else:
        _output_misfit(z.T, b, y.T)


def first_maximum(padded: Array, size: Pair, stride: Pair, counts: Pair) -> Taps:
    """Return the places of `mornet.kernels.plain.first_maximum`."""
    *lead, height, width, N = padded.shape
    tap = np.empty((*lead, *counts, N), np.uint8 if size[0] * size[1] <= 256 else np.int64)
    images = math.prod(lead)
    windows = tap.reshape(images, *counts, N)
    _first_maximum(padded.reshape(images, height, width, N), size, stride, windows)
    return tap


@_jit
def _first_maximum(padded: Array, size: Pair, stride: Pair, tap: Taps) -> None:
    for k in range(tap.shape[0]):
        for i in range(tap.shape[1]):
            for j in range(tap.shape[2]):
                top, left = i * stride[0], j * stride[1]
                for s in range(tap.shape[3]):
                    most, first = padded[k, top, left, s], 0
                    for r in range(size[0]):
                        for c in range(size[1]):
                            if padded[k, top + r, left + c, s] > most:
                                most = padded[k, top + r, left + c, s]
                                first = r * size[1] + c
                    tap[k, i, j, s] = first


@_jit
def _descend(p: Array, g: Array, eta: Any) -> None:
    for k in range(p.size):
        p[k] -= g[k] * eta


@_jit
def _adam(
    p: Array, g: Array, m: Array, v: Array, beta1: Any, beta2: Any, eta: Any, epsilon: Any
) -> None:
    for k in range(p.size):
        m[k] = m[k] * beta1 + g[k]
        v[k] = v[k] * beta2 + g[k] * g[k]
        p[k] -= m[k] / (np.sqrt(v[k]) + epsilon) * eta


@_jit
def _subtract_from(c: Array, z: Array) -> None:
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            z[i, j] = c[j] - z[i, j]


@_jit
def _reciprocal_of_one_more(z: Array, one: Any) -> None:
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            z[i, j] = one / (z[i, j] + one)


@_jit
def _times_sigmoid_slope(delta: Array, a: Array, one: Any) -> None:
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            delta[i, j] *= (one - a[i, j]) * a[i, j]


@_jit
def _times_tanh_slope(delta: Array, a: Array, one: Any) -> None:
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            delta[i, j] *= one - a[i, j] * a[i, j]


@_jit
def _output_misfit(z: Array, b: Array, y: Array) -> None:
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            z[i, j] = (z[i, j] + b[j]) - y[i, j]


def single_sample_steps(
    q: Array, widths: Sequence[int], x: Array, y: Array, eta: float
) -> Callable[[Indices, Indices, Array], None]:
    """Return advance(samples, stops, kept): steps on ``q``, with kept[k] = q after stops[k].

    ``q`` holds [W b] by layers, all dense and sigmoid; see `mornet.training.single_sample`.
    """
    n, inputs, targets = np.array(widths, np.int64), x.T.copy(), y.T.copy()
    a, delta = np.empty(n.sum()), np.empty(n.sum())

    def advance(samples: Indices, stops: Indices, kept: Array) -> None:
        _single_sample_steps(q, n, (inputs, targets), eta, (samples, stops), kept, (a, delta))

    return advance


@_jit
def _single_sample_steps(
    q: Array,
    widths: Indices,
    data: tuple[Array, Array],
    eta: float,
    steps: tuple[Indices, Indices],
    kept: Array,
    scratch: tuple[Array, Array],
) -> None:
    (x, y), (samples, stops), (a, delta) = data, steps, scratch
    layers = widths.size - 1
    done = 0
    for r in range(stops.size):
        for i in samples[done : stops[r]]:
            below, at, w = 0, widths[0], 0  # where a^[l-1], a^[l] and [W b] begin
            a[:at] = x[i]
            for l in range(1, layers + 1):
                n, m = widths[l - 1], widths[l]
                for j in range(m):
                    z = q[w + n]
                    for k in range(n):
                        z += q[w + k] * a[below + k]
                    a[at + j] = 1 / (1 + math.exp(-z))
                    w += n + 1
                below, at = at, at + m
            for j in range(widths[layers]):
                s = a[below + j]
                delta[below + j] = eta * s * (1 - s) * (s - y[i, j])  # (1), times eta
            at = below
            for l in range(layers, 0, -1):
                n, m = widths[l - 1], widths[l]
                w, below = w - m * (n + 1), at - n
                for k in range(n if l > 1 else 0):
                    back = 0.0
                    for j in range(m):
                        back += q[w + j * (n + 1) + k] * delta[at + j]
                    delta[below + k] = a[below + k] * (1 - a[below + k]) * back  # (2)
                for j in range(m):
                    row = w + j * (n + 1)
                    for k in range(n):
                        q[row + k] -= delta[at + j] * a[below + k]  # (4)
                    q[row + n] -= delta[at + j]  # (3)
                at = below
        done = stops[r]
        kept[r] = q


def sweep_from_the_corner(W: Array, c: float, inflow: float) -> Array:
    """Return the (u, v) = w (2, m, k) of `mornet.kernels.plain.sweep_from_the_corner`."""
    padded = np.zeros((2, W.shape[1] + 1, W.shape[2] + 1))
    padded[0, 1:, 0] = inflow
    padded[:, 1:, 1:] = W
    _sweep_from_the_corner(padded, c)
    return padded[:, 1:, 1:]


@_jit
def _sweep_from_the_corner(w: Array, c: float) -> None:
    u, v = w[0], w[1]
    for j in range(1, u.shape[0]):
        for i in range(1, u.shape[1]):
            left, below = u[j, i - 1], v[j - 1, i]
            P = u[j, i] + c * (left * left + u[j - 1, i] * below)
            Q = v[j, i] + c * (below * below + left * v[j, i - 1])
            factor = (1 + math.sqrt(1 + 4 * c * (P + Q))) / 2
            u[j, i], v[j, i] = P / factor, Q / factor
