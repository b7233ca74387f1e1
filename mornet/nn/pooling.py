"""Layers without parameters that coarsen or refine signals and images.

Pooling takes the mean or the maximum of each channel under a window. Padding never counts: a mean
is that of the real places under the window, and a maximum is one of them. `ceil_padding` gives the
padding of the ceil mode of other packages, where the last window may reach over the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mornet.errors import OptionError
from mornet.nn.layers import LayerMap, Shape, length
from mornet.nn.windows import Windows, each_axis, each_side, windows
from mornet.records import Array


@dataclass(frozen=True)
class WithoutParameters(LayerMap):
    """What layers without parameters have in common: an empty W."""

    @property
    def W_shape(self) -> Shape:
        return (0,)

    @property
    def multiplications(self) -> int:
        return 0

    def outer(self, delta: Array, a: Array) -> Array:
        lead = np.broadcast_shapes(delta.shape[:-2], a.shape[:-2])
        return np.zeros((*lead, 0), np.result_type(delta, a))


@dataclass(frozen=True)
class Pooling(WithoutParameters):
    """A window over each channel of arrays of ``shape`` (channels, n) or (channels, height, width).

    ``size`` and ``stride`` have one number for each axis, ``padding`` two, as in `Convolution`.
    Raises OptionError for numbers out of range, or a window that may hold no real place.
    """

    shape: tuple[int, ...]
    size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...] = (0,)

    def __post_init__(self) -> None:
        axes = len(self.shape) - 1
        if axes not in (1, 2):
            raise OptionError(f"pooling needs one or two axes after the channels, not {self.shape}")
        for name in ("size", "stride"):
            object.__setattr__(self, name, each_axis(getattr(self, name), axes, name))
        object.__setattr__(self, "padding", each_side(self.padding, axes))
        if (self.real == 0).any():
            raise OptionError(f"padding {self.padding} fills whole windows of size {self.size}")

    @cached_property
    def windows(self) -> Windows:
        """The windows; a signal is an image of width 1."""
        return windows(self.shape, self.size, self.stride, self.padding)

    @cached_property
    def real(self) -> Array:
        """How many real places each window holds, (height, width, 1)."""
        one = windows((1, *self.shape[1:]), self.size, self.stride, self.padding)
        return sum_windows(one, np.ones((length(self.shape[1:]), 1)))[0]

    @property
    def shape_in(self) -> Shape:
        return self.shape

    @property
    def shape_out(self) -> Shape:
        return (self.shape[0], *self.windows.counts[: len(self.shape) - 1])

    def images_out(self, delta: Array) -> Array:
        """Return ``delta`` (..., n_out, N) as images (..., channels, height, width, N)."""
        shape = (self.shape[0], *self.windows.counts)
        return delta.reshape(*delta.shape[:-2], *shape, delta.shape[-1])


@dataclass(frozen=True)
class AveragePool(Pooling):
    """The mean of the real places under the window."""

    kind: ClassVar[str] = "average_pool"

    @property
    def multiplications(self) -> int:
        return length(self.shape_out)

    def apply(self, W: Array, a: Array) -> Array:
        z = sum_windows(self.windows, a)
        z /= self.real.astype(z.real.dtype)
        return columns(z)

    def adjoint(self, W: Array, delta: Array) -> Array:
        each = self.images_out(delta) / self.real.astype(delta.real.dtype)
        padded, seen = empty_images(self.windows, each)
        for i, j in self.windows.taps():
            seen[..., :, i, j, :, :, :] += each
        return self.windows.cropped(padded)


@dataclass(frozen=True)
class MaxPool(Pooling):
    """The maximum of the real places under the window: piecewise linear."""

    kind: ClassVar[str] = "max_pool"

    def at(self, a: Array) -> Chosen:
        """Return the piece at ``a``: of equal maxima it takes the first, row by row."""
        seen = self._seen(a)
        most = np.array(seen[..., :, 0, 0, :, :, :])
        tap = np.zeros(most.shape, np.min_scalar_type(length(self.size)))
        for number, (i, j) in enumerate(self.windows.taps()):
            here = seen[..., :, i, j, :, :, :]
            np.copyto(tap, tap.dtype.type(number), where=here > most)
            np.maximum(most, here, out=most)
        return Chosen(self, tap)

    def apply(self, W: Array, a: Array) -> Array:
        seen = self._seen(a)
        most = np.array(seen[..., :, 0, 0, :, :, :])
        for i, j in self.windows.taps():
            np.maximum(most, seen[..., :, i, j, :, :, :], out=most)
        return columns(most)

    def _seen(self, a: Array) -> Array:
        return self.windows.seen(self.windows.padded(a, -np.inf))


@dataclass(frozen=True, eq=False)
class Chosen(WithoutParameters):
    """A linear piece of ``pool``: each output is the input at the place ``tap`` of its window."""

    pool: MaxPool
    tap: NDArray[Any]

    @property
    def shape_in(self) -> Shape:
        return self.pool.shape_in

    @property
    def shape_out(self) -> Shape:
        return self.pool.shape_out

    def apply(self, W: Array, a: Array) -> Array:
        view = self.pool.windows
        seen = view.seen(view.padded(a))
        lead = np.broadcast_shapes(self.tap.shape[:-4], a.shape[:-2])
        z = np.empty((*lead, self.pool.shape[0], *view.counts, a.shape[-1]), a.dtype)
        for number, (i, j) in enumerate(view.taps()):
            np.copyto(z, seen[..., :, i, j, :, :, :], where=self.tap == number)
        return columns(z)

    def adjoint(self, W: Array, delta: Array) -> Array:
        view, each = self.pool.windows, self.pool.images_out(delta)
        lead = np.broadcast_shapes(self.tap.shape[:-4], delta.shape[:-2])
        padded, seen = empty_images(view, np.broadcast_to(each, (*lead, *each.shape[-4:])))
        for number, (i, j) in enumerate(view.taps()):
            seen[..., :, i, j, :, :, :] += each * (self.tap == number)
        return view.cropped(padded)


@dataclass(frozen=True)
class Upsampling(WithoutParameters):
    """Each place of arrays of ``shape`` (channels, n) or (channels, height, width), repeated.

    ``factor`` has one number for each axis. Raises OptionError for a factor below 1.
    """

    kind: ClassVar[str] = "upsampling"
    shape: tuple[int, ...]
    factor: tuple[int, ...]

    def __post_init__(self) -> None:
        axes = len(self.shape) - 1
        if axes < 1:
            raise OptionError(f"upsampling needs axes after the channels, not {self.shape}")
        object.__setattr__(self, "factor", each_axis(self.factor, axes, "factor"))
        if min(*self.shape, *self.factor) < 1:
            raise OptionError(f"shape {self.shape} and factor {self.factor} must be positive")

    @property
    def shape_in(self) -> Shape:
        return self.shape

    @property
    def shape_out(self) -> Shape:
        places = zip(self.shape[1:], self.factor, strict=True)
        return (self.shape[0], *(n * f for n, f in places))

    def apply(self, W: Array, a: Array) -> Array:
        images = a.reshape(*a.shape[:-2], *self.shape, a.shape[-1])
        for axis, f in enumerate(self.factor):
            images = np.repeat(images, f, axis=axis - len(self.factor) - 1)
        return images.reshape(*a.shape[:-2], -1, a.shape[-1])

    def adjoint(self, W: Array, delta: Array) -> Array:
        places = zip(self.shape[1:], self.factor, strict=True)
        split = (self.shape[0], *(n for place in places for n in place), delta.shape[-1])
        copies = delta.reshape(*delta.shape[:-2], *split)
        axes = tuple(-2 - 2 * i for i in range(len(self.factor)))
        return copies.sum(axis=axes).reshape(*delta.shape[:-2], -1, delta.shape[-1])


def ceil_padding(
    places: tuple[int, ...],
    size: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
) -> tuple[int, ...]:
    """Return ``padding``, enlarged so that the last window may reach over the end of each axis.

    A window that would begin in the padding after the end is left out.

    >>> ceil_padding((8, 8), (3, 3), (2, 2), (0,))
    (0, 1, 0, 1)
    """
    axes, enlarged = len(places), list(each_side(padding, len(places)))
    for axis, (n, k, s) in enumerate(
        zip(places, each_axis(size, axes, "size"), each_axis(stride, axes, "stride"), strict=True)
    ):
        low, high = enlarged[2 * axis : 2 * axis + 2]
        steps = -(-(n + low + high - k) // s)
        if steps * s >= n + low:
            steps -= 1
        enlarged[2 * axis + 1] = max(high, steps * s + k - n - low)
    return tuple(enlarged)


def sum_windows(view: Windows, a: Array) -> Array:
    """Return the sum (..., channels, height, width, N) of ``a`` (..., n, N) under each window."""
    seen = view.seen(view.padded(a))
    total = np.array(seen[..., :, 0, 0, :, :, :])
    for i, j in list(view.taps())[1:]:
        total += seen[..., :, i, j, :, :, :]
    return total


def empty_images(view: Windows, each: Array) -> tuple[Array, Array]:
    """Return padded images of zeros, and the windows over them; ``each`` are arrays at windows."""
    shape = (*each.shape[:-3], *view.padded_places, each.shape[-1])
    padded = np.zeros(shape, each.dtype)
    return padded, view.seen(padded)


def columns(images: Array) -> Array:
    """Return images (..., channels, height, width, N) as columns (..., n, N)."""
    return images.reshape(*images.shape[:-4], -1, images.shape[-1])
