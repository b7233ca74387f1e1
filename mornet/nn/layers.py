"""The linear part of a layer: the map (W, a) -> W a, with its two adjoints.

A layer computes a^[l] = sigma(z^[l]), z^[l] = W^[l] a^[l-1] + b^[l]. Back propagation, its second
derivatives and its power series need three products of the linear part and nothing else:

    apply    W a            forward, and R{z} of the R-operator
    adjoint  W^T delta      (2) of the Lemma
    outer    delta a^T      (4) of the Lemma: the derivative of delta^T (W a) by W

`apply` is linear in W and linear in a, and the other two are its adjoints:

    <W a, delta> = <a, W^T delta> = <W, delta a^T>.

A new kind of layer is one class with these three products, for example a convolution with its
kernel as W. Arrays of more than one axis, such as images (channels, height, width), are flattened
to columns in C order; `shape_in` and `shape_out` remember the axes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from mornet.checks import require_integer
from mornet.errors import OptionError
from mornet.records import Array

Shape = tuple[int, ...]


class LayerMap(Protocol):
    """The linear part of a layer, as a frozen value without numbers.

    A class of its own inherits from this one and defines `shape_in`, `shape_out`, `W_shape`,
    `multiplications` and the three products. A layer without parameters (pooling, upsampling) has
    ``W_shape = (0,)`` and ignores W. Like any record it has a ``kind`` of its own, by
    which files know it.
    """

    @property
    def shape_in(self) -> Shape:
        """The axes of one input; a column has their product as length."""
        ...

    @property
    def shape_out(self) -> Shape:
        """The axes of one output."""
        ...

    @property
    def W_shape(self) -> Shape:
        """The axes of the parameters W, (0,) without parameters."""
        ...

    @property
    def multiplications(self) -> int:
        """How many multiplications one product W a of one column takes."""
        ...

    @property
    def bias_size(self) -> int:
        """The entries of b: one for each index of the first output axis (unit or channel)."""
        return self.shape_out[0]

    @property
    def fans(self) -> tuple[float, float]:
        """The connections of an input and of an output of W, (n_out, n_in) for a matrix.

        Further axes of W are those of a kernel, and each entry of a kernel is one connection.
        """
        each = length(self.W_shape[2:])
        return self.W_shape[0] * each, self.W_shape[1] * each

    def at(self, a: Array) -> LayerMap:
        """Return the linear map that stands for this one near the inputs ``a`` (..., n_in, N).

        A linear layer returns itself. A piecewise linear one (max pooling) returns the linear piece
        that holds at ``a``; the products of the piece broadcast over leading axes as those of a
        linear layer do.
        """
        return self

    def apply(self, W: Array, a: Array) -> Array:
        """Return W a (..., n_out, N) for ``W`` (..., *W_shape) and ``a`` (..., n_in, N).

        Leading axes broadcast, in all three products. Each returns a new array.
        """
        ...

    def adjoint(self, W: Array, delta: Array) -> Array:
        """Return W^T delta (..., n_in, N) for ``delta`` (..., n_out, N)."""
        ...

    def outer(self, delta: Array, a: Array) -> Array:
        """Return delta a^T (..., *W_shape), summed over the N columns."""
        ...


@dataclass(frozen=True)
class Dense(LayerMap):
    """A matrix W (n_out, n_in) that connects every input with every output.

    Raises OptionError unless ``n_in`` and ``n_out`` are positive integers.
    """

    kind: ClassVar[str] = "dense"
    n_in: int
    n_out: int

    def __post_init__(self) -> None:
        for what in ("n_in", "n_out"):
            require_integer(what, getattr(self, what))
        if min(self.n_in, self.n_out) < 1:
            raise OptionError(f"a dense layer cannot lead from {self.n_in} to {self.n_out} units")

    @property
    def shape_in(self) -> Shape:
        return (self.n_in,)

    @property
    def shape_out(self) -> Shape:
        return (self.n_out,)

    @property
    def W_shape(self) -> Shape:
        return (self.n_out, self.n_in)

    @property
    def multiplications(self) -> int:
        return self.n_out * self.n_in

    def apply(self, W: Array, a: Array) -> Array:
        return W @ a

    def adjoint(self, W: Array, delta: Array) -> Array:
        return np.swapaxes(W, -1, -2) @ delta

    def outer(self, delta: Array, a: Array) -> Array:
        return delta @ np.swapaxes(a, -1, -2)


def length(shape: Shape) -> int:
    """Return the number of entries of an array of this ``shape``."""
    return math.prod(shape)


def as_columns(a: Array, axes: int) -> Array:
    """Return ``a`` (..., n_1, ..., n_k, N) with k = ``axes`` as columns (..., n_1 ... n_k, N)."""
    lead, shape = a.shape[: -axes - 1], a.shape[-axes - 1 : -1]
    return a.reshape(*lead, length(shape), a.shape[-1])


def product_rule(
    product: Callable[[Array, Array], Array],
    at: tuple[Array, Array],
    change: tuple[Array, Array],
) -> Array:
    """Return R{W c} = R{W} c + W R{c} for ``at`` = (W, c) and ``change`` = (R{W}, R{c}).

    ``product`` is `apply` or `adjoint` of a layer. Without parameters only W R{c} is left.
    """
    (W, c), (RW, Rc) = at, change
    moved = product(W, Rc)
    return product(RW, c) + moved if RW.size else moved


def spread(b: Array, n_out: int) -> Array:
    """Return the bias of each of ``n_out`` outputs, (..., n_out, 1), from ``b`` (..., bias_size).

    An entry of b belongs to n_out / bias_size consecutive outputs: all places of one channel.
    """
    each = n_out // b.shape[-1]
    return (b if each == 1 else np.repeat(b, each, axis=-1))[..., None]


def gather(delta: Array, out: Array) -> None:
    """Write dC/db (..., bias_size), (3) of the Lemma, for ``delta`` (..., n_out, N) into ``out``.

    This is the adjoint of `spread`: the sum over the columns, and over all outputs that have the
    same entry of b.
    """
    if delta.shape[-2] != out.shape[-1]:
        each = length(delta.shape[-2:]) // out.shape[-1]
        delta = delta.reshape(*delta.shape[:-2], out.shape[-1], each)
    np.sum(delta, axis=-1, out=out)
