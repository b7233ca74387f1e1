"""Activations in place: z becomes a in its own memory, and delta is multiplied by the slope.

These are the functions of `mornet.nn.activations` in the form that is fastest on long arrays. The
sigmoid is computed by exp in float64 and by tanh in float32; slopes are computed from a where a is
enough. An activation that is not in `FORMS` works through its reference, with temporaries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from mornet import kernels
from mornet.nn.activations import Activation
from mornet.records import Array


class InPlace(NamedTuple):
    """sigma and sigma' as procedures on buffers of one shape (n, N).

    ``apply(z, b, kept)`` turns z into sigma(z + b); ``times_slope(delta, a, kept, scratch)``
    multiplies delta by sigma'(z + b). ``kept`` holds what the slope needs besides a; ``keeps`` says
    whether it holds anything.
    """

    apply: Callable[[Array, Array | None, Array], None]
    times_slope: Callable[[Array, Array, Array, Array], None]
    keeps: bool = False


def in_place(sigma: Activation, dtype: np.dtype[Any]) -> InPlace:
    """Return the procedures for ``sigma`` on arrays of ``dtype``."""
    if sigma.name == "sigmoid" and dtype == np.float64:
        return InPlace(_sigmoid_by_exp, _sigmoid_slope)
    return FORMS[sigma.name] if sigma.name in FORMS else _by_reference(sigma)


def _by_reference(sigma: Activation) -> InPlace:
    def apply(z: Array, b: Array | None, kept: Array) -> None:
        _add(z, b)
        kept[...] = z
        z[...] = sigma.value(z)

    def times_slope(delta: Array, a: Array, kept: Array, scratch: Array) -> None:
        delta *= sigma.derivative(kept, a)

    return InPlace(apply, times_slope, keeps=True)


def _add(z: Array, b: Array | None) -> None:
    if b is not None:
        z += b[:, None]


def _sigmoid_by_exp(z: Array, b: Array | None, kept: Array) -> None:
    kernels.active().sigmoid(z, b)  # exp overflows where it is 0: the caller ignores that warning


def _sigmoid_by_tanh(z: Array, b: Array | None, kept: Array) -> None:
    _add(z, b)
    z *= 0.5
    np.tanh(z, out=z)
    z *= 0.5
    z += 0.5


def _sigmoid_slope(delta: Array, a: Array, kept: Array, scratch: Array) -> None:
    kernels.active().times_sigmoid_slope(delta, a, scratch)


def _tanh(z: Array, b: Array | None, kept: Array) -> None:
    _add(z, b)
    np.tanh(z, out=z)


def _tanh_slope(delta: Array, a: Array, kept: Array, scratch: Array) -> None:
    kernels.active().times_tanh_slope(delta, a, scratch)


def _identity(z: Array, b: Array | None, kept: Array) -> None:
    _add(z, b)


def _identity_slope(delta: Array, a: Array, kept: Array, scratch: Array) -> None:
    pass


def _relu(z: Array, b: Array | None, kept: Array) -> None:
    _add(z, b)
    np.maximum(z, 0, out=z)


def _relu_slope(delta: Array, a: Array, kept: Array, scratch: Array) -> None:
    np.multiply(delta, a > 0, out=delta)


def _softplus(z: Array, b: Array | None, kept: Array) -> None:
    _add(z, b)
    np.logaddexp(0, z, out=z)


def _softplus_slope(delta: Array, a: Array, kept: Array, scratch: Array) -> None:
    np.negative(a, out=scratch)  # sigma' = 1 - exp(-a)
    np.expm1(scratch, out=scratch)
    np.negative(scratch, out=scratch)
    delta *= scratch


def _swish(z: Array, b: Array | None, kept: Array) -> None:
    _add(z, b)
    kept[...] = z
    _sigmoid_by_tanh(kept, None, kept)  # s = sigmoid(z), a = z s
    z *= kept


def _swish_slope(delta: Array, a: Array, kept: Array, scratch: Array) -> None:
    np.subtract(1, kept, out=scratch)  # sigma' = s + a (1 - s)
    scratch *= a
    scratch += kept
    delta *= scratch


FORMS = {
    "sigmoid": InPlace(_sigmoid_by_tanh, _sigmoid_slope),
    "tanh": InPlace(_tanh, _tanh_slope),
    "identity": InPlace(_identity, _identity_slope),
    "relu": InPlace(_relu, _relu_slope),
    "softplus": InPlace(_softplus, _softplus_slope),
    "swish": InPlace(_swish, _swish_slope, keeps=True),
}
