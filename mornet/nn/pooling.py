"""Layers without parameters that coarsen or refine signals and images.

Pooling takes the mean or the maximum of each channel under a window. Padding never counts: a mean
is that of the real places under the window, and a maximum is one of them. `ceil_padding` gives the
padding of the ceil mode of other packages, where the last window may reach over the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mornet import kernels
from mornet.checks import is_finite
from mornet.errors import OptionError
from mornet.nn.layers import LayerMap, Shape, as_columns, length
from mornet.nn.windows import Windows, each_axis, each_side, windows
from mornet.records import Array
from mornet.settings import Count, NotNegativeInteger, Settings, checked

GROUP = 2**18  # bytes of the channels that are pooled together


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
class Pooling(Settings, WithoutParameters):
    """A window over each channel of arrays of ``shape`` (channels, n) or (channels, height, width).

    ``size`` and ``stride`` have one number for each axis, ``padding`` two, as in `Convolution`.
    Raises OptionError for numbers out of range, or a window that may hold no real place.
    """

    shape: tuple[Count, ...]
    size: tuple[Count, ...]
    stride: tuple[Count, ...]
    padding: tuple[NotNegativeInteger, ...] = (0,)

    def __post_init__(self) -> None:
        super().__post_init__()
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
        view, along = self.windows, []
        for n, (low, _), k, s, count in zip(
            view.places, view.padding, view.size, view.stride, view.counts, strict=True
        ):
            first = s * np.arange(count) - low
            along.append(np.clip(np.minimum(first + k, n) - np.maximum(first, 0), 0, None))
        return np.multiply.outer(*along)[..., None]

    @property
    def shape_in(self) -> Shape:
        return self.shape

    @property
    def shape_out(self) -> Shape:
        return (self.shape[0], *self.windows.counts[: len(self.shape) - 1])

    def adjoint(self, W: Array, delta: Array) -> Array:
        raise NotImplementedError("the piece `at` the inputs has an adjoint")

    def groups(self, channel_bytes: int) -> Iterator[tuple[Windows, int]]:
        """Yield windows over so many channels that they stay in the cache, and the first of them.

        A channel of all samples has ``channel_bytes``.
        """
        together = min(self.shape[0], max(1, GROUP // max(1, channel_bytes)))
        for first in range(0, self.shape[0], together):
            number = min(together, self.shape[0] - first)
            whole = number == self.shape[0]
            yield (self.windows if whole else self._windows_of(number)), first

    def _windows_of(self, channels: int) -> Windows:
        return replace(self.windows, shape=(channels, *self.windows.shape[1:]))

    def in_groups(self, product: Callable[[Windows, Array], Array], c: Array, places: int) -> Array:
        """Return ``product`` of each group of channels of ``c``, which gives so many ``places``."""
        each = c.shape[-2] // self.shape[0]
        groups = list(self.groups(c.nbytes // self.shape[0]))
        if len(groups) == 1:
            return as_columns(product(self.windows, c), 3)
        out = np.empty((*c.shape[:-2], self.shape[0] * places, c.shape[-1]), c.dtype)
        for view, first in groups:
            last = first + view.shape[0]
            part = product(view, c[..., first * each : last * each, :])
            out[..., first * places : last * places, :] = as_columns(part, 3)
        return out


@dataclass(frozen=True)
class AveragePool(Pooling):
    """The mean of the real places under the window."""

    kind: ClassVar[str] = "average_pool"

    @property
    def multiplications(self) -> int:
        return length(self.shape_out)

    def apply(self, W: Array, a: Array) -> Array:
        return self.in_groups(self._means, a, length(self.windows.counts))

    def adjoint(self, W: Array, delta: Array) -> Array:
        return self.in_groups(self._spread, delta, length(self.shape[1:]))

    def _means(self, view: Windows, a: Array) -> Array:
        z = reduced(view, a, np.add)
        z /= self.real.astype(z.real.dtype)
        return z

    def _spread(self, view: Windows, delta: Array) -> Array:
        images = delta.reshape(*delta.shape[:-2], view.shape[0], *view.counts, delta.shape[-1])
        each = images / self.real.astype(delta.real.dtype)
        padded = np.zeros((*each.shape[:-3], *view.padded_places, each.shape[-1]), each.dtype)
        seen = view.seen(padded)
        for i, j in view.taps():
            seen[..., :, i, j, :, :, :] += each
        return view.images(view.cropped(padded))


@dataclass(frozen=True)
class MaxPool(Pooling):
    """The maximum of the real places under the window: piecewise linear.

    `apply` finds maxima without their places, in a third of the time that the piece `at` takes.
    """

    kind: ClassVar[str] = "max_pool"

    def at(self, a: Array) -> Chosen:
        """Return the piece at ``a``: of equal maxima it takes the first, row by row."""
        count = length(self.windows.counts)
        place = np.empty((*a.shape[:-2], self.shape[0] * count, a.shape[-1]), np.intp)
        each = a.shape[-2] // self.shape[0]
        for view, first in self.groups(a.nbytes // self.shape[0]):
            last = first + view.shape[0]
            tap = first_maximum(view, a[..., first * each : last * each, :])
            images = place[..., first * count : last * count, :].reshape(tap.shape)
            np.take(self._steps, tap, out=images, mode="clip")
            images += self._corners[first:last]
        return Chosen(self, place)

    def apply(self, W: Array, a: Array) -> Array:
        return self.in_groups(
            lambda view, part: reduced(view, part, np.maximum, -np.inf),
            a,
            length(self.windows.counts),
        )

    @cached_property
    def _corners(self) -> NDArray[np.intp]:
        """The row of the first place of each window, (channels, height, width, 1)."""
        view = self.windows
        (top, _), (left, _) = view.padding
        i, j = (s * np.arange(n) for s, n in zip(view.stride, view.counts, strict=True))
        channel = np.arange(view.shape[0])[:, None, None] * length(view.places)
        return (channel + ((i - top) * view.shape[2])[:, None] + (j - left))[..., None]

    @cached_property
    def _steps(self) -> NDArray[np.intp]:
        """How many rows each place of a window is after its first place."""
        return np.array([i * self.windows.shape[2] + j for i, j in self.windows.taps()])


@dataclass(frozen=True, eq=False)
class Chosen(WithoutParameters):
    """A linear piece of ``pool``: each output is the input of the row ``place`` (..., n_out, N)."""

    pool: MaxPool
    place: NDArray[np.intp]

    @property
    def shape_in(self) -> Shape:
        return self.pool.shape_in

    @property
    def shape_out(self) -> Shape:
        return self.pool.shape_out

    def apply(self, W: Array, a: Array) -> Array:
        place = self._for(a.shape)
        N, n = a.shape[-1], a.shape[-2]
        if a.ndim == place.ndim == 2:
            return a.reshape(-1)[place * N + np.arange(N)]
        return np.take_along_axis(np.broadcast_to(a, (*place.shape[:-2], n, N)), place, axis=-2)

    def adjoint(self, W: Array, delta: Array) -> Array:
        place, N, n = self._for(delta.shape), delta.shape[-1], length(self.shape_in)
        out = np.zeros((*place.shape[:-2], n * N), delta.dtype)
        flat = np.broadcast_to(delta, place.shape)
        for lead in np.ndindex(place.shape[:-2]):
            index = place[lead] * N + np.arange(N)
            np.add.at(out[lead], index.ravel(), flat[lead].ravel())
        return out.reshape(*place.shape[:-2], n, N)

    def _for(self, shape: Shape) -> NDArray[np.intp]:
        """Return the places for arrays of a ``shape``, whose leading axes and N may be larger."""
        lead = np.broadcast_shapes(self.place.shape[:-2], shape[:-2])
        return np.broadcast_to(self.place, (*lead, self.place.shape[-2], shape[-1]))


@dataclass(frozen=True)
class Upsampling(Settings, WithoutParameters):
    """Each place of arrays of ``shape`` (channels, n) or (channels, height, width), repeated.

    ``factor`` has one number for each axis. Raises OptionError for numbers below 1.
    """

    kind: ClassVar[str] = "upsampling"
    shape: tuple[Count, ...]
    factor: tuple[Count, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.shape) < 2:
            raise OptionError(f"upsampling needs an axis after the channels, not {self.shape}")
        object.__setattr__(self, "factor", each_axis(self.factor, len(self.shape) - 1, "factor"))

    @property
    def shape_in(self) -> Shape:
        return self.shape

    @property
    def shape_out(self) -> Shape:
        places = zip(self.shape[1:], self.factor, strict=True)
        return (self.shape[0], *(n * f for n, f in places))

    def apply(self, W: Array, a: Array) -> Array:
        images = a.reshape(*a.shape[:-2], *self._split((1,) * len(self.factor)), a.shape[-1])
        shape = (*a.shape[:-2], *self._split(self.factor), a.shape[-1])
        return as_columns(np.broadcast_to(images, shape), 1 + 2 * len(self.factor))

    def adjoint(self, W: Array, delta: Array) -> Array:
        lead, N = delta.shape[:-2], delta.shape[-1]
        copies = delta.reshape(*lead, *self._split(self.factor), N)
        for axis in range(len(self.factor)):
            each = np.moveaxis(copies, len(lead) + 2 + axis, 0)
            copies = sum(each[1:], start=each[0])
        return as_columns(copies, 1 + len(self.factor))

    def _split(self, factor: Shape) -> Shape:
        """Return (channels, n_1, f_1, n_2, f_2, ...): places and their copies."""
        places = zip(self.shape[1:], factor, strict=True)
        return (self.shape[0], *(number for place in places for number in place))


@checked
def ceil_padding(
    places: tuple[Count, ...],
    size: tuple[Count, ...],
    stride: tuple[Count, ...],
    padding: tuple[NotNegativeInteger, ...],
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


def reduced(view: Windows, a: Array, reduce: np.ufunc, fill: float = 0.0) -> Array:
    """Return the sum or maximum (..., channels, height, width, N) of ``a`` under each window.

    First that of the rows of a window, then of its columns; ``fill`` stands in the padding.
    """
    (k_h, k_w), (s_h, s_w), (height, width) = view.size, view.stride, view.counts
    padded = view.padded(a, fill)
    rows = padded[..., : s_h * (height - 1) + 1 : s_h, :, :]
    if k_h > 1:
        rows = np.array(rows)
    for i in range(1, k_h):
        reduce(rows, padded[..., i : i + s_h * (height - 1) + 1 : s_h, :, :], out=rows)
    z = np.array(rows[..., : s_w * (width - 1) + 1 : s_w, :])
    for j in range(1, k_w):
        reduce(z, rows[..., j : j + s_w * (width - 1) + 1 : s_w, :], out=z)
    return z


def first_maximum(view: Windows, a: Array) -> NDArray[np.integer[Any]]:
    """Return which tap holds the maximum, for each window: the number of taps before it.

    It is that of a real place also where numbers are not finite, as in a training that diverges.
    NaN counts as the largest number, so that it does not vanish.
    """
    if not is_finite(a):
        least = float(np.finfo(a.dtype).min)
        a = np.nan_to_num(a, nan=np.inf, posinf=np.inf, neginf=least)
    padded = view.padded(a, -np.inf)
    return kernels.active().first_maximum(padded, view.size, view.stride, view.counts)
