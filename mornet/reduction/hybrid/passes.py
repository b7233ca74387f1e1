"""Passes through one half of a correction in buffers that are allocated once, for dense layers.

`mornet.nn.backprop` is the page to read; this is the same calculation for the many small steps of a
training. A half is a network whose input also needs a derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mornet.nn import Network
from mornet.nn.in_place import in_place
from mornet.records import Array


class Half:
    """Buffers for ``N`` samples of a dense ``network`` with a linear output layer.

    Arrays that it returns belong to it, and change with the next call.
    """

    def __init__(self, network: Network, N: int, dtype: Any) -> None:
        network.require_dense("a half of a correction")
        self.network = network
        self._forms = [in_place(block.sigma, np.dtype(dtype)) for block in network.blocks]
        widths = network.widths

        def columns(n: int) -> Array:
            return np.empty((N, n), dtype).T

        self._a = [columns(n) for n in widths[1:]]
        kept = zip(widths[1:], self._forms, strict=True)
        self._kept = [columns(n if form.keeps else 0) for n, form in kept]
        self._delta = [columns(n) for n in widths[:-1]]
        self._scratch = [columns(n) for n in widths[1:]]
        self._x = self._a[0]

    def forward(self, p: Array, x: Array) -> Array:
        """Return f_p(x) (n_L, N) for ``x`` (n_1, N), which stays as it is until `back`."""
        self._x = a = x
        for l, (W, b, _, _) in enumerate(self.network.layers(p)):
            z = self._a[l]
            np.matmul(W, a, out=z)
            self._forms[l].apply(z, b, self._kept[l])
            a = z
        return a

    def back(self, p: Array, delta: Array, g: Array) -> Array:
        """Write the gradient into ``g`` and return dC/dx, for the derivative ``delta`` by f."""
        layers, gradient = self.network.layers(p), self.network.layers(g)
        for l in reversed(range(len(layers))):
            if l < len(layers) - 1:
                self._forms[l].times_slope(delta, self._a[l], self._kept[l], self._scratch[l])
            a = self._a[l - 1] if l else self._x
            np.matmul(delta, a.T, out=gradient[l].W)  # (4)
            if (b := gradient[l].b) is not None:
                np.add.reduce(delta, axis=1, out=b)  # (3)
            np.matmul(layers[l].W.T, delta, out=self._delta[l])  # (2)
            delta = self._delta[l]
        return delta
