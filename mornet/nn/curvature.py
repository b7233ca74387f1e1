"""Second derivatives: the R-operator, and the Jacobian of the outputs by batched backward passes.

The R-operator R{.} = d/de at e = 0 of the quantity at p + e v, applied to every line of the Lemma
(B. A. Pearlmutter, Neural Computation 6(1), 1994), gives the exact Hessian-vector product at the
price of about two gradients. Directions may be stacked: v (K, P) gives K products at once, so that
the identity gives the Hessian.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mornet.nn.backprop import ForwardPass, forward_pass
from mornet.nn.network import Layer, Network
from mornet.records import Array


def r_forward(
    layers: Sequence[Layer], direction: Sequence[Layer], passed: ForwardPass
) -> tuple[list[Array], list[Array]]:
    """Return R{z} and R{a} of all layers, each (..., n_l, N), for the direction(s) v."""
    Rz: list[Array] = []
    Ra: list[Array] = [np.zeros_like(passed.a[0])]
    for l, ((W, _, _), (RW, Rb, _)) in enumerate(zip(layers, direction, strict=True)):
        Rz.append(RW @ passed.a[l] + W @ Ra[l])
        if Rb is not None:
            Rz[l] += Rb[..., None]
        Ra.append(passed.slope(layers, l) * Rz[l])
    return Rz, Ra


def hessian_vector(
    layers: Sequence[Layer],
    direction: Sequence[Layer],
    passed: ForwardPass,
    dC_da: Array,
    weights: Array,
    product: Sequence[Layer],
) -> None:
    """Write the product of the Hessian of sum_i w_i C_i with v into the views ``product``.

    C is half the squared norm: ``dC_da`` = w (a - y), so R{dC_da} = w R{a}; ``weights`` w (N,).
    """
    Rz, Ra = r_forward(layers, direction, passed)
    z, a = passed
    back, Rback = dC_da, weights * Ra[-1]  # what (1) and (2) multiply with sigma'(z)
    for l in reversed(range(len(layers))):
        slope = passed.slope(layers, l)
        bend = layers[l].sigma.second_derivative(z[l], a[l + 1])
        delta = slope * back  # (1), (2)
        Rdelta = slope * Rback + bend * Rz[l] * back
        if product[l].b is not None:
            np.sum(Rdelta, axis=-1, out=product[l].b)  # R{(3)}
        product[l].W[...] = Rdelta @ a[l].T + delta @ np.swapaxes(Ra[l], -1, -2)  # R{(4)}
        if l > 0:
            back = layers[l].W.T @ delta
            Rback = np.swapaxes(direction[l].W, -1, -2) @ delta + layers[l].W.T @ Rdelta


def output_jacobian(net: Network, p: Array, x: Array) -> Array:
    """Return J (N n_L, P), the derivative of the outputs, sample after sample, by p.

    All n_L backward passes (delta started from the unit vectors) run at once, for all samples.
    """
    layers = net.layers(p)
    passed = forward_pass(layers, x)
    n_out, N = passed.a[-1].shape
    J = np.empty((N, n_out, net.size), dtype=p.dtype)
    delta = np.eye(n_out, dtype=p.dtype)[:, :, None] * passed.slope(layers, len(layers) - 1)
    for l, (W, b, _) in reversed(list(enumerate(net.layers(J)))):
        np.einsum("kjn,mn->nkjm", delta, passed.a[l], out=W)  # (4), outputs k apart
        if b is not None:
            b[...] = np.moveaxis(delta, -1, 0)  # (3)
        if l > 0:
            delta = passed.slope(layers, l - 1) * (layers[l].W.T @ delta)  # (2)
    return J.reshape(N * n_out, net.size)
