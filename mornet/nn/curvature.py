"""Second derivatives: the R-operator, and the Jacobian of the outputs by batched backward passes.

The R-operator R{.} = d/de at e = 0 of the quantity at p + e v, applied to every line of the Lemma
(B. A. Pearlmutter, Neural Computation 6(1), 1994), gives the exact Hessian-vector product at the
price of about two gradients. Directions may be stacked: v (K, P) gives K products at once, so that
the identity gives the Hessian.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

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


def gauss_newton_vector(
    layers: Sequence[Layer],
    direction: Sequence[Layer],
    passed: ForwardPass,
    weights: Array,
    product: Sequence[Layer],
) -> None:
    """Write J^T diag(w) J v into the views ``product``, for the Jacobian J of the outputs.

    J v is R{a^[L]}, and J^T what the Lemma applies to dC/da: no J is formed
    (N. N. Schraudolph, Neural Computation 14(7), 2002). ``weights`` w (N,); v may be stacked.
    """
    _, Ra = r_forward(layers, direction, passed)
    back = weights * Ra[-1]
    for l in reversed(range(len(layers))):
        delta = passed.slope(layers, l) * back  # (1), (2)
        if product[l].b is not None:
            np.sum(delta, axis=-1, out=product[l].b)  # (3)
        product[l].W[...] = delta @ passed.a[l].T  # (4)
        if l > 0:
            back = layers[l].W.T @ delta


def output_jacobian(
    net: Network, p: Array, x: Array, scale: Array | None = None, out: Array | None = None
) -> Array:
    """Return J (N n_L, P), the derivative of the outputs, sample after sample, by p.

    All n_L backward passes (delta started from the unit vectors) run at once, for all samples.
    The rows of sample i are multiplied by ``scale`` (N,) if given. J is written to ``out`` if that
    is given: zeros, of which those of W^[L] stay (output k depends on its row k alone), with
    contiguous columns, as those of the result are.
    """
    layers = net.layers(p)
    passed = forward_pass(layers, x)
    n_out, N = passed.a[-1].shape
    J = np.zeros((net.size, N * n_out), p.dtype).T if out is None else out
    W, b, _ = net.layers(J.reshape(N, n_out, net.size))[-1]
    delta = output_slope(layers, passed, scale)
    np.multiply(delta.T[:, None], passed.a[-2], out=np.einsum("nkkm->kmn", W))
    if b is not None:
        np.einsum("nkk->nk", b)[...] = delta
    start = np.tile(np.eye(n_out, dtype=p.dtype), N) * delta.ravel()
    pairs = partial(np.repeat, repeats=n_out, axis=1)
    hidden_jacobian(layers, passed, start, pairs, net.layers(J)[:-1])
    return J


def output_slope(layers: Sequence[Layer], passed: ForwardPass, scale: Array | None = None) -> Array:
    """Return scale_i sigma'(z^[L]_k) (N, n_L): delta^[L] of sample i started from unit vector k."""
    slope = passed.slope(layers, len(layers) - 1)
    return (slope if scale is None else slope * scale).T


def hidden_jacobian(
    layers: Sequence[Layer],
    passed: ForwardPass,
    delta: Array,
    pairs: Callable[[Array], Array],
    views: Sequence[Layer],
) -> None:
    """Write the derivative of the outputs by the parameters of all layers but the last.

    The Lemma with a column for each of N n_L pairs of a sample and an output, and without the sums
    in (3) and (4). ``delta`` (n_L, N n_L) are the deltas of the last layer; ``pairs`` returns for
    an array (n, N) that of the pairs; ``views`` are the layers of an array (N n_L, P_hidden), whose
    columns should be contiguous: then every entry of W is one long product.
    """
    for l in reversed(range(len(layers) - 1)):
        delta = layers[l + 1].W.T @ delta
        delta *= pairs(passed.slope(layers, l))  # (2)
        W, b, _ = views[l]
        np.multiply(delta[:, None], pairs(passed.a[l]), out=np.moveaxis(W, 0, -1))  # (4)
        if b is not None:
            b[...] = delta.T  # (3)
