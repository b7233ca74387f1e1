"""The network as a function f_p(x) of one flat parameter vector p."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from mornet.errors import OptionError, ShapeError
from mornet.nn.activations import Activation, activation
from mornet.records import Array, array


class Layer(NamedTuple):
    """One layer a -> sigma(W a + b); ``W`` (n_out, n_in) and ``b`` (n_out,) are views into p."""

    W: Array
    b: Array | None
    sigma: Activation


@dataclass(frozen=True, init=False)
class Network:
    """The architecture of a^[l] = sigma(W^[l] a^[l-1] + b^[l]), l = 2, ..., L, a^[1] = x.

    A frozen value without numbers. ``Network((2, 2, 3, 2), "sigmoid")`` is the entering example
    of the talk. ``activations`` and ``bias`` hold one entry for each of the layers 2, ..., L; a
    single name or a single bool stands for all of them.

    The parameter vector p (P,) is ordered W^[2] (C order, shape (n_2, n_1)), b^[2] if the layer
    has a bias, W^[3], b^[3], ... With Python's counting, ``layers(p)[0]`` holds W^[2] and b^[2].

    Raises OptionError for fewer than two widths, a width below 1, an unknown activation, or a
    tuple of the wrong length.
    """

    kind: ClassVar[str] = "network"
    widths: tuple[int, ...] = array("level", about="n_1, ..., n_L")
    activations: tuple[str, ...] = array("layer", about="of layers 2, ..., L")
    bias: tuple[bool, ...] = array("layer", about="whether layers 2, ..., L have one")
    _slices: tuple[Any, ...] = field(default=(), repr=False, compare=False)

    def __init__(
        self,
        widths: tuple[int, ...],
        activations: str | tuple[str, ...] = "sigmoid",
        bias: bool | tuple[bool, ...] = True,
    ) -> None:
        widths = tuple(int(n) for n in widths)
        depth = len(widths) - 1
        if depth < 1 or min(widths) < 1:
            raise OptionError(f"widths {widths} must be at least two positive integers")
        names = (activations,) * depth if isinstance(activations, str) else tuple(activations)
        biases = (bias,) * depth if isinstance(bias, bool) else tuple(bool(b) for b in bias)
        for what, given in (("activations", names), ("bias", biases)):
            if len(given) != depth:
                raise OptionError(f"{what} has {len(given)} entries for {depth} layers")
        object.__setattr__(self, "widths", widths)
        object.__setattr__(self, "activations", names)
        object.__setattr__(self, "bias", biases)
        object.__setattr__(self, "_slices", self._layout())

    def _layout(self) -> tuple[tuple[slice, tuple[int, int], slice | None, Activation], ...]:
        layout = []
        start = 0
        for l, name in enumerate(self.activations):
            shape = (self.widths[l + 1], self.widths[l])
            W = slice(start, start + shape[0] * shape[1])
            b = slice(W.stop, W.stop + shape[0]) if self.bias[l] else None
            start = b.stop if b else W.stop
            layout.append((W, shape, b, activation(name)))
        return tuple(layout)

    @property
    def size(self) -> int:
        """The number of parameters P."""
        W, _, b, _ = self._slices[-1]
        return int(b.stop if b else W.stop)

    @property
    def depth(self) -> int:
        """The number of layers that hold parameters, L - 1."""
        return len(self.widths) - 1

    def layers(self, p: Array) -> tuple[Layer, ...]:
        """Return the layers as views into ``p`` (P,), or of a stack of directions (..., P).

        Writing to ``layers(g)[l].W`` writes to g: back propagation fills a gradient in place.
        Raises ShapeError unless the last axis of p has P entries.
        """
        if p.shape[-1] != self.size:
            raise ShapeError(f"p has {p.shape[-1]} entries but the network {self.size} parameters")
        lead = p.shape[:-1]
        return tuple(
            Layer(p[..., W].reshape(lead + shape), None if b is None else p[..., b], sigma)
            for W, shape, b, sigma in self._slices
        )

    def forward(self, p: Array, x: Array) -> Array:
        """Return f_p(x) = a^[L] (n_L, N) for a batch of columns ``x`` (n_1, N).

        Raises ShapeError if x has not n_1 rows.
        """
        if x.ndim != 2 or x.shape[0] != self.widths[0]:
            raise ShapeError(f"x has shape {x.shape}, but the network takes ({self.widths[0]}, N)")
        a = x
        for W, b, sigma in self.layers(p):
            z = W @ a
            if b is not None:
                z += b[:, None]
            a = sigma.value(z)
        return a

    def split(self, at: int) -> tuple[Network, Network]:
        """Return the first ``at`` layers and the rest as two networks, f = tail(head(x)).

        p splits alike: head takes p[: head.size], tail p[head.size :].
        """
        if not 0 < at < self.depth:
            raise OptionError(f"cannot split {self.depth} layers at {at}")
        head = Network(self.widths[: at + 1], self.activations[:at], self.bias[:at])
        tail = Network(self.widths[at:], self.activations[at:], self.bias[at:])
        return head, tail
