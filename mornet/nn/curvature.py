"""Second derivatives: the R-operator, and the Jacobian of the outputs by batched backward passes.

The R-operator R{.} = d/de at e = 0 of the quantity at p + e v, applied to every line of the Lemma
(B. A. Pearlmutter, Neural Computation 6(1), 1994), gives the exact Hessian-vector product for the
work of about two gradients. Directions may be stacked: v (K, P) gives K products at once, so that
the identity gives the Hessian.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from mornet.nn.backprop import ForwardPass, back_propagate, forward_pass
from mornet.nn.layers import Dense, LayerMap, gather, product_rule, spread
from mornet.nn.network import Layer, Network
from mornet.records import Array


def r_forward(
    layers: Sequence[Layer],
    direction: Sequence[Layer],
    passed: ForwardPass,
    Rx: Array | None = None,
) -> tuple[list[Array], list[Array]]:
    """Return R{z} and R{a} of all layers, each (..., n_l, N), for the direction(s) v.

    The inputs move by ``Rx`` (n_1, N), or stay.
    """
    Rz: list[Array] = []
    Ra: list[Array] = [np.zeros_like(passed.a[0]) if Rx is None else Rx]
    for l, (layer, change) in enumerate(zip(layers, direction, strict=True)):
        linear = passed.maps[l]
        at, moved = (layer.W, passed.a[l]), (change.W, Ra[l])
        Rz.append(product_rule(linear.apply, at, moved))
        if change.b is not None:
            Rz[l] = Rz[l] + spread(change.b, Rz[l].shape[-2])
        Ra.append(passed.slope(layers, l) * Rz[l])
    return Rz, Ra


def hessian_vector(
    layers: Sequence[Layer],
    direction: Sequence[Layer],
    passed: ForwardPass,
    dC_da: Array,
    bent: Callable[[Array], Array],
    product: Sequence[Layer],
) -> None:
    """Write the product of the Hessian of sum_i w_i C_i with v into the views ``product``.

    ``dC_da`` (n_L, N) is the derivative of w_i C_i by the output, and ``bent`` maps R{a^[L]} to
    R{dC_da}: for half the squared norm these are w (a - y) and w R{a}.
    """
    Rz, Ra = r_forward(layers, direction, passed)
    z, a = passed.z, passed.a
    back: Array = dC_da  # the factor of sigma'(z) in (1) and (2)
    Rback: Array = bent(Ra[-1])
    for l in reversed(range(len(layers))):
        slope, linear = passed.slope(layers, l), passed.maps[l]
        bend = layers[l].sigma.second_derivative(z[l], a[l + 1])
        delta = slope * back  # (1), (2)
        Rdelta = slope * Rback + bend * Rz[l] * back
        if (b := product[l].b) is not None:
            gather(Rdelta, out=b)  # R{(3)}
        product[l].W[...] = linear.outer(Rdelta, a[l]) + linear.outer(delta, Ra[l])  # R{(4)}
        if l > 0:
            at, moved = (layers[l].W, delta), (direction[l].W, Rdelta)
            back = linear.adjoint(*at)
            Rback = product_rule(linear.adjoint, at, moved)  # R{(2)}


def gauss_newton_vector(
    layers: Sequence[Layer],
    direction: Sequence[Layer],
    passed: ForwardPass,
    bent: Callable[[Array], Array],
    product: Sequence[Layer],
) -> None:
    """Write J^T B J v into the views ``product``, for the Jacobian J of the outputs.

    J v is R{a^[L]}, and the Lemma applies J^T to dC/da. J is not formed (N. N. Schraudolph, Neural
    Computation 14(7), 2002). ``bent`` is the product with B, the Hessian of the losses by the
    outputs: w R{a} for half the squared norm. v may be stacked.
    """
    _, Ra = r_forward(layers, direction, passed)
    back_propagate(layers, passed, bent(Ra[-1]), product)


def output_jacobian(
    net: Network, p: Array, x: Array, scale: Array | None = None, out: Array | None = None
) -> Array:
    """Return J (N n_L, P), the derivative of the outputs, sample after sample, by p.

    All n_L backward passes (delta started from the unit vectors) run at once, for all samples.
    The rows of sample i are multiplied by ``scale`` (N,) if given. J is written to ``out`` if that
    is given: an array of zeros with contiguous columns, as the result has them.
    """
    layers = net.layers(p)
    passed = forward_pass(layers, x)
    n_out, N = passed.a[-1].shape
    J = np.zeros((net.size, N * n_out), p.dtype).T if out is None else out
    slope = output_slope(layers, passed, scale)
    delta = np.tile(np.eye(n_out, dtype=p.dtype), N) * slope.ravel()
    pairs = partial(np.repeat, repeats=n_out, axis=1)
    views = net.layers(J)
    if isinstance(layers[-1].map, Dense):
        _last_rows(net.layers(J.reshape(N, n_out, net.size))[-1], slope, passed.a[-2])
    else:
        _write_pairs(layers[-1].map, delta, pairs(passed.a[-2]), views[-1])
    hidden_jacobian(layers, passed, delta, pairs, views[:-1])
    return J


def output_slope(layers: Sequence[Layer], passed: ForwardPass, scale: Array | None = None) -> Array:
    """Return scale_i sigma'(z^[L]_k) (N, n_L): delta^[L] of sample i started from unit vector k."""
    slope = passed.slope(layers, len(layers) - 1)
    return (slope if scale is None else slope * scale).T


def _last_rows(last: Layer, delta: Array, a: Array) -> None:
    """Write the derivative of output k by row k of a dense last layer; all others are zero.

    ``last`` are views (N, n_L, W_shape) of zeros, ``delta`` (N, n_L) the slopes, ``a`` (n, N) the
    inputs of the layer.
    """
    np.multiply(delta.T[:, None], a, out=np.einsum("nkkm->kmn", last.W))
    if last.b is not None:
        np.einsum("nkk->nk", last.b)[...] = delta


def hidden_jacobian(
    layers: Sequence[Layer],
    passed: ForwardPass,
    delta: Array,
    pairs: Callable[[Array], Array],
    views: Sequence[Layer],
) -> None:
    """Write the derivative of the outputs by the parameters of all layers but the last.

    This is the Lemma with one column for each of the N n_L pairs of a sample and an output, and
    without the sums in (3) and (4). ``delta`` (n_L, N n_L) are the deltas of the last layer.
    ``pairs`` maps an array (n, N) of samples to the array (n, N n_L) of pairs. ``views`` are the
    layers of an array (N n_L, P_hidden). Its columns should be contiguous, because then every entry
    of W is one long product.
    """
    for l in reversed(range(len(layers) - 1)):
        above = layers[l + 1]
        linear = above.map if isinstance(above.map, Dense) else above.map.at(pairs(passed.a[l + 1]))
        delta = linear.adjoint(above.W, delta)
        delta *= pairs(passed.slope(layers, l))  # (2)
        _write_pairs(layers[l].map, delta, pairs(passed.a[l]), views[l])


def _write_pairs(layer_map: LayerMap, delta: Array, a: Array, view: Layer) -> None:
    """Write (3) and (4) for each column of ``delta`` (n_out, M) and ``a`` (n_in, M) by itself."""
    if isinstance(layer_map, Dense):
        np.multiply(delta[:, None], a, out=np.moveaxis(view.W, 0, -1))  # (4)
    else:
        columns, inputs = delta.T[..., None], a.T[..., None]
        view.W[...] = layer_map.at(inputs).outer(columns, inputs)
    if view.b is not None:
        gather(delta.T[..., None], out=view.b)  # (3)
