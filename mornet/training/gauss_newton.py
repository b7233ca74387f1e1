"""The Gauss-Newton matrix J^T J without J: blocks of samples, and the structure of the last layer.

Output k depends on row k of a dense last layer alone. With [A 1] (N, q), the inputs of that layer
beside ones for its bias, and sigma'_k its slopes,

    J_kk = diag(sigma'_k) [A 1],    G_kk = J_kk^T J_kk,    G_kj = 0 for two outputs k != j.

For a linear layer this is G_LL = I (x) [A 1]^T [A 1]. Only the columns of the hidden layers need a
symmetric rank-k update; the cross blocks are one small product for each output. Any other last
layer takes whole rows of J.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from mornet.errors import OptionError
from mornet.nn.backprop import forward_pass
from mornet.nn.curvature import hidden_jacobian, output_jacobian, output_slope
from mornet.nn.layers import Dense
from mornet.nn.network import Network
from mornet.records import Array, Indices


def gauss_newton(
    net: Network, p: Array, x: Array, y: Array, w: Array, max_bytes: int
) -> tuple[Array, Array]:
    """Return G = J^T J (P, P) and J^T R (P,) of R = sqrt(w_i) (f(x_i; p) - y_i), ``w`` (N,).

    Beside G and J^T R at most ``max_bytes`` are in use at a time. A last layer that is not dense
    takes whole rows of J, and the temporaries of its products are not counted. Raises OptionError
    if ``max_bytes`` does not suffice for one sample.
    """
    if not isinstance(net.blocks[-1].map, Dense):
        return _by_whole_rows(net, p, x, y, w, max_bytes)
    from scipy.linalg.blas import get_blas_funcs

    P, q = net.size, last_layer_columns(net).shape[1]
    h = P - last_layer_columns(net).size
    columns = h + last_layer_columns(net)
    layers = net.layers(p)
    g = np.zeros(P, p.dtype)
    # The hidden block is accumulated in the first h^2 places of the memory of G, because the BLAS
    # needs it contiguous. Its columns are moved to their places at the end. The columns h, h+1, ...
    # of G lie after these places.
    memory = np.zeros(P * P, p.dtype)
    G, G_hh = memory.reshape((P, P), order="F"), memory[: h * h].reshape((h, h), order="F")
    syrk = get_blas_funcs("syrk", dtype=p.dtype)
    block = block_size(net, p.itemsize, max_bytes)
    n_out = net.widths[-1]
    hidden = np.empty(h * n_out * min(block, x.shape[1]), p.dtype)
    for of in _blocks(x.shape[1], block):
        passed = forward_pass(layers, x[:, of])
        root = np.sqrt(w[of])
        R = (passed.a[-1] - y[:, of]) * root
        delta = output_slope(layers, passed, root)
        A1 = np.ones((len(root), q), p.dtype)
        A1[:, : net.widths[-2]] = passed.a[-2].T
        J_h = hidden[: h * delta.size].reshape(h, delta.size).T  # its rows are sorted by outputs
        if h:
            start = np.repeat(np.eye(n_out, dtype=p.dtype), len(root), axis=1) * delta.T.ravel()
            pairs = partial(np.tile, reps=n_out)
            views = net.split(net.depth - 1)[0].layers(J_h)
            hidden_jacobian(layers, passed, start, pairs, views)
            syrk(1.0, J_h, beta=1.0, c=G_hh, trans=1, overwrite_c=1)
            g[:h] += R.ravel() @ J_h
        for k, own in enumerate(columns):
            J_kk = delta[:, k, None] * A1
            G[own[:, None], own] += J_kk.T @ J_kk
            g[own] += R[k] @ J_kk
            if h:
                rows = slice(k * len(root), (k + 1) * len(root))
                cross = J_h[rows].T @ J_kk
                W = slice(own[0], own[0] + net.widths[-2])
                G[:h, W] += cross[:, : net.widths[-2]]
                if net.bias[-1]:
                    G[:h, own[-1]] += cross[:, -1]
    for j in reversed(range(1, h)):  # from the last one, so that no column overwrites another
        G[:h, j] = G_hh[:, j]
    for j in range(P):
        G[j, :j] = G[:j, j]
    return G, g


def _by_whole_rows(
    net: Network, p: Array, x: Array, y: Array, w: Array, max_bytes: int
) -> tuple[Array, Array]:
    """Return what `gauss_newton` does for any last layer, by blocks of rows of J."""
    G, g = np.zeros((net.size, net.size), p.dtype), np.zeros(net.size, p.dtype)
    n_out = net.widths[-1]
    sample = p.itemsize * n_out * (2 * net.size + 6 * sum(net.widths))
    if sample > max_bytes:
        raise _too_little(max_bytes, sample)
    for of in _blocks(x.shape[1], max_bytes // sample):
        root = np.sqrt(w[of])
        R = ((net.forward(p, x[:, of]) - y[:, of]) * root).T.ravel()
        J = output_jacobian(net, p, x[:, of], scale=root)
        G += J.T @ J
        g += J.T @ R
    return G, g


def block_size(net: Network, itemsize: int, max_bytes: int) -> int:
    """Return how many samples `gauss_newton` may take at a time.

    Raises OptionError, with the number of bytes that suffices, if ``max_bytes`` does not suffice
    for one sample.
    """
    n_out, widest, q = net.widths[-1], max(net.widths), last_layer_columns(net).shape[1]
    h = net.size - last_layer_columns(net).size
    sample = n_out * h  # its rows of the Jacobian
    sample += 3 * n_out * widest  # delta of two layers, and a product
    sample += 2 * sum(net.widths) + 5 * widest + 2 * q + 4 * n_out + 2  # a, z, slopes, R, [A 1]
    fixed = (2 * h + q) * q + 2 * h + 16 * net.size + 4096  # a cross block, objects of Python
    block = (max_bytes // itemsize - fixed) // sample
    if block < 1:
        raise _too_little(max_bytes, (fixed + sample) * itemsize)
    return block


def _too_little(max_bytes: int, needed: int) -> OptionError:
    return OptionError(f"max_bytes = {max_bytes} is too little: one sample needs {needed}")


def last_layer_columns(net: Network) -> Indices:
    """Return the indices (n_L, q) of each output's parameters, counted from the last layer on."""
    n_out, m = net.widths[-1], net.widths[-2]
    W = np.arange(n_out * m).reshape(n_out, m)
    return np.hstack([W, n_out * m + np.arange(n_out)[:, None]]) if net.bias[-1] else W


def _blocks(N: int, size: int) -> Iterator[slice]:
    return (slice(i, min(i + size, N)) for i in range(0, N, size))
