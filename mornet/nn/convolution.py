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
from mornet.kernels.blas import add_transposed, long_columns_at_once, multiply
from mornet.nn.layers import LayerMap, Shape, length
from mornet.nn.windows import Windows, each_axis, each_side, windows
from mornet.records import Array
from mornet.settings import Count, NotNegativeInteger, Settings


@dataclass(frozen=True)
class Convolution(Settings, LayerMap):
    """Kernels that move over signals (c_in, n) or images (c_in, height, width).

    ``channels`` are c_in and c_out, ``places`` the axes (n,) or (height, width). ``size``,
    ``stride`` and ``dilation`` have one number for each axis. ``padding`` has two numbers for each
    axis, the zeros before and after it; of images these are top, bottom, left, right. ``circular``
    padding repeats the opposite side instead. A tuple of one number stands for all axes and sides.

    Raises OptionError for numbers out of range, or a kernel longer than the padded axis.
    """

    kind: ClassVar[str] = "convolution"
    channels: tuple[Count, ...]
    places: tuple[Count, ...]
    size: tuple[Count, ...]
    stride: tuple[Count, ...] = (1,)
    padding: tuple[NotNegativeInteger, ...] = (0,)
    dilation: tuple[Count, ...] = (1,)
    circular: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        axes = len(self.places)
        if len(self.channels) != 2 or axes not in (1, 2):
            raise OptionError(
                f"a convolution needs channels (c_in, c_out) and one or two axes, not "
                f"channels {self.channels} and places {self.places}"
            )
        for name in ("size", "stride", "dilation"):
            object.__setattr__(self, name, each_axis(getattr(self, name), axes, name))
        object.__setattr__(self, "padding", each_side(self.padding, axes))
        self.windows  # noqa: B018 - checks that the kernel fits

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
        return correlate(self.windows, self._matrix(W), a)

    def adjoint(self, W: Array, delta: Array) -> Array:
        back = self._reflected
        if back is None:
            return self._scattered(W, delta)
        c_out, c_in = self.channels[1], self.channels[0]
        lead = W.shape[: W.ndim - len(self.W_shape)]
        kernels = W.reshape(*lead, c_out, c_in, -1)[..., ::-1]
        kernels = np.swapaxes(kernels, -2, -3).reshape(*lead, c_in, back.entries)
        return correlate(back, kernels, delta)

    def outer(self, delta: Array, a: Array) -> Array:
        view, N, c_out = self.windows, a.shape[-1], self.channels[1]
        seen, delta = view.seen(view.padded(a)), self._flat(delta)
        lead = np.broadcast_shapes(delta.shape[:-2], a.shape[:-2])
        W = np.zeros((*lead, c_out, view.entries), np.result_type(delta, a))
        for block in view.blocks(N, stacked_bytes(view, a.shape[:-2], W.dtype)):
            columns = view.columns(seen, block)
            size = long_columns_at_once(c_out, view.entries, columns.shape[-1])
            add_transposed(delta[..., block.range], columns, W, size)
        return W.reshape(*lead, *self.W_shape)

    @cached_property
    def _reflected(self) -> Windows | None:
        """The windows of the adjoint as a convolution with reflected kernels, if it is one.

        It copies columns of c_out channels where `_scattered` adds columns of c_in channels, and a
        copy takes a third of the time of a sum: with many outputs there are none either.
        """
        view = self.windows
        reach = [d * (k - 1) for d, k in zip(view.dilation, view.size, strict=True)]
        (top, bottom), (left, right) = (
            (r - low, r - high) for r, (low, high) in zip(reach, view.padding, strict=True)
        )
        fits = min(top, bottom, left, right) >= 0 and view.stride == (1, 1)
        fits = fits and self.channels[1] <= 3 * self.channels[0]
        if not fits or (self.circular and view.counts != view.places):
            return None
        return Windows(
            (self.channels[1], *view.counts),
            view.size,
            view.stride,
            view.dilation,
            ((top, bottom), (left, right)),
            self.circular,
        )

    def _scattered(self, W: Array, delta: Array) -> Array:
        """Return W^T delta for any stride: each column is added to the places under its window."""
        view, N = self.windows, delta.shape[-1]
        kernels, dtype = np.swapaxes(self._matrix(W), -1, -2), np.result_type(W, delta)
        lead = np.broadcast_shapes(kernels.shape[:-2], delta.shape[:-2])
        padded = np.zeros((*lead, view.shape[0], *view.padded_places, N), dtype)
        seen, delta = view.seen(padded), self._flat(delta)
        for block in view.blocks(N, stacked_bytes(view, lead, dtype)):
            places = seen[..., block.rows, block.columns, block.samples]
            columns = (kernels @ delta[..., block.range]).reshape(places.shape)
            for i, j in view.taps():
                places[..., :, i, j, :, :, :] += columns[..., :, i, j, :, :, :]
        return view.cropped(padded)

    def _matrix(self, W: Array) -> Array:
        """Return the kernels as a matrix (..., c_out, c_in k)."""
        lead = W.shape[: W.ndim - 2 - len(self.places)]
        return W.reshape(*lead, self.channels[1], self.windows.entries)

    def _flat(self, delta: Array) -> Array:
        """Return ``delta`` (..., n_out, N) as (..., c_out, places times N)."""
        together = length(self.windows.counts) * delta.shape[-1]
        return delta.reshape(*delta.shape[:-2], self.channels[1], together)


@dataclass(frozen=True)
class TransposedConvolution(LayerMap):
    """The transpose of the convolution ``of``: it leads from its outputs to its inputs.

    With a stride it refines a signal or image. The kernels W (c_in, c_out, k) are those of ``of``,
    whose c_out is the c_in of this layer. All places of ``of`` are outputs; places that a window
    of ``of`` does not reach are zero.
    """

    kind: ClassVar[str] = "transposed_convolution"
    of: Convolution

    def __post_init__(self) -> None:
        if not isinstance(self.of, Convolution):
            raise OptionError(f"{self.of!r} is no convolution, whose transpose there could be")

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


def correlate(view: Windows, kernels: Array, a: Array) -> Array:
    """Return the products (..., m places, N) of ``kernels`` (..., m, entries) with each window.

    ``a`` (..., n, N) are columns; leading axes broadcast.
    """
    N, m = a.shape[-1], kernels.shape[-2]
    dtype, seen = np.result_type(kernels, a), view.seen(view.padded(a))
    lead = np.broadcast_shapes(kernels.shape[:-2], a.shape[:-2])
    z = np.empty((*lead, m, length(view.counts) * N), dtype)
    for block in view.blocks(N, stacked_bytes(view, a.shape[:-2], dtype)):
        columns = view.columns(seen, block)
        size = long_columns_at_once(m, view.entries, columns.shape[-1])
        multiply(kernels, columns, z[..., block.range], size)
    return z.reshape(*lead, m * length(view.counts), N)


def stacked_bytes(view: Windows, lead: Shape, dtype: np.dtype[Any]) -> int:
    """Return the bytes of the columns of one place and sample, for all ``lead``ing axes."""
    return max(1, length(lead)) * view.entries * dtype.itemsize
