"""Windows that move over images: the geometry of convolutions and pooling.

An image of N samples is an array (channels, height, width, N), and signals have width 1. The
samples stand last, so that a window over all samples is a few long runs of memory, and the columns
under it (entries of the window, places times samples) are one matrix product away from the output.
Columns are copied in blocks of at most `BLOCK` bytes, which stay in the cache. Beside its arguments
and its result a product over windows holds one padded copy of the images and one block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from mornet.errors import OptionError, counted
from mornet.nn.layers import as_columns, length
from mornet.records import Array

BLOCK = 2**19  # bytes of the columns that one matrix product takes
Pair = tuple[int, int]


class Block(NamedTuple):
    """Some places and samples of the output of a window.

    ``range`` is where they stand among its height times width times N entries: one after the other.
    """

    rows: slice
    columns: slice
    samples: slice
    range: slice


@dataclass(frozen=True)
class Windows:
    """A window of ``size`` at all its places on images of ``shape`` (channels, height, width).

    The window moves by ``stride``, and its entries lie ``dilation`` apart. ``padding`` holds the
    places added before and after each axis, copies of the opposite side if ``circular``.
    """

    shape: tuple[int, int, int]
    size: Pair
    stride: Pair
    dilation: Pair
    padding: tuple[Pair, Pair]
    circular: bool = False

    def __post_init__(self) -> None:
        if self.circular and any(
            max(p) > n for p, n in zip(self.padding, self.places, strict=True)
        ):
            raise OptionError(
                f"circular padding {self.padding} of a window of {self.size} is longer than the "
                f"places {self.places}: take a smaller window"
            )
        if min(self.counts) < 1:
            apart = "" if self.dilation == (1, 1) else f" with dilation {self.dilation}"
            raise OptionError(
                f"a window of {self.size}{apart} does not fit into {self.padded_places}"
            )

    @property
    def places(self) -> Pair:
        """Height and width of an image."""
        return self.shape[1:]

    @cached_property
    def padded_places(self) -> Pair:
        """Height and width of a padded image."""
        (top, bottom), (left, right) = self.padding
        return self.shape[1] + top + bottom, self.shape[2] + left + right

    @cached_property
    def counts(self) -> Pair:
        """How many places the window has along each axis."""
        each = zip(self.padded_places, self.size, self.stride, self.dilation, strict=True)
        height, width = ((n - d * (k - 1) - 1) // s + 1 for n, k, s, d in each)
        return height, width

    @property
    def entries(self) -> int:
        """The number of entries under a window, over all channels."""
        return self.shape[0] * self.size[0] * self.size[1]

    @cached_property
    def _inside(self) -> tuple[slice, slice]:
        (top, _), (left, _) = self.padding
        return slice(top, top + self.shape[1]), slice(left, left + self.shape[2])

    def images(self, a: Array) -> Array:
        """Return the columns ``a`` (..., n, N) as images (..., channels, height, width, N)."""
        return a.reshape(*a.shape[:-2], *self.shape, a.shape[-1])

    def padded(self, a: Array, fill: float = 0.0) -> Array:
        """Return the columns ``a`` as padded images in C order; ``fill`` stands in the padding."""
        images = self.images(a)
        if self.padded_places == self.places:
            return np.ascontiguousarray(images)
        if self.circular:
            for axis, (n, (low, high)) in enumerate(zip(self.places, self.padding, strict=True)):
                images = np.take(images, np.arange(-low, n + high) % n, axis=axis - 3)
            return np.ascontiguousarray(images)
        shape = (*images.shape[:-3], *self.padded_places, images.shape[-1])
        out = np.full(shape, fill, a.dtype) if fill else np.zeros(shape, a.dtype)
        out[(..., *self._inside, slice(None))] = images
        return out

    def cropped(self, padded: Array) -> Array:
        """Return the columns (..., n, N) of images ``padded``: the adjoint of `padded`."""
        if self.circular:
            for axis, (n, (low, high)) in enumerate(zip(self.places, self.padding, strict=True)):
                moved = np.moveaxis(padded, axis - 3, 0)
                moved[n : n + low] += moved[:low]
                moved[low : low + high] += moved[low + n :]
        return as_columns(padded[(..., *self._inside, slice(None))], 3)

    def seen(self, padded: Array) -> Array:
        """Return a view (..., channels, k_h, k_w, height, width, N) of ``padded``, in C order.

        Its last axes are the places of the window and the samples.
        """
        *lead, channel, row, column, sample = padded.strides
        (d_h, d_w), (s_h, s_w) = self.dilation, self.stride
        strides = (*lead, channel, d_h * row, d_w * column, s_h * row, s_w * column, sample)
        shape = (*padded.shape[:-3], *self.size, *self.counts, padded.shape[-1])
        return np.ndarray(shape, padded.dtype, buffer=padded, strides=strides)

    def columns(self, seen: Array, block: Block) -> Array:
        """Return the entries under the window (..., entries, places times samples) of a block."""
        places = seen[..., block.rows, block.columns, block.samples]
        return places.reshape(*places.shape[:-6], self.entries, length(places.shape[-3:]))

    def taps(self) -> Iterator[Pair]:
        """Yield the rows and columns of a window, row by row."""
        for i in range(self.size[0]):
            for j in range(self.size[1]):
                yield i, j

    def blocks(self, N: int, each: int) -> Iterator[Block]:
        """Yield all places and ``N`` samples in blocks; one place of one sample has ``each`` bytes.

        A block has several rows, or a part of one row, or a part of the samples at one place.
        """
        if not N:
            return
        height, width = self.counts
        whole = slice(None)
        most = max(1, BLOCK // each)
        row, here = width * N, 0
        if most >= row:
            for r in range(0, height, most // row):
                rows = slice(r, min(r + most // row, height))
                yield Block(rows, whole, whole, slice(rows.start * row, rows.stop * row))
            return
        step_w, step_N = max(1, most // N), min(most, N)
        for r in range(height):
            for c in range(0, width, step_w):
                columns = slice(c, min(c + step_w, width))
                for s in range(0, N, step_N):
                    samples = slice(s, min(s + step_N, N))
                    count = (columns.stop - c) * (samples.stop - s)
                    yield Block(slice(r, r + 1), columns, samples, slice(here, here + count))
                    here += count


def each_axis(numbers: tuple[int, ...], axes: int, what: str) -> tuple[int, ...]:
    """Return one number for each of ``axes`` axes; a tuple of one number stands for all."""
    numbers = tuple(numbers) * axes if len(numbers) == 1 else tuple(numbers)
    if len(numbers) != axes:
        raise OptionError(
            f"{what} {numbers} must have {counted(axes, 'number')}, one for each axis"
        )
    return numbers


def each_side(padding: tuple[int, ...], axes: int) -> tuple[int, ...]:
    """Return the padding before and after each axis, (top, bottom, left, right) of images.

    One number stands for all sides, and one number an axis for both sides of the axis.
    """
    if len(padding) == axes:
        padding = tuple(p for p in padding for _ in range(2))
    if len(padding) not in (1, 2 * axes):
        numbers = "1 or 2" if axes == 1 else f"1, {axes} or {2 * axes}"
        raise OptionError(f"padding {padding} must have {numbers} numbers")
    return padding * (2 * axes) if len(padding) == 1 else padding


def windows(
    shape: tuple[int, ...],
    size: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...] = (1, 1),
    circular: bool = False,
) -> Windows:
    """Return the windows on arrays of ``shape`` (channels, n) or (channels, height, width)."""
    if len(shape) == 2:
        shape, size, stride = (*shape, 1), (*size, 1), (*stride, 1)
        padding, dilation = (*padding, 0, 0), (dilation[0], 1)
    channels, height, width = shape
    (k_h, k_w), (s_h, s_w), (d_h, d_w) = size, stride, dilation
    top, bottom, left, right = padding
    around = ((top, bottom), (left, right))
    return Windows((channels, height, width), (k_h, k_w), (s_h, s_w), (d_h, d_w), around, circular)
