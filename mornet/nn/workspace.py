"""Back propagation in buffers that are allocated once, for dense layers.

The page to read is `mornet.nn.backprop`; this module does the same calculation for training loops.
Every buffer holds samples as contiguous columns, so that ``np.matmul`` hands it to BLAS as it is.
The gradient is written straight into g. The weights w_i of the samples (1/N unless they differ) are
multiplied where the output layer is narrow. Where it is wide, delta^[L] is as large as the data:
then (3) and (4) of the Lemma take w and w a^[L-1] for the last layer, and delta^[L-1] is multiplied
by w.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from mornet import kernels
from mornet.kernels.blas import (
    columns_at_once,
    multiply,
    multiply_transposed,
    pieces,
    subtract_product,
)
from mornet.nn.in_place import in_place
from mornet.nn.network import Layer, Network
from mornet.records import Array, Indices

# From this number of samples on, the products take most of the time. For a tall delta a^T OpenBLAS
# 0.3 (AVX-512, float64) is 10 to 30 per cent faster with a delta^T and a transposing copy.
MANY = 400


class Workspace:
    """Buffers for ``N`` samples of ``net`` at a time; not for two threads at once.

    It serves networks of dense layers, with any activations; OptionError for another network.
    Between calls a workspace keeps no result, only memory. The arrays that it returns belong to it
    and change with the next call.
    """

    def __init__(self, net: Network, N: int, dtype: np.dtype[Any]) -> None:
        net.require_dense("a workspace")
        self.net, self.N, self.dtype = net, N, dtype
        self.w = np.full(N, 1 / N, dtype)
        self._ones = np.ones(N, dtype)
        self._forms = [in_place(block.sigma, dtype) for block in net.blocks]
        self._linear = net.activations[-1] == "identity"
        widths = net.widths
        self._size = [columns_at_once(m, n, N) for n, m in pairwise(widths)]
        self._a = [self._columns(n) for n in widths[1:]]
        self._kept = [
            self._columns(n if form.keeps else 0)
            for n, form in zip(widths[1:], self._forms, strict=True)
        ]
        self._delta = [self._columns(n) for n in widths[1:-1]]
        self._delta.append(self._a[-1] if self._linear else self._columns(widths[-1]))
        self._narrow = widths[-1] <= widths[-2]
        self._weighted = self._columns(0 if self._narrow else widths[-2])
        wide = max(widths[1:-1] if self._linear else widths[1:], default=0)
        scratch = np.empty(wide * N, dtype)
        self._scratch = [scratch[: n * N].reshape(N, n).T if n <= wide else scratch
                         for n in widths[1:]]  # fmt: skip
        self._x = self._y = self._columns(0)
        self._views: dict[str, tuple[Array, Sequence[Layer]]] = {}

    def gather(self, x: Array, y: Array, batch: Indices) -> tuple[Array, Array]:
        """Return the columns ``batch`` of x and y, in buffers; indices must be in range."""
        if self._x.size == 0:
            self._x = self._columns(x.shape[0])
            self._y = self._x if y is x else self._columns(y.shape[0])
        np.take(x.T, batch, axis=0, out=self._x.T, mode="clip")  # "raise" makes one more copy
        if y is not x:
            np.take(y.T, batch, axis=0, out=self._y.T, mode="clip")
        return self._x, self._y

    def value(self, p: Array, x: Array, y: Array, w: Array | None = None) -> float:
        """Return sum_i w_i 1/2 ||f(x_i; p) - y_i||^2, with w_i = 1/N unless given."""
        return self._value(self._forward(self._layers("p", p), x, y), w)

    def gradient(self, p: Array, x: Array, y: Array, g: Array, w: Array | None = None) -> None:
        """Write the gradient of `value` by p into ``g``."""
        self._back_propagate(p, self._forward(self._layers("p", p), x, y), x, g, w)

    def value_and_gradient(
        self, p: Array, x: Array, y: Array, g: Array, w: Array | None = None
    ) -> float:
        """Return `value` and write its gradient into ``g``, from one forward pass."""
        misfit = self._forward(self._layers("p", p), x, y)
        value = self._value(misfit, w)
        self._back_propagate(p, misfit, x, g, w)
        return value

    def descend(self, p: Array, x: Array, y: Array, eta: float, w: Array | None = None) -> None:
        """Do p <- p - eta times the gradient of `value`, each product added straight to its W.

        For small batches, writing and reading the gradient takes as long as computing it. For
        `MANY` samples or more this step is not faster than one with the gradient.
        """
        layers = self._layers("p", p)
        misfit = self._forward(layers, x, y)
        for l, delta, a, weights in self._adjoints(layers, misfit, x, w):
            W, b = layers[l].W, layers[l].b
            if b is not None:
                b -= eta * np.dot(delta, weights)  # (3)
            for of in pieces(self.N, self._size[l]):
                subtract_product(W, eta, delta[:, of], a[:, of])  # (4)

    def _value(self, misfit: Array, w: Array | None) -> float:
        squares = np.einsum("jn,jn->n", misfit, misfit)
        return 0.5 * float(np.dot(squares, self.w if w is None else w))

    def _back_propagate(self, p: Array, misfit: Array, x: Array, g: Array, w: Array | None) -> None:
        gradient = self._layers("g", g)
        for l, delta, a, weights in self._adjoints(self._layers("p", p), misfit, x, w):
            if gradient[l].b is not None:
                np.dot(delta, weights, out=gradient[l].b)  # (3)
            self._product(l, delta, a, gradient[l].W)  # (4)

    def _adjoints(
        self, layers: Sequence[Layer], misfit: Array, x: Array, w: Array | None
    ) -> Iterator[tuple[int, Array, Array, Array]]:
        """Yield l, delta, a, weights from the last layer to the first, for (3) and (4).

        dC/dW = delta a^T and dC/db = delta weights. When layer l is yielded, its W and b are no
        longer needed and may be overwritten. ``misfit`` is overwritten.
        """
        last = len(layers) - 1
        scale = 1 / self.N if w is None else w
        delta = misfit
        if not self._linear:
            self._times_slope(last, delta)  # (1)
        if self._narrow:
            delta *= scale
        for l in reversed(range(len(layers))):
            here, a, weights = delta, self._a[l - 1] if l else x, self._ones
            if l > 0:
                delta = self._delta[l - 1]
                multiply(layers[l].W.T, here, delta, self._size[l])  # (2)
                if l == last and not self._narrow:
                    delta *= scale
                self._times_slope(l - 1, delta)
            if l == last and not self._narrow:
                a, weights = np.multiply(a, scale, out=self._weighted), self.w if w is None else w
            yield l, here, a, weights

    def _product(self, l: int, delta: Array, a: Array, out: Array) -> None:
        """Write delta a^T into ``out``, as the transpose of a delta^T if that is faster."""
        m, n = out.shape
        if self._size[l] < self.N:
            multiply_transposed(delta, a, out, self._size[l])
        elif self.dtype == np.float64 and self.N >= MANY and m >= 4 * n:
            out[...] = np.matmul(a, delta.T).T
        else:
            np.matmul(delta, a.T, out=out)

    def _forward(self, layers: Sequence[Layer], x: Array, y: Array) -> Array:
        """Return a^[L] - y. All a^[l] stay in their buffers, but not a^[L] of a linear layer."""
        a = x
        with np.errstate(over="ignore"):
            for l, (W, b, _, _) in enumerate(layers):
                z = self._a[l]
                multiply(W, a, z, self._size[l])
                if l == len(layers) - 1 and self._linear:
                    kernels.active().output_misfit(z, b, y)
                    return z
                self._forms[l].apply(z, b, self._kept[l])
                a = z
        return np.subtract(a, y, out=self._delta[-1])

    def _times_slope(self, l: int, delta: Array) -> None:
        self._forms[l].times_slope(delta, self._a[l], self._kept[l], self._scratch[l])

    def _layers(self, name: str, vector: Array) -> Sequence[Layer]:
        """Return ``net.layers(vector)``, remembered while the vector is the same array."""
        known = self._views.get(name)
        if known is None or known[0] is not vector:
            known = self._views[name] = vector, self.net.layers(vector)
        return known[1]

    def _columns(self, n: int) -> Array:
        return np.empty((self.N, n), self.dtype).T
