"""The network as a function f_p(x) of one flat parameter vector p."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.checks import require_array, require_integer
from mornet.errors import DataError, OptionError, ShapeError
from mornet.nn.activations import Activation, activation
from mornet.nn.layers import Dense, LayerMap, length, spread
from mornet.records import Array, array, in_short


class Layer(NamedTuple):
    """One layer a -> sigma(W a + b), with ``W`` (W_shape) and ``b`` (bias_size,) as views into p.

    ``map`` says what W a is: for a dense layer W is a matrix (n_out, n_in).
    """

    W: Array
    b: Array | None
    sigma: Activation
    map: LayerMap

    def pre_activation(self, a: Array) -> Array:
        """Return z = W a + b for a batch ``a`` (n_in, N), or a stack of them."""
        z = self.map.apply(self.W, a)
        return z if self.b is None else z + spread(self.b, z.shape[-2])


class Block(NamedTuple):
    """Where the parameters of one layer stand in p, and what the layer does with them."""

    map: LayerMap
    sigma: Activation
    W: slice
    b: slice | None

    def views(self, p: Array) -> Layer:
        """Return the layer with its parameters as views into ``p`` (..., P)."""
        W = p[..., self.W].reshape(p.shape[:-1] + self.map.W_shape)
        return Layer(W, None if self.b is None else p[..., self.b], self.sigma, self.map)


@dataclass(frozen=True, init=False)
class Network:
    """The architecture of a^[l] = sigma(W^[l] a^[l-1] + b^[l]), l = 2, ..., L, a^[1] = x.

    A frozen value without numbers. ``Network((2, 2, 3, 2), "sigmoid")`` is a network of dense
    layers, the example of C. F. Higham and D. J. Higham (SIAM Review 61(4), 2019). `Network.of`
    takes layers of any kind. ``activations`` and ``bias`` hold one entry for each of the layers
    2, ..., L; a single name or a single bool stands for all of them.

    The parameter vector p (P,) is ordered W^[2] (C order; of a dense layer (n_2, n_1)), b^[2] if
    the layer has a bias, W^[3], b^[3], ... Python counts from zero: ``layers(p)[0]`` holds W^[2]
    and b^[2].

    Raises OptionError for fewer than two widths, a width below 1, an unknown activation, a tuple of
    the wrong length, or layers that do not fit each other.
    """

    kind: ClassVar[str] = "network"
    __repr__ = in_short
    widths: tuple[int, ...] = array("level", about="n_1, ..., n_L")
    activations: tuple[str, ...] = array("layer", about="of layers 2, ..., L")
    bias: tuple[bool, ...] = array("layer", about="whether layers 2, ..., L have one")
    maps: tuple[LayerMap, ...] | None = None  # None: all layers are dense
    _blocks: tuple[Block, ...] = field(default=(), repr=False, compare=False)

    def __init__(
        self,
        widths: tuple[int, ...],
        activations: str | tuple[str, ...] = "sigmoid",
        bias: bool | tuple[bool, ...] = True,
        maps: tuple[LayerMap, ...] | None = None,
    ) -> None:
        for n in widths:
            require_integer("a width", n)
        widths = tuple(int(n) for n in widths)
        depth = len(widths) - 1
        if depth < 1 or min(widths) < 1:
            raise OptionError(f"widths {widths} must be at least two positive integers")
        names = (activations,) * depth if isinstance(activations, str) else tuple(activations)
        if np.asarray(bias).dtype != bool:
            raise OptionError(f"bias = {bias!r} must be true or false, for all layers or for each")
        biases = (bias,) * depth if isinstance(bias, bool) else tuple(bool(b) for b in bias)
        for what, given in (("activations", names), ("bias", biases), ("maps", maps)):
            if given is not None and len(given) != depth:
                raise OptionError(f"{what} has {len(given)} entries for {depth} layers")
        dense = tuple(Dense(m, n) for m, n in pairwise(widths))
        blocks = _blocks(dense if maps is None else maps, names, biases)
        object.__setattr__(self, "widths", widths)
        object.__setattr__(self, "activations", names)
        object.__setattr__(self, "bias", biases)
        object.__setattr__(self, "maps", None if maps == dense else maps)
        object.__setattr__(self, "_blocks", blocks)
        if maps is not None:
            _require_chain(widths, maps)

    @classmethod
    def of(
        cls,
        maps: Sequence[LayerMap],
        activations: str | tuple[str, ...],
        bias: bool | tuple[bool, ...] | None = None,
    ) -> Network:
        """Return the network whose layers 2, ..., L have the linear parts ``maps``, of any kind.

        By default layers with parameters have a bias, and others, such as a pool or dropout, have
        none, as in other programs. ``bias`` True gives these one bias a channel, too. Raises
        OptionError as the class does, also for an output that does not fit the next layer.
        """
        for m in maps:
            if isinstance(m, type) or not hasattr(m, "shape_in"):
                raise OptionError(f"{m!r} is no layer, such as Dense(3, 2) is")
        if bias is None:
            bias = tuple(length(m.W_shape) > 0 for m in maps)
        shapes = [*(m.shape_in for m in maps[:1]), *(m.shape_out for m in maps)]
        return cls(tuple(length(shape) for shape in shapes), activations, bias, tuple(maps))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Where in p the parameters of each of the layers 2, ..., L stand."""
        return self._blocks

    @property
    def dense(self) -> bool:
        """Whether all layers are dense. The fast paths that need it ask here."""
        return self.maps is None

    def require_dense(self, what: str) -> None:
        """Raise OptionError, which names ``what`` needs it, unless all layers are dense."""
        if not self.dense:
            kinds = ", ".join(type(block.map).__name__ for block in self._blocks)
            raise OptionError(f"{what} needs a network of dense layers, not of {kinds}")

    @property
    def kinks(self) -> tuple[str, ...]:
        """What makes f_p smooth in pieces only: relu, layers such as max pooling."""
        pieces = {type(b.map).__name__ for b in self._blocks if type(b.map).at is not LayerMap.at}
        return (*sorted({"relu"} & set(self.activations)), *sorted(pieces))

    @property
    def size(self) -> int:
        """The number of parameters P."""
        last = self._blocks[-1]
        return int((last.b or last.W).stop)

    @property
    def depth(self) -> int:
        """The number of layers, L - 1, the inputs not counted."""
        return len(self.widths) - 1

    @property
    def work(self) -> int:
        """The multiplications and additions of biases in f_p(x) for one sample; P if dense."""
        biases = (n if b else 0 for n, b in zip(self.widths[1:], self.bias, strict=True))
        return sum(block.map.multiplications for block in self._blocks) + sum(biases)

    def layers(self, p: Array, name: str = "p") -> tuple[Layer, ...]:
        """Return the layers as views into ``p`` (P,), or of a stack of directions (..., P).

        Writing to ``layers(g)[l].W`` writes to g: back propagation fills a gradient in place.
        Raises ShapeError unless the last axis of p has P entries, DataError for what is no array,
        and for whole numbers: the derivatives by them would be rounded. Messages call p ``name``.
        """
        require_array(name, p)
        if p.dtype.kind not in "fc":
            words = f"parameters are real numbers: take {name}.astype(float)"
            raise DataError(f"{name} holds {p.dtype}; {words}")
        if p.shape[-1:] != (self.size,):
            entries = f"{p.shape[-1] if p.ndim else 'no'} entries"
            raise ShapeError(f"{name} has {entries} but the network {self.size} parameters")
        return tuple(block.views(p) for block in self._blocks)

    def forward(self, p: Array, x: Array) -> Array:
        """Return f_p(x) = a^[L] (n_L, N) for a batch of columns ``x`` (n_1, N).

        Raises ShapeError unless x has n_1 rows.
        """
        a = self.inputs(x)
        for layer in self.layers(p):
            a = layer.sigma.value(layer.pre_activation(a))
        return a

    def inputs(self, x: Array) -> Array:
        """Return the batch of columns ``x`` (n_1, N) as an array, whole numbers as float64.

        Raises ShapeError unless x has n_1 rows, DataError if it holds text or objects.
        """
        x = np.asarray(x)
        if x.ndim != 2 or x.shape[0] != self.widths[0]:
            raise ShapeError(f"x has shape {x.shape}, but the network takes ({self.widths[0]}, N)")
        if x.dtype.kind not in "biufc":
            raise DataError(f"x holds {x.dtype}, not numbers")
        return x.astype(float) if x.dtype.kind in "biu" else x

    def split(self, at: int) -> tuple[Network, Network]:
        """Return the first ``at`` layers and the rest as two networks, f = tail(head(x)).

        p splits alike: head takes p[: head.size], tail p[head.size :]. Raises OptionError unless
        both networks have a layer.
        """
        if not 0 < at < self.depth:
            raise OptionError(f"cannot split {self.depth} layers at {at}")
        head, tail = (None, None) if self.maps is None else (self.maps[:at], self.maps[at:])
        return (
            Network(self.widths[: at + 1], self.activations[:at], self.bias[:at], head),
            Network(self.widths[at:], self.activations[at:], self.bias[at:], tail),
        )


