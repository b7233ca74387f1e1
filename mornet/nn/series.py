"""Truncated power series of arrays: c(t) = c[0] + c[1] t + ... + c[K] t^K + O(t^{K+1}).

A series is an array whose first axis is the power of t. Products are Cauchy products, and the
activation functions follow from their differential equations: with u = sigma'(z),

    a = sigma(z),  a' = u z'   =>   k a_k = sum_{j=1}^{k} j z_j u_{k-j},

where u is a polynomial in a (sigmoid: a - a^2, tanh: 1 - a^2) or a series of its own (A. Griewank
and A. Walther, Evaluating Derivatives, 2nd ed., 2008, Chapter 13).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mornet.errors import OptionError
from mornet.nn.activations import sigmoid, softplus, tanh
from mornet.records import Array


class ActivationSeries(NamedTuple):
    """The series of a = sigma(z) and of the slope sigma'(z), both of the shape of z."""

    a: Array
    slope: Array


def product(a: Array, b: Array) -> Array:
    """Return the series of a b, entry by entry: c_k = sum_j a_j b_{k-j}.

    >>> product(np.array([1.0, 1.0, 0.0]), np.array([1.0, -1.0, 0.0]))
    array([ 1.,  0., -1.])
    """
    return np.stack([_coefficient(a, b, k) for k in range(len(a))])


def cauchy(bilinear: Callable[[Array, Array], Array], A: Array, B: Array) -> Array:
    """Return the series of a ``bilinear`` product of two series: C_k = sum_j A_j B_{k-j}.

    ``bilinear`` broadcasts over the first axis, the power of t, as matrix products do.
    """
    return np.stack([np.sum(bilinear(A[: k + 1], B[k::-1]), axis=0) for k in range(len(A))])


def exponential(z: Array) -> Array:
    """Return the series of exp(z): e' = e z' gives k e_k = sum_{j=1}^k j z_j e_{k-j}."""
    e = np.zeros_like(z)
    e[0] = np.exp(z[0])
    for k in range(1, len(z)):
        e[k] = _integral(z, e, k)
    return e


def quotient(a: Array, b: Array) -> Array:
    """Return the series of a / b, entry by entry: b_0 c_k = a_k - sum_{j=1}^k b_j c_{k-j}.

    >>> quotient(np.array([1.0, 0.0, 0.0]), np.array([1.0, -1.0, 0.0]))
    array([1., 1., 1.])
    """
    c = np.zeros_like(a)
    c[0] = a[0] / b[0]
    for k in range(1, len(a)):
        c[k] = (a[k] - np.sum(b[1 : k + 1] * c[k - 1 :: -1], axis=0)) / b[0]
    return c


def matrix_product(A: Array, B: Array) -> Array:
    """Return the series of the matrix product A B of (K+1, l, m) and (K+1, m, n)."""
    return cauchy(np.matmul, A, B)


def activation_series(name: str, z: Array) -> ActivationSeries:
    """Return the series of sigma(z) and sigma'(z) for the series ``z`` (K+1, ...).

    Raises OptionError for an activation that has no power series.
    """
    if name not in SERIES:
        raise OptionError(f"{name} has no power series; there are {', '.join(SERIES)}")
    return SERIES[name](z)


def evaluate(c: Array, t: float) -> Array:
    """Return c[0] + c[1] t + ... + c[K] t^K, by Horner's rule."""
    value = c[-1]
    for coefficient in c[-2::-1]:
        value = coefficient + t * value
    return np.asarray(value)


def _coefficient(a: Array, b: Array, k: int) -> Array:
    return np.asarray(np.sum(a[: k + 1] * b[k::-1], axis=0))


def _integral(z: Array, slope: Array, k: int) -> Array:
    """Return a_k = (1/k) sum_{j=1}^{k} j z_j u_{k-j}."""
    j = np.arange(1, k + 1).reshape((-1,) + (1,) * (z.ndim - 1))
    return np.asarray(np.sum(j * z[1 : k + 1] * slope[k - 1 :: -1], axis=0) / k)


def _quadratic(z: Array, a0: Array, constant: float, linear: float) -> ActivationSeries:
    """Return the solution of a' = u z', u = constant + linear a - a^2, with a[0] = ``a0``."""
    a, u = np.zeros_like(z), np.zeros_like(z)
    a[0] = a0
    u[0] = constant + linear * a0 - a0 * a0
    for k in range(1, len(z)):
        a[k] = _integral(z, u, k)
        u[k] = linear * a[k] - _coefficient(a, a, k)
    return ActivationSeries(a, u)


def _sigmoid(z: Array) -> ActivationSeries:
    return _quadratic(z, sigmoid.value(z[0]), 0.0, 1.0)


def _tanh(z: Array) -> ActivationSeries:
    return _quadratic(z, tanh.value(z[0]), 1.0, 0.0)


def _identity(z: Array) -> ActivationSeries:
    one = np.zeros_like(z)
    one[0] = 1
    return ActivationSeries(z, one)


def _softplus(z: Array) -> ActivationSeries:
    s = _sigmoid(z).a
    a = np.zeros_like(z)
    a[0] = softplus.value(z[0])
    for k in range(1, len(z)):
        a[k] = _integral(z, s, k)
    return ActivationSeries(a, s)


def _swish(z: Array) -> ActivationSeries:
    s, u = _sigmoid(z)
    return ActivationSeries(product(z, s), s + product(z, u))


SERIES: dict[str, Callable[[Array], ActivationSeries]] = {
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "identity": _identity,
    "softplus": _softplus,
    "swish": _swish,
}
