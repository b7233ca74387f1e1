"""The kernels in NumPy, in place. Long vectors are treated in blocks that stay in the cache."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mornet.records import Array, Indices

Pair = tuple[int, int]
Taps = NDArray[np.integer[Any]]

DESCRIPTION = "plain"
FEW = 5000  # entries of which numpy.argmax is faster than passes over all of them
BLOCK = 32_768  # entries: four blocks of float64 fit the second-level cache of common processors


def descend(p: Array, g: Array, eta: float) -> None:
    """Do p <- p - eta g."""
    scratch = np.empty(min(BLOCK, p.size), p.dtype)
    for p_, g_, t in _blocks(scratch, p, g):
        np.multiply(g_, eta, out=t)
        p_ -= t


def adam(
    p: Array, g: Array, m: Array, v: Array, beta1: float, beta2: float, eta: float, epsilon: float
) -> None:
    """Do m <- beta1 m + g, v <- beta2 v + g^2, p <- p - eta m / (sqrt(v) + epsilon)."""
    scratch = np.empty(min(BLOCK, p.size), p.dtype)
    for p_, g_, m_, v_, t in _blocks(scratch, p, g, m, v):
        m_ *= beta1
        m_ += g_
        np.multiply(g_, g_, out=t)
        v_ *= beta2
        v_ += t
        np.sqrt(v_, out=t)
        t += epsilon
        np.divide(m_, t, out=t)
        t *= eta
        p_ -= t


def sigmoid(z: Array, b: Array | None) -> None:
    """Do z <- 1 / (1 + exp(-(z + b))), by columns. Where the result is 0, exp may overflow."""
    if b is None:
        np.negative(z, out=z)
    else:
        np.subtract(-b[:, None], z, out=z)
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)


def times_sigmoid_slope(delta: Array, a: Array, scratch: Array) -> None:
    """Do delta <- delta a (1 - a), the slope of the sigmoid with value a."""
    np.subtract(1, a, out=scratch)
    scratch *= a
    delta *= scratch


def times_tanh_slope(delta: Array, a: Array, scratch: Array) -> None:
    """Do delta <- delta (1 - a^2), the slope of the tanh with value a."""
    np.multiply(a, a, out=scratch)
    np.subtract(1, scratch, out=scratch)
    delta *= scratch


def output_misfit(z: Array, b: Array | None, y: Array) -> None:
    """Do z <- z + b - y, column by column: dC/da behind a linear output layer."""
    if b is not None:
        z += b[:, None]
    z -= y


def _blocks(scratch: Array, *vectors: Array) -> Iterator[Any]:
    """Yield matching pieces of the vectors and of the scratch array."""
    size = vectors[0].size
    for start in range(0, size, BLOCK):
        stop = min(start + BLOCK, size)
        yield *(vector[start:stop] for vector in vectors), scratch[: stop - start]


def _augmented(q: Array, widths: Sequence[int]) -> list[Array]:
    """Return [W^[l] b^[l]] as views into ``q``."""
    blocks, start = [], 0
    for n, m in pairwise(widths):
        stop = start + m * (n + 1)
        blocks.append(q[start:stop].reshape(m, n + 1))
        start = stop
    return blocks


def first_maximum(padded: Array, size: Pair, stride: Pair, counts: Pair) -> Taps:
    """Return how many places of each window stand before its first maximum, row by row.

    ``padded`` (..., height, width, N) is under windows of ``size`` that move by ``stride``; the
    result (..., *counts, N) has one number a window. The first maximum along each row of a window
    is found, and then the first among its rows.
    """
    (k_h, k_w), (s_h, s_w), (height, width) = size, stride, counts
    number = np.uint8 if k_h * k_w <= 256 else np.int64
    rows = [slice(i, i + s_h * (height - 1) + 1, s_h) for i in range(k_h)]
    ends = [slice(j, j + s_w * (width - 1) + 1, s_w) for j in range(k_w)]
    if padded.size <= FEW:
        return np.argmax([padded[..., i, j, :] for i in rows for j in ends], axis=0).astype(number)
    most, column = _first([padded[..., end, :] for end in ends], number)
    row = _first([most[..., of, :, :] for of in rows], number)[1]
    tap = row * number(k_w)
    for i, of in enumerate(rows):
        tap += (row == i).view(np.uint8) * column[..., of, :, :]
    return tap


def _first(values: list[Array], number: Any) -> tuple[Array, Taps]:
    """Return the entrywise maximum of ``values``, and the ``number`` of values before the first."""
    most = functools.reduce(np.maximum, values)
    before = np.ones(most.shape, bool)
    first = np.zeros(most.shape, number)
    for value in values[:-1]:
        before &= value != most
        first += before.view(np.uint8)
    return most, first


def single_sample_steps(
    q: Array, widths: Sequence[int], x: Array, y: Array, eta: float
) -> Callable[[Indices, Indices, Array], None]:
    """Return advance(samples, stops, kept): steps on ``q``, with kept[k] = q after stops[k].

    ``q`` holds [W b] by layers, all dense and sigmoid; see `mornet.training.single_sample`.
    """
    from scipy.special import expit  # one call instead of four with exp

    depth = len(widths) - 1
    start = np.cumsum([0, *(n + 1 for n in widths[1:])])
    s, slope, delta = np.ones(start[-1]), np.empty(start[-1]), np.zeros(start[-1])
    gradient = np.empty_like(q)
    W, dW = _augmented(q, widths), _augmented(gradient, widths)
    own = [slice(start[l], start[l] + widths[l + 1]) for l in range(depth)]  # a^[l] in s
    with_one = [slice(start[l], start[l + 1]) for l in range(depth)]  # (a^[l], 1)

    inputs = [np.append(column, 1.0) for column in x.T]
    targets = list(np.ascontiguousarray(y.T))
    W_first, a_first = W[0], s[own[0]]
    forward = [(W[l], s[with_one[l - 1]], s[own[l]]) for l in range(1, depth)]
    output, delta_last, slope_last = (v[own[-1]] for v in (s, delta, slope))
    backward = [
        (W[l].T, delta[own[l]], delta[with_one[l - 1]], slope[with_one[l - 1]])
        for l in range(depth - 1, 0, -1)
    ]
    columns = [delta[own[l]][:, None] for l in range(depth)]
    outer = [(columns[l], s[with_one[l - 1]], dW[l]) for l in range(1, depth)]
    column_first, dW_first = columns[0], dW[0]
    one, step_size = np.array(1.0), np.array(float(eta))  # arrays: no conversion in every call
    dot, subtract, multiply = np.dot, np.subtract, np.multiply

    def advance(samples: Indices, stops: Indices, kept: Array) -> None:
        todo = samples.tolist()
        done = 0
        for k, stop in enumerate(stops.tolist()):
            for i in todo[done:stop]:
                a = inputs[i]
                dot(W_first, a, a_first)
                expit(a_first, a_first)
                for Wl, below, z in forward:
                    dot(Wl, below, z)
                    expit(z, z)
                subtract(one, s, slope)
                multiply(slope, s, slope)
                subtract(output, targets[i], delta_last)
                multiply(delta_last, slope_last, delta_last)  # (1)
                multiply(delta_last, step_size, delta_last)  # once, for all layers
                for WT, above, d, slope_l in backward:
                    dot(WT, above, d)
                    multiply(d, slope_l, d)  # (2)
                multiply(column_first, a, dW_first)  # (3), (4)
                for column, below, G in outer:
                    multiply(column, below, G)
                subtract(q, gradient, q)
            done = stop
            kept[k] = q

    return advance


def sweep_from_the_corner(W: Array, c: float, inflow: float) -> Array:
    """Return the (u, v) = w (2, m, k) with w (1 + c (u + v)) = W + c (fluxes into the cell).

    The sweep goes over a grid of m rows of k cells. The flux of u into a cell is u^2 of the cell to
    the left plus u v of the cell below; that of v is v^2 of the cell below plus u v of the cell to
    the left. (u, v) = (``inflow``, 0) to the left of the grid and (0, 0) below it. A cell without a
    real solution is nan, and so are those after it. Cells on one anti-diagonal are computed at
    once.
    """
    m, k = W.shape[1:]
    u, v, p, q = np.zeros((4, m + 1, k + 1))
    u[1:, 0] = inflow
    p[1:, 1:], q[1:, 1:] = W
    u_, v_, p_, q_ = (a.ravel() for a in (u, v, p, q))
    width = k + 1
    for d in range(m + k - 1):
        first, last = max(0, d - k + 1), min(d, m - 1)  # rows of the grid
        start = (first + 1) * width + (d - first + 1)
        length = (last - first) * k + 1
        here, left, below = (slice(at, at + length, k) for at in (start, start - 1, start - width))
        P = p_[here] + c * (u_[left] * u_[left] + u_[below] * v_[below])
        Q = q_[here] + c * (v_[below] * v_[below] + u_[left] * v_[left])
        factor = (1 + np.sqrt(1 + 4 * c * (P + Q))) / 2  # 1 + c s with s + c s^2 = P + Q
        u_[here], v_[here] = P / factor, Q / factor
    return np.stack([u[1:, 1:], v[1:, 1:]])
