"""Activation functions sigma, with their first and second derivatives.

An activation has three functions of the pre-activation z. The derivatives also take a = sigma(z),
which a forward pass has computed; often they need nothing else. A new activation is one value in
this file and its entry in `ACTIVATIONS`. Two other forms of an activation are optional: a fast one
in place (`mornet.nn.in_place.FORMS`) and a power series (`mornet.nn.series.SERIES`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array


class Activation(NamedTuple):
    """sigma, sigma' and sigma'', applied entry by entry; shape in, same shape out."""

    name: str
    value: Callable[[Array], Array]
    derivative: Callable[[Array, Array], Array]
    second_derivative: Callable[[Array, Array], Array]

    def __reduce__(self) -> tuple[Callable[[str], Activation], tuple[str]]:
        return activation, (self.name,)  # pickled by name, since functions may have none


def _sigmoid(z: Array) -> Array:
    # 1 / (1 + exp(-z)) as a tanh: never overflows, and holds for complex z (complex-step tests)
    return 0.5 * np.tanh(0.5 * z) + 0.5


def _swish_derivative(z: Array, a: Array) -> Array:
    s = _sigmoid(z)
    return s + a * (1 - s)


def _swish_second_derivative(z: Array, a: Array) -> Array:
    s = _sigmoid(z)
    return s * (1 - s) * (2 + z * (1 - 2 * s))


sigmoid = Activation(
    "sigmoid",
    _sigmoid,
    lambda z, a: a * (1 - a),
    lambda z, a: a * (1 - a) * (1 - 2 * a),
)
tanh = Activation(
    "tanh",
    np.tanh,
    lambda z, a: 1 - a * a,
    lambda z, a: -2 * a * (1 - a * a),
)
identity = Activation(
    "identity",
    lambda z: z,
    lambda z, a: np.ones_like(z),
    lambda z, a: np.zeros_like(z),
)
relu = Activation(  # sigma'(0) = 0 by convention; sigma'' is zero where it exists
    "relu",
    lambda z: np.maximum(z, 0),
    lambda z, a: (z > 0).astype(z.dtype),
    lambda z, a: np.zeros_like(z),
)
softplus = Activation(
    "softplus",
    lambda z: np.logaddexp(0, z),
    lambda z, a: _sigmoid(z),
    lambda z, a: sigmoid.derivative(z, _sigmoid(z)),
)
swish = Activation(  # also called SiLU: z sigma(z)
    "swish",
    lambda z: z * _sigmoid(z),
    _swish_derivative,
    _swish_second_derivative,
)

ACTIVATIONS = {sigma.name: sigma for sigma in (sigmoid, tanh, identity, relu, softplus, swish)}


def activation(name: str) -> Activation:
    """Return the activation called ``name``; raise OptionError if there is none."""
    try:
        return ACTIVATIONS[name]
    except KeyError:
        raise OptionError(f"no activation {name!r}; there are {', '.join(ACTIVATIONS)}") from None
