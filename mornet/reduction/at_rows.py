"""Decoders at chosen rows: a few degrees of freedom of a snapshot, in as many operations.

Hyper-reduced models need a state at a few entries only. A restricted decoder is a reduction of
snapshots that consist of these entries; its codes are those of the whole reduction, and its encoder
must not be used.
"""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from typing import Any

import numpy as np

from mornet.errors import OptionError
from mornet.nn.layers import Dense
from mornet.nn.network import Network
from mornet.records import Array, Indices
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.interface import SmoothReduction
from mornet.reduction.pod.record import POD
from mornet.reduction.quadratic.record import QuadraticManifold


@singledispatch
def at_rows(reduction: Any, rows: Indices) -> SmoothReduction:
    """Return the decoder of ``reduction`` at the ``rows`` (k,) of a snapshot.

    Raises OptionError for a reduction whose decoder cannot be restricted.
    """
    raise OptionError(f"the decoder of {type(reduction).__name__} cannot be evaluated at rows")


@at_rows.register
def _(reduction: POD, rows: Indices) -> SmoothReduction:
    return replace(
        reduction,
        V=reduction.V[rows],
        centre=_some(reduction.centre, rows),
        inner_product=None,
    )


@at_rows.register
def _(reduction: QuadraticManifold, rows: Indices) -> SmoothReduction:
    return replace(
        reduction,
        V=reduction.V[rows],
        W=reduction.W[rows],
        centre=_some(reduction.centre, rows),
        inner_product=None,
    )


@at_rows.register
def _(reduction: Hybrid, rows: Indices) -> SmoothReduction:
    pod = at_rows(reduction.pod, rows)
    return replace(reduction, pod=pod)  # type: ignore[arg-type]


@at_rows.register
def _(reduction: Autoencoder, rows: Indices) -> SmoothReduction:
    centre = _some(reduction.centre, rows)
    if reduction.basis is not None:
        basis = reduction.basis[rows]
        return replace(reduction, basis=basis, centre=centre, inner_product=None)
    network, p = _last_rows(reduction.network, reduction.p, rows)
    return replace(reduction, network=network, p=p, centre=centre)


def _last_rows(network: Network, p: Array, rows: Indices) -> tuple[Network, Array]:
    """Return the network without all outputs but ``rows``; OptionError unless the last is dense."""
    last = network.layers(p)[-1]
    if not isinstance(last.map, Dense):
        raise OptionError(f"a last layer {type(last.map).__name__} cannot be evaluated at rows")
    kept = network.size - last.W.size - (0 if last.b is None else last.b.size)
    biases = [] if last.b is None else [last.b[rows].ravel()]
    maps = [block.map for block in network.blocks[:-1]]
    maps.append(Dense(last.map.n_in, len(rows)))
    smaller = Network.of(maps, network.activations, network.bias)
    return smaller, np.concatenate([p[:kept], last.W[rows].ravel(), *biases])


def _some(centre: Array | None, rows: Indices) -> Array | None:
    return None if centre is None else centre[rows]
