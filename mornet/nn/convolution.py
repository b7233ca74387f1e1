"""Convolutions of signals and images, and their transposes.

A convolution (filtering, without a flip of the kernel) has kernels W (c_out, c_in, k) or
(c_out, c_in, k_h, k_w), and

    (W a)[o, q] = sum over c, i of W[o, c, i] a[c, s q + d i - p]

with stride s, dilation d, padding p, and multi-indices q and i. The matrix of the linear map a ->
W a is banded, and its entries are shared along the diagonals. The product is bilinear, so that all
derivatives of dense layers hold for it.

W a is a product of the matrix W (c_out, c_in k) with the columns that lie under the kernel, and the
other two products of a layer take the same columns (K. Chellapilla et al., IWFHR 2006). They are
copied block by block (`mornet.nn.windows`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from mornet.errors import OptionError
from mornet.nn.layers import LayerMap, Shape, length
from mornet.nn.windows import Block, Windows, each_axis, each_side, windows
from mornet.records import Array


@dataclass(frozen=True)
class Convolution(LayerMap):
    """Kernels that move over signals (c_in, n) or images (c_in, height, width).

    ``channels`` are c_in and c_out, ``places`` the axes (n,) or (height, width). ``size``,
    ``stride`` and ``dilation`` have one number for each axis. ``padding`` has two numbers for each
    axis, the zeros before and after it; of images these are top, bottom, left, right. ``circular``
    padding repeats the opposite side instead. A tuple of one number stands for all axes and sides.

    Raises OptionError for numbers out of range, or a kernel longer than the padded axis.
    """

    kind: ClassVar[str] = "convolution"
    channels: tuple[int, ...]
    places: tuple[int, ...]
    size: tuple[int, ...]
    stride: tuple[int, ...] = (1,)
    padding: tuple[int, ...] = (0,)
    dilation: tuple[int, ...] = (1,)
    circular: bool = False

    def __post_init__(self) -> None:
        axes = len(self.places)
        if len(self.channels) != 2 or min(self.channels) < 1 or axes not in (1, 2):
            raise OptionError(
                f"a convolution needs positive channels (c_in, c_out) and one or two axes, not "
                f"channels {self.channels} and places {self.places}"
            )
        for name in ("size", "stride", "dilation"):
            object.__setattr__(self, name, each_axis(getattr(self, name), axes, name))
        object.__setattr__(self, "padding", each_side(self.padding, axes))
        self.windows  # noqa: B018 - checks the numbers

    @cached_property
    def windows(self) -> Windows:
        """The windows under the kernel; a signal is an image of width 1."""
        return windows(
            (self.channels[0], *self.places),
            self.size,
            self.stride,
            self.padding,
            self.dilation,
            self.circular,
        )

    @property
    def shape_in(self) -> Shape:
        return (self.channels[0], *self.places)

    @property
    def shape_out(self) -> Shape:
        return (self.channels[1], *self.windows.counts[: len(self.places)])

    @property
    def W_shape(self) -> Shape:
        return (self.channels[1], self.channels[0], *self.size)

    @property
    def multiplications(self) -> int:
        return length(self.W_shape) * length(self.shape_out[1:])

    @property
    def fans(self) -> tuple[float, float]:
        each = length(self.size)  # an input lies under every s-th place of a kernel
        return self.channels[1] * each / length(self.stride), self.channels[0] * each

    def apply(self, W: Array, a: Array) -> Array:
        view = self.windows
        kernels, dtype = self._matrix(W), np.result_type(W, a)
        seen = view.seen(view.padded(a))
        lead = np.broadcast_shapes(kernels.shape[:-2], a.shape[:-2])
        z = np.empty((*lead, self.channels[1], length(view.counts) * a.shape[-1]), dtype)
        for block in view.blocks(a.shape[-1], self._bytes(a.shape[:-2], dtype)):
            np.matmul(kernels, self._columns(seen, block), out=z[..., block.range])
        return z.reshape(*lead, -1, a.shape[-1])

    def adjoint(self, W: Array, delta: Array) -> Array:
        view, N = self.windows, delta.shape[-1]
        kernels, dtype = np.swapaxes(self._matrix(W), -1, -2), np.result_type(W, delta)
        lead = np.broadcast_shapes(kernels.shape[:-2], delta.shape[:-2])
        padded = np.zeros((*lead, view.shape[0], *view.padded_places, N), dtype)
        seen, delta = view.seen(padded), self._flat(delta)
        for block in view.blocks(N, self._bytes(lead, dtype)):
            places = seen[..., block.rows, block.columns, block.samples]
            columns = (kernels @ delta[..., block.range]).reshape(places.shape)
            for i, j in view.taps():
                places[..., :, i, j, :, :, :] += columns[..., :, i, j, :, :, :]
        return view.cropped(padded)

    def outer(self, delta: Array, a: Array) -> Array:
        view, dtype = self.windows, np.result_type(delta, a)
        seen, N = view.seen(view.padded(a)), a.shape[-1]
        lead, delta = np.broadcast_shapes(delta.shape[:-2], a.shape[:-2]), self._flat(delta)
        W = np.zeros((*lead, self.channels[1], view.entries), dtype)
        for block in view.blocks(N, self._bytes(a.shape[:-2], dtype)):
            W += delta[..., block.range] @ np.swapaxes(self._columns(seen, block), -1, -2)
        return W.reshape(*lead, *self.W_shape)

    def _matrix(self, W: Array) -> Array:
        """Return the kernels as a matrix (..., c_out, c_in k)."""
        lead = W.shape[: W.ndim - 2 - len(self.places)]
        return W.reshape(*lead, self.channels[1], self.windows.entries)

    def _flat(self, delta: Array) -> Array:
        """Return ``delta`` (..., n_out, N) as (..., c_out, places times N)."""
        return delta.reshape(*delta.shape[:-2], self.channels[1], -1)

    def _columns(self, seen: Array, block: Block) -> Array:
        """Return the columns (..., c_in k, places times samples) under the kernel, in a copy."""
        places = seen[..., block.rows, block.columns, block.samples]
        return places.reshape(*places.shape[:-6], self.windows.entries, -1)

    def _bytes(self, lead: Shape, dtype: np.dtype[Any]) -> int:
        """Return the bytes of the columns of one place and sample, for all ``lead``ing axes."""
        return max(1, length(lead)) * self.windows.entries * dtype.itemsize


@dataclass(frozen=True)
class TransposedConvolution(LayerMap):
    """The transpose of the convolution ``of``: it leads from its outputs to its inputs.

    With a stride it refines a signal or image. The kernels W (c_in, c_out, k) are those of ``of``,
    whose c_out is the c_in of this layer. All places of ``of`` are outputs; places that a window
    of ``of`` does not reach are zero.
    """

    kind: ClassVar[str] = "transposed_convolution"
    of: Convolution

    @property
    def shape_in(self) -> Shape:
        return self.of.shape_out

    @property
    def shape_out(self) -> Shape:
        return self.of.shape_in

    @property
    def W_shape(self) -> Shape:
        return self.of.W_shape

    @property
    def multiplications(self) -> int:
        return self.of.multiplications

    @property
    def fans(self) -> tuple[float, float]:
        return self.of.fans[1], self.of.fans[0]

    def apply(self, W: Array, a: Array) -> Array:
        return self.of.adjoint(W, a)

    def adjoint(self, W: Array, delta: Array) -> Array:
        return self.of.apply(W, delta)

    def outer(self, delta: Array, a: Array) -> Array:
        return self.of.outer(a, delta)
