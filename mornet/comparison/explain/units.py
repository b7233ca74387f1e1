"""What the units of a network do on the training snapshots."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from mornet.nn import forward_pass, initialise
from mornet.records import Array
from mornet.reduction.autoencoder.record import Autoencoder

SLOPES = {"sigmoid": 0.25, "tanh": 1.0}  # the largest slope of functions with two flat ends
FLAT = 0.05  # a unit is saturated if its slope is below this part of the largest slope
CONSTANT = 1e-6  # a unit is idle if its values differ by less, over their largest modulus


class Units(NamedTuple):
    """The units of a network on given inputs.

    - ``saturated`` is the fraction of sigmoid and tanh units, over all samples, whose slope is
      below a twentieth of the largest slope, in the layer where it is largest;
    - ``idle`` is the fraction of units that have the same value for all samples, in the hidden
      layer where it is largest;
    - ``input_rms`` is the root mean square of the inputs of the network;
    - ``shallow`` says that a code with an activation is the only hidden layer.
    """

    saturated: float
    idle: float
    input_rms: float
    shallow: bool


def units(model: Autoencoder, U: Array) -> Units:
    """Return what the units of ``model`` do on snapshots ``U`` (n, m)."""
    x = model.inputs(U)
    layers = model.network.layers(model.p)
    passed = forward_pass(layers, x)
    hidden = [l for l, layer in enumerate(layers[:-1]) if layer.sigma.name != "identity"]
    flat = [
        float(np.mean(passed.slope(layers, l) < FLAT * SLOPES[layers[l].sigma.name]))
        for l in hidden
        if layers[l].sigma.name in SLOPES
    ]
    return Units(
        saturated=max(flat, default=0.0),
        idle=max((float(np.mean(idle(passed.a[l + 1]))) for l in hidden), default=0.0),
        input_rms=float(np.sqrt(np.mean(x**2))),
        shallow=len(layers) == 2 and bool(hidden),
    )


def idle(a: Array) -> Any:
    """Return which units (k,) have the same value in all columns of ``a`` (k, m)."""
    return np.ptp(a, axis=1) <= CONSTANT * max(1.0, float(np.abs(a).max()))


def revived(model: Autoencoder, U: Array, rng: np.random.Generator) -> Autoencoder:
    """Return the same function of snapshots ``U`` (n, m) with new random inputs for idle units.

    The constant value of an idle unit moves to the biases of the next layer, and the weights that
    leave the unit become zero.
    """
    p, fresh = model.p.copy(), initialise(model.network, "glorot", rng)
    layers, new = model.network.layers(p), model.network.layers(fresh)
    a = forward_pass(model.network.layers(model.p), model.inputs(U)).a
    for l, (layer, after) in enumerate(pairwise(layers)):
        still = idle(a[l + 1])
        if layer.sigma.name == "identity" or layer.b is None or after.b is None:
            continue
        after.b[...] += after.W[:, still] @ a[l + 1][still, 0]
        after.W[:, still] = 0.0
        layer.W[still], layer.b[still] = new[l].W[still], 0.0
    return replace(model, p=p)