def _blocks(
    maps: Sequence[LayerMap], activations: Sequence[str], biases: Sequence[bool]
) -> tuple[Block, ...]:
    """Return the places of W and b of each layer in p, one after the other."""
    blocks = []
    start = 0
    for layer_map, name, has_bias in zip(maps, activations, biases, strict=True):
        W = slice(start, start + length(layer_map.W_shape))
        b = slice(W.stop, W.stop + layer_map.bias_size) if has_bias else None
        blocks.append(Block(layer_map, activation(name), W, b))
        start = (b or W).stop
    return tuple(blocks)


def _require_chain(widths: Sequence[int], maps: Sequence[LayerMap]) -> None:
    """Raise OptionError unless each layer takes what the one before it gives."""
    for l, (m, (n_in, n_out)) in enumerate(zip(maps, pairwise(widths), strict=True)):
        if (length(m.shape_in), length(m.shape_out)) != (n_in, n_out):
            raise OptionError(
                f"layer {l + 2} leads from {m.shape_in} to {m.shape_out}, which does not fit the "
                f"widths {n_in} and {n_out}"
            )
    for l, (before, after) in enumerate(pairwise(maps)):
        given, taken = before.shape_out, after.shape_in
        if given != taken and min(len(given), len(taken)) > 1:
            raise OptionError(
                f"layer {l + 2} gives arrays of shape {given}, but layer {l + 3} takes {taken}"
            )


def as_columns(x: Array) -> Array:
    """Return ``x`` (n, N) with each column contiguous, without a copy if it is so already."""
    return np.asfortranarray(x)
