"""Inverted dropout (N. Srivastava et al., JMLR 15, 2014).

In training each entry is 0 with probability rate, and otherwise itself times 1 / (1 - rate). A
network evaluates `Dropout` as the identity. `with_masks` puts drawn masks in its place: a mask is a
linear map, so that all derivatives of the network with masks are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.errors import OptionError
from mornet.nn.layers import Shape, length
from mornet.nn.network import Network
from mornet.nn.pooling import WithoutParameters
from mornet.records import Array
from mornet.settings import Count, Part, Settings


@dataclass(frozen=True)
class Dropout(Settings, WithoutParameters):
    """The identity on arrays of ``shape``, of which training drops the part ``rate``.

    Raises OptionError unless 0 <= rate < 1, and for a shape without axes.
    """

    kind: ClassVar[str] = "dropout"
    shape: tuple[Count, ...]
    rate: Part = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.shape:
            raise OptionError("dropout needs a shape of at least one axis, not ()")
        if np.float32(self.rate) == 1:  # masks are drawn in this precision
            raise OptionError(f"rate = {self.rate} drops everything: take a smaller one")

    @property
    def shape_in(self) -> Shape:
        return self.shape

    @property
    def shape_out(self) -> Shape:
        return self.shape

    def apply(self, W: Array, a: Array) -> Array:
        return np.array(a)

    def adjoint(self, W: Array, delta: Array) -> Array:
        return np.array(delta)

    def drawn(self, N: int, rng: np.random.Generator) -> Mask:
        """Return a mask for ``N`` samples, each entry drawn by itself."""
        kept = rng.random((length(self.shape), N), np.float32) >= self.rate
        return Mask(self.shape, kept / (1 - self.rate))


@dataclass(frozen=True, eq=False)
class Mask(WithoutParameters):
    """The product with ``factors`` (n, N), entry by entry: one draw of `Dropout`."""

    shape: tuple[int, ...]
    factors: Array

    @property
    def shape_in(self) -> Shape:
        return self.shape

    @property
    def shape_out(self) -> Shape:
        return self.shape

    def apply(self, W: Array, a: Array) -> Array:
        return a * self.factors.astype(a.dtype)

    def adjoint(self, W: Array, delta: Array) -> Array:
        return delta * self.factors.astype(delta.dtype)


def with_masks(net: Network, N: int, rng: np.random.Generator) -> Network:
    """Return ``net`` for ``N`` samples, with masks drawn from ``rng`` in place of its dropout."""
    maps = [block.map for block in net.blocks]
    drawn = [m.drawn(N, rng) if isinstance(m, Dropout) else m for m in maps]
    return Network.of(drawn, net.activations, net.bias)
