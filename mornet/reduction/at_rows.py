"""Decoders followed by a linear map: a few entries of a snapshot, or a weighted sum of all.

Hyper-reduced models need a state at a few entries only. Curvatures need the second derivative of
g^T u(z) for one vector g, not those of all entries of u. Where the last step of a decoder is a
product with modes, the map is applied to the modes, once. The result is a reduction of snapshots
that consist of these entries or of that sum; its codes are those of the whole reduction, and its
encoder must not be used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any, Protocol

import numpy as np

from mornet.errors import OptionError
from mornet.nn.layers import Dense
from mornet.nn.network import Network
from mornet.records import Array, Indices
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.reduction.composed import Composed
from mornet.reduction.gaussian_process.record import GaussianProcessManifold
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.interface import SmoothReduction
from mornet.reduction.pod.record import POD
from mornet.reduction.quadratic.record import QuadraticManifold


class LinearMap(Protocol):
    """A linear map of arrays (n,) or (n, m) to (k,) or (k, m).

    ``selects`` says whether it takes entries, so that it commutes with functions of entries.
    """

    @property
    def selects(self) -> bool:
        """Whether the map takes entries as they are."""
        ...

    def __call__(self, A: Array) -> Array:
        """Return the map of ``A``."""
        ...


@dataclass(frozen=True, eq=False)
class Selection:
    """The entries ``rows`` (k,)."""

    rows: Indices
    selects = True

    def __call__(self, A: Array) -> Array:
        return A[self.rows]


@dataclass(frozen=True, eq=False)
class Sum:
    """The sum with the weights ``g`` (n,), as one entry."""

    g: Array
    selects = False

    def __call__(self, A: Array) -> Array:
        return np.asarray(self.g @ A)[None]


def at_rows(reduction: Any, rows: Indices) -> SmoothReduction:
    """Return the decoder of ``reduction`` at the ``rows`` (k,) of a snapshot.

    Raises OptionError for a reduction whose decoder cannot be restricted.
    """
    return mapped(reduction, Selection(rows))


def summed(reduction: Any, g: Array) -> SmoothReduction:
    """Return the decoder z -> g^T decode(z), with one entry, for weights ``g`` (n,).

    Raises OptionError for a reduction whose last step is not a product with modes.
    """
    return mapped(reduction, Sum(g))


@singledispatch
def mapped(reduction: Any, of: LinearMap) -> SmoothReduction:
    """Return the decoder of ``reduction`` followed by the linear map ``of`` snapshots.

    Raises OptionError for a reduction whose decoder cannot be followed by it.
    """
    raise OptionError(f"the decoder of {type(reduction).__name__} cannot be evaluated at rows")


@mapped.register
def _(reduction: POD, of: LinearMap) -> SmoothReduction:
    centre = _some(reduction.centre, of)
    return replace(reduction, V=of(reduction.V), centre=centre, inner_product=None)


@mapped.register
def _(reduction: Composed, of: LinearMap) -> SmoothReduction:
    outer = mapped(reduction.outer, of)
    return replace(reduction, outer=outer)  # type: ignore[arg-type]


@mapped.register
def _(reduction: QuadraticManifold, of: LinearMap) -> SmoothReduction:
    V, W = of(reduction.V), of(reduction.W)
    centre = _some(reduction.centre, of)
    return replace(reduction, V=V, W=W, centre=centre, inner_product=None)


@mapped.register
def _(reduction: GaussianProcessManifold, of: LinearMap) -> SmoothReduction:
    V, W = of(reduction.V), of(reduction.W)
    centre = _some(reduction.centre, of)
    return replace(reduction, V=V, W=W, centre=centre, inner_product=None)


@mapped.register
def _(reduction: Hybrid, of: LinearMap) -> SmoothReduction:
    pod = mapped(reduction.pod, of)
    return replace(reduction, pod=pod)  # type: ignore[arg-type]


@mapped.register
def _(reduction: Autoencoder, of: LinearMap) -> SmoothReduction:
    centre = _some(reduction.centre, of)
    if reduction.basis is not None:
        return replace(reduction, basis=of(reduction.basis), centre=centre, inner_product=None)
    network, p = _last_rows(reduction.network, reduction.p, of)
    return replace(reduction, network=network, p=p, centre=centre)


def _last_rows(network: Network, p: Array, of: LinearMap) -> tuple[Network, Array]:
    """Return the network whose last layer is followed by a map; OptionError unless it is dense."""
    last = network.layers(p)[-1]
    if not isinstance(last.map, Dense):
        raise OptionError(f"a last layer {type(last.map).__name__} cannot be evaluated at rows")
    if not (of.selects or network.activations[-1] == "identity"):
        raise OptionError("sums do not pass the activation of the last layer")
    W, b = of(last.W), None if last.b is None else of(last.b)
    maps = [block.map for block in network.blocks[:-1]]
    maps.append(Dense(last.map.n_in, len(W)))
    smaller = Network.of(maps, network.activations, network.bias)
    kept = network.size - last.W.size - (0 if last.b is None else last.b.size)
    return smaller, np.concatenate([p[:kept], W.ravel(), *([] if b is None else [b.ravel()])])


def _some(centre: Array | None, of: LinearMap) -> Array | None:
    return None if centre is None else of(centre)
