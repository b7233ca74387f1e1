"""Layers that only the tests have. The Lemma must hold for them without a change."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.nn.layers import LayerMap, as_columns


@dataclass(frozen=True)
class Convolution1D(LayerMap):
    """A kernel W (c_out, c_in, k) with a stride, over the last axis of (c_in, n), no padding."""

    kind: ClassVar[str] = "test_convolution"
    channels: tuple[int, int]  # in, out
    n: int
    size: int
    stride: int

    @property
    def shape_in(self):
        return self.channels[0], self.n

    @property
    def shape_out(self):
        return self.channels[1], (self.n - self.size) // self.stride + 1

    @property
    def W_shape(self):
        return self.channels[1], self.channels[0], self.size

    @property
    def multiplications(self):
        return self.channels[0] * self.channels[1] * self.size * self.shape_out[1]

    def _seen(self, a):
        """The inputs (..., c_in, k, m, N) under the kernel at each of its m places."""
        a = a.reshape(*a.shape[:-2], *self.shape_in, a.shape[-1])
        places = self.stride * np.arange(self.shape_out[1])
        return a[..., np.arange(self.size)[:, None] + places, :]

    def _folded(self, delta):
        return delta.reshape(*delta.shape[:-2], *self.shape_out, delta.shape[-1])

    def apply(self, W, a):
        z = np.einsum("...oik,...ikmN->...omN", W, self._seen(a))
        return as_columns(z, 2)

    def adjoint(self, W, delta):
        each = np.einsum("...oik,...omN->...ikmN", W, self._folded(delta))
        a = np.zeros((*each.shape[:-4], *self.shape_in, delta.shape[-1]), each.dtype)
        for k in range(self.size):
            for m in range(self.shape_out[1]):
                a[..., k + self.stride * m, :] += each[..., k, m, :]
        return as_columns(a, 2)

    def outer(self, delta, a):
        return np.einsum("...omN,...ikmN->...oik", self._folded(delta), self._seen(a))


@dataclass(frozen=True)
class Average(LayerMap):
    """The means of neighbouring pairs, over the last axis of (c, n): a layer without parameters."""

    kind: ClassVar[str] = "test_average"
    channels: int
    n: int

    W_shape = (0,)

    @property
    def shape_in(self):
        return self.channels, self.n

    @property
    def shape_out(self):
        return self.channels, self.n // 2

    @property
    def multiplications(self):
        return self.channels * self.n

    def apply(self, W, a):
        pairs = a.reshape(*a.shape[:-2], self.channels * self.n // 2, 2, a.shape[-1])
        return pairs.mean(axis=-2)

    def adjoint(self, W, delta):
        return np.repeat(delta, 2, axis=-2) / 2

    def outer(self, delta, a):
        lead = np.broadcast_shapes(delta.shape[:-2], a.shape[:-2])
        return np.zeros((*lead, 0), np.result_type(delta, a))


@dataclass(frozen=True)
class Maximum(LayerMap):
    """The larger of neighbouring pairs: piecewise linear, without parameters."""

    kind: ClassVar[str] = "test_maximum"
    channels: int
    n: int

    W_shape = (0,)
    shape_in = Average.shape_in
    shape_out = Average.shape_out
    multiplications = 0

    def at(self, a):
        pairs = a.reshape(*a.shape[:-2], self.channels * self.n // 2, 2, a.shape[-1])
        return Choice(self.channels, self.n, pairs[..., 0, :] < pairs[..., 1, :])

    def apply(self, W, a):
        return self.at(a).apply(W, a)


@dataclass(frozen=True, eq=False)
class Choice(LayerMap):
    """One linear piece of `Maximum`: whether the ``second`` entry of each pair is the larger."""

    channels: int
    n: int
    second: np.ndarray

    W_shape = (0,)
    shape_in = Average.shape_in
    shape_out = Average.shape_out
    outer = Average.outer
    multiplications = 0

    def apply(self, W, a):
        pairs = a.reshape(*a.shape[:-2], self.channels * self.n // 2, 2, a.shape[-1])
        return np.where(self.second, pairs[..., 1, :], pairs[..., 0, :])

    def adjoint(self, W, delta):
        pairs = np.stack([delta * ~self.second, delta * self.second], axis=-2)
        return as_columns(pairs, 2)
