"""The kernels in NumPy, in place; long vectors go by blocks that stay in the cache."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from mornet.records import Array

DESCRIPTION = "plain"
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
    """Do z <- 1 / (1 + exp(-(z + b))), column by column; exp may overflow where that is 0."""
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
