"""Losses C of one sample as functions of the output a = a^[L] and the target y.

Back propagation needs dC/da; Hessian and Gauss-Newton products need the Hessian of C by a; power
series need the series of dC/da. A new loss is one value in this file and its entry in `LOSSES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mornet.errors import OptionError
from mornet.nn.series import exponential, product, quotient
from mornet.records import Array


class Loss(NamedTuple):
    """C and its derivatives by the output, column by column.

    ``value`` (N,) and ``derivative`` (n_L, N) take outputs a and targets y (n_L, N). ``curvature``
    takes also directions v (..., n_L, N) and returns the Hessian of C by a, times v. ``series``
    takes the power series (K+1, n_L, N) of a and of y and returns that of dC/da.
    """

    name: str
    value: Callable[[Array, Array], Array]
    derivative: Callable[[Array, Array], Array]
    curvature: Callable[[Array, Array, Array], Array]
    series: Callable[[Array, Array], Array]

    def __reduce__(self) -> tuple[Callable[[str], Loss], tuple[str]]:
        return loss, (self.name,)  # pickled by name, since functions may have none


def half_squared_norm(a: Array, y: Array) -> Array:
    """Return C = 1/2 ||y - a||_2^2 (N,) for outputs ``a`` and targets ``y`` (n_L, N)."""
    r = a - y
    return 0.5 * np.einsum("jn,jn->n", r, r)


def half_squared_norm_derivative(a: Array, y: Array) -> Array:
    """Return dC/da = a - y, the factor in part (1) of the back-propagation Lemma."""
    return a - y


def softmax(a: Array) -> Array:
    """Return exp(a_j) / sum_k exp(a_k) for each column of ``a`` (..., n_L, N).

    >>> softmax(np.array([[0.0], [np.log(3)]])).ravel()
    array([0.25, 0.75])
    """
    e = np.exp(a - np.max(a.real, axis=-2, keepdims=True))
    return np.asarray(e / np.sum(e, axis=-2, keepdims=True))


def log_loss(a: Array, y: Array) -> Array:
    """Return C = -sum_j y_j log softmax(a)_j (N,), the log loss of the probabilities softmax(a).

    The column y holds the probabilities of the classes, or 1 for the class of the sample.
    """
    top = np.max(a.real, axis=0)
    log_sum = top + np.log(np.sum(np.exp(a - top), axis=0))
    return np.asarray(np.sum(y, axis=0) * log_sum - np.einsum("jn,jn->n", y, a))


def log_loss_derivative(a: Array, y: Array) -> Array:
    """Return dC/da = (sum_j y_j) softmax(a) - y."""
    return np.asarray(np.sum(y, axis=0) * softmax(a) - y)


def _log_loss_curvature(a: Array, y: Array, v: Array) -> Array:
    """Return (sum_j y_j) (diag(s) - s s^T) v with s = softmax(a)."""
    s = softmax(a)
    moved = s * v
    return np.asarray(np.sum(y, axis=0) * (moved - s * np.sum(moved, axis=-2, keepdims=True)))


def _log_loss_series(a: Array, y: Array) -> Array:
    shifted = np.array(a)
    shifted[0] -= np.max(a[0].real, axis=0)
    e = exponential(shifted)
    s = quotient(e, np.sum(e, axis=1, keepdims=True))
    return product(np.sum(y, axis=1, keepdims=True), s) - y


squares = Loss(
    "squares",
    half_squared_norm,
    half_squared_norm_derivative,
    lambda a, y, v: v,
    lambda a, y: a - y,
)
softmax_log = Loss(
    "softmax_log", log_loss, log_loss_derivative, _log_loss_curvature, _log_loss_series
)

LOSSES = {each.name: each for each in (squares, softmax_log)}


def loss(name: str) -> Loss:
    """Return the loss called ``name``; raise OptionError if there is none."""
    try:
        return LOSSES[name]
    except KeyError:
        raise OptionError(f"no loss {name!r}; there are {', '.join(LOSSES)}") from None
