"""Back propagation: the Lemma of C. F. Higham and D. J. Higham, line by line.

With z^[l] = W^[l] a^[l-1] + b^[l], delta^[l]_j = dC / dz^[l]_j and " . " entry by entry,

    delta^[L] = sigma'(z^[L]) . (a^[L] - y)                                (1)
    delta^[l] = sigma'(z^[l]) . (W^[l+1])^T delta^[l+1],  2 <= l <= L-1    (2)
    dC / db^[l]_j  = delta^[l]_j                                           (3)
    dC / dw^[l]_jk = delta^[l]_j a^[l-1]_k                                 (4)

(Deep Learning: An Introduction for Applied Mathematicians, SIAM Review 61(4), 2019, Section 5).
Samples are columns: for a batch the right-hand sides of (3) and (4) are summed over the columns,
which in (4) is one matrix product. In numerical analysis delta is the adjoint state and (2) the
adjoint equation.

The Lemma holds for every linear part W a of a layer (`mornet.nn.layers`), with W^T delta and
delta a^T as its two adjoints.

Lists count from zero: ``a[0]`` is a^[1] = x, ``z[0]`` is z^[2], ``layers[0]`` holds W^[2], b^[2].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mornet.nn.layers import LayerMap, gather
from mornet.nn.network import Layer
from mornet.records import Array


class ForwardPass(NamedTuple):
    """The results of a forward pass that the backward pass needs: all z^[l] and a^[l].

    ``maps`` are the linear parts of the layers, at the inputs that they saw.
    """

    z: list[Array]
    a: list[Array]
    maps: list[LayerMap]

    def slope(self, layers: Sequence[Layer], l: int) -> Array:
        """Return sigma'(z) of layer ``l``."""
        return layers[l].sigma.derivative(self.z[l], self.a[l + 1])

    def times_slope(self, layers: Sequence[Layer], l: int, v: Array) -> Array:
        """Return sigma'(z) . v for layer ``l`` and ``v`` (..., n_l, N)."""
        return v if layers[l].sigma.name == "identity" else self.slope(layers, l) * v


def forward_pass(layers: Sequence[Layer], x: Array) -> ForwardPass:
    """Return all z and a for a batch ``x`` (n_1, N): a^[1], z^[2] -> a^[2], ..., a^[L]."""
    z: list[Array] = []
    a: list[Array] = [x]
    maps: list[LayerMap] = []
    for layer in layers:
        maps.append(layer.map.at(a[-1]))
        z.append(layer._replace(map=maps[-1]).pre_activation(a[-1]))
        a.append(layer.sigma.value(z[-1]))
    return ForwardPass(z, a, maps)


def back_propagate(
    layers: Sequence[Layer], passed: ForwardPass, dC_da: Array, gradient: Sequence[Layer]
) -> Array:
    """Return delta^[2], and write the gradient of sum_i C_i into ``gradient``.

    ``gradient`` is ``Network.layers(g)``. ``dC_da`` (n_L, N) is the derivative of the loss of each
    sample by the output, a^[L] - y for half the squared norm. K derivatives may be stacked,
    (K, n_L, N) with g (K, P); each has its own gradient. `input_gradient` continues to dC/dx.
    """
    delta = passed.times_slope(layers, len(layers) - 1, dC_da)  # (1)
    for l in reversed(range(len(layers))):
        W, linear = layers[l].W, passed.maps[l]
        if (b := gradient[l].b) is not None:
            gather(delta, out=b)  # (3)
        gradient[l].W[...] = linear.outer(delta, passed.a[l])  # (4)
        if l > 0:
            delta = passed.times_slope(layers, l - 1, linear.adjoint(W, delta))  # (2)
    return delta


def input_gradient(layers: Sequence[Layer], passed: ForwardPass, delta: Array) -> Array:
    """Return dC/dx = (W^[2])^T delta^[2] (n_1, N): (2) once more, without a slope."""
    return passed.maps[0].adjoint(layers[0].W, delta)
