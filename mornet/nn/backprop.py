"""Back propagation: the Lemma of the talk, line by line.

With z^[l] = W^[l] a^[l-1] + b^[l], delta^[l]_j = dC / dz^[l]_j and " . " entry by entry,

    delta^[L] = sigma'(z^[L]) . (a^[L] - y)                                (1)
    delta^[l] = sigma'(z^[l]) . (W^[l+1])^T delta^[l+1],  2 <= l <= L-1    (2)
    dC / db^[l]_j  = delta^[l]_j                                           (3)
    dC / dw^[l]_jk = delta^[l]_j a^[l-1]_k                                 (4)

(C. F. Higham and D. J. Higham, Deep Learning: An Introduction for Applied Mathematicians, SIAM
Review 61(4), 2019, Section 5). Samples are columns: for a batch the right-hand sides of (3) and (4)
are summed over the columns, which in (4) is one matrix product. In numerical analysis delta is the
adjoint state and (2) the adjoint equation.

Lists count from zero: ``a[0]`` is a^[1] = x, ``z[0]`` is z^[2], ``layers[0]`` holds W^[2], b^[2].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mornet.nn.network import Layer
from mornet.records import Array


class ForwardPass(NamedTuple):
    """What the forward pass leaves for the backward pass."""

    z: list[Array]
    a: list[Array]

    def slope(self, layers: Sequence[Layer], l: int) -> Array:
        """Return sigma'(z) of layer ``l``."""
        return layers[l].sigma.derivative(self.z[l], self.a[l + 1])


def forward_pass(layers: Sequence[Layer], x: Array) -> ForwardPass:
    """Return all z and a for a batch ``x`` (n_1, N): a^[1], z^[2] -> a^[2], ..., a^[L]."""
    z: list[Array] = []
    a: list[Array] = [x]
    for W, b, sigma in layers:
        z.append(W @ a[-1] if b is None else W @ a[-1] + b[:, None])
        a.append(sigma.value(z[-1]))
    return ForwardPass(z, a)


def back_propagate(
    layers: Sequence[Layer], passed: ForwardPass, dC_da: Array, gradient: Sequence[Layer]
) -> None:
    """Write the gradient of sum_i C_i into the views ``gradient`` (``Network.layers(g)``).

    ``dC_da`` (n_L, N) is the derivative of each sample's cost by the output: a - y for the talk's.
    """
    _, a = passed
    delta = passed.slope(layers, len(layers) - 1) * dC_da  # (1)
    for l in reversed(range(len(layers))):
        if gradient[l].b is not None:
            np.sum(delta, axis=1, out=gradient[l].b)  # (3)
        np.matmul(delta, a[l].T, out=gradient[l].W)  # (4)
        if l > 0:
            delta = passed.slope(layers, l - 1) * (layers[l].W.T @ delta)  # (2)
