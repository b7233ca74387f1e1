"""Symmetries: directions in which J does not change at all, so that H is singular at a minimum.

After a linear hidden layer with r units, the next layer can undo every invertible matrix A:
W_1 -> A W_1, b_1 -> A b_1, W_2 -> W_2 A^{-1} leaves the network unchanged. Without weight decay the
group of these A is GL(r), of dimension r^2. With a uniform decay it is the group of orthogonal A
(D. Kunin et al., ICML 2019). Rectified units allow positive diagonal A. If the inputs do not span
R^n, the first layer is free on their orthogonal complement. At a minimum the tangents of the orbit
lie in the null space of H, and in general they span it. For all data of the path the gradient is
orthogonal to the tangents, so that H p' = -g_t has solutions. The gauge selects one solution; here
it is the shortest.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np

from mornet.errors import OptionError
from mornet.linalg import numerical_rank
from mornet.nn import Dense, Layer, Network
from mornet.nn.layers import length
from mornet.records import Array
from mornet.training.objective import Objective


def orbit(objective: Objective, p: Array) -> Array:
    """Return an orthonormal basis Q (P, d) of the directions at ``p`` in which J is constant.

    d = 0 for a network without continuous symmetry. If the parameters of a symmetry have different
    decays, the whole symmetry counts as broken. Raises OptionError for a symmetry at layers that
    are not dense, whose tangents are not known.
    """
    tangents = [*_linear_units(objective, p), *_idle_inputs(objective)]
    if not tangents:
        return np.zeros((p.size, 0))
    U, s, _ = np.linalg.svd(np.column_stack(tangents), full_matrices=False)
    return np.asarray(U[:, : numerical_rank(s, (p.size, len(tangents)))])


def balance(net: Network, p: Array) -> Array:
    """Return the same function with W_1 W_1^T = W_2^T W_2 around every linear hidden layer.

    This gauge has the best conditioned H: with W_2 W_1 = U S V^T it is W_1 = S^{1/2} V^T,
    W_2 = U S^{1/2}. Raises OptionError where W_1 or W_2 has not full rank, and for layers that are
    not dense.
    """
    net.require_dense("a balanced gauge")
    q = np.array(p)
    layers = net.layers(q)
    for l in _linear_hidden(net):
        (W1, b1, *_), (W2, *_) = layers[l], layers[l + 1]
        r = W1.shape[0]
        U, s, Vt = np.linalg.svd(W2 @ W1)
        if r > len(s) or s[r - 1] <= r * np.finfo(float).eps * s[0]:
            raise OptionError(f"layer {l + 2} uses fewer than its {r} units, so it has no balance")
        root = np.sqrt(s[:r])
        old = np.array(W1)
        W1[...] = root[:, None] * Vt[:r]
        W2[...] = U[:, :r] * root
        if b1 is not None:
            b1[...] = W1 @ np.linalg.lstsq(old, b1, rcond=None)[0]
    return q


class IdleUnits(NamedTuple):
    """Hidden units without an effect of their own, as (l, unit, ...) for layer l = 2, ..., L."""

    duplicated: tuple[tuple[int, int, int], ...]
    dead: tuple[tuple[int, int], ...]


def idle_units(net: Network, p: Array, tolerance: float = 1e-8) -> IdleUnits:
    """Return the duplicated hidden units of a network, and the dead ones.

    A duplicated unit has the same weights and bias as another one. A dead unit has no weight in the
    next layer. Along perturbed data duplicated units stay equal to all orders if the next layer
    treats them alike, up to a bifurcation. Raises OptionError for layers that are not dense.
    """
    net.require_dense("the search for idle units")
    duplicated, dead = [], []
    layers = net.layers(p)
    for l in range(net.depth - 1):
        W, b = layers[l].W, layers[l].b
        rows = W if b is None else np.column_stack([W, b])
        size = float(np.max(np.abs(rows), initial=0.0))
        for i, j in combinations(range(len(rows)), 2):
            if np.max(np.abs(rows[i] - rows[j])) <= tolerance * size:
                duplicated.append((l + 2, i, j))
        heard = np.max(np.abs(layers[l + 1].W), axis=0)
        dead += [(l + 2, int(j)) for j in np.flatnonzero(heard <= tolerance * np.max(heard))]
    return IdleUnits(tuple(duplicated), tuple(dead))


def _linear_hidden(net: Network) -> list[int]:
    return [l for l, name in enumerate(net.activations[:-1]) if name == "identity"]


def _linear_units(objective: Objective, p: Array) -> Iterator[Array]:
    """Yield the tangents for A = I + s K, for a basis of the K that leave J unchanged."""
    net = objective.net
    decay = net.layers(np.array(np.broadcast_to(np.asarray(objective.decay, float), p.shape)))
    for l, name in enumerate(net.activations[:-1]):
        if name not in ("identity", "relu"):
            continue
        if length(net.blocks[l].map.W_shape) == 0:
            continue
        r = net.widths[l + 1]
        for K in _generators(r, name, _decays(decay, l)):
            _require_dense_pair(net, l)
            yield _tangent(net, p, l, K)


def _require_dense_pair(net: Network, l: int) -> None:
    """Raise OptionError unless both layers around hidden units are dense."""
    pair = [block.map for block in net.blocks[l : l + 2]]
    if not all(isinstance(m, Dense) for m in pair):
        kinds = " and ".join(type(m).__name__ for m in pair)
        raise OptionError(
            f"{net.activations[l]} units between {kinds} layers have symmetries that are not "
            "known: take another activation or add weight decay"
        )


def _decays(decay: tuple[Layer, ...], l: int) -> Array:
    """Return the different decays of W_1, b_1 and W_2."""
    (W1, b1, *_), (W2, *_) = decay[l], decay[l + 1]
    return np.unique(np.concatenate([a.ravel() for a in (W1, b1, W2) if a is not None]))


def _generators(r: int, activation: str, decays: Array) -> Iterator[Array]:
    E = np.eye(r)
    if len(decays) > 1:
        return
    if decays[0] != 0:
        pairs = combinations(range(r), 2) if activation == "identity" else ()
        yield from (np.outer(E[i], E[j]) - np.outer(E[j], E[i]) for i, j in pairs)
    elif activation == "relu":
        yield from (np.diag(e) for e in E)
    else:
        yield from (np.outer(E[i], E[j]) for i in range(r) for j in range(r))


def _tangent(net: Network, p: Array, l: int, K: Array) -> Array:
    """Return (K W_1, K b_1, -W_2 K) in the places of (W_1, b_1, W_2)."""
    v = np.zeros_like(p)
    layers, moved = net.layers(p), net.layers(v)
    moved[l].W[...] = K @ layers[l].W
    b, moved_b = layers[l].b, moved[l].b
    if b is not None and moved_b is not None:
        moved_b[...] = K @ b
    moved[l + 1].W[...] = -layers[l + 1].W @ K
    return v


def _idle_inputs(objective: Objective) -> Iterator[Array]:
    """Yield the changes of (W, b) of a dense first layer that no input sees, without decay.

    The inputs of another first layer may leave some of its W free as well. Then H is singular, and
    a `BasePoint` says so.
    """
    net, x = objective.net, objective.x
    decay = np.broadcast_to(np.asarray(objective.decay, float), (net.size,))
    bias = net.bias[0]
    first = net.widths[1] * (net.widths[0] + bias)
    if np.any(decay[:first]) or not isinstance(net.blocks[0].map, Dense):
        return
    X = np.vstack([x, np.ones((1, x.shape[1]))]) if bias else x
    U, s, _ = np.linalg.svd(X)
    for u in U[:, numerical_rank(s, X.shape) :].T:
        for j in range(net.widths[1]):
            v = np.zeros(net.size)
            W, b = net.layers(v)[0][:2]
            W[j] = u[: x.shape[0]]
            if b is not None:
                b[j] = u[-1]
            yield v
