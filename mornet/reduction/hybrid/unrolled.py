"""Corrections that start from an unrolled manifold, for snapshots where POD is a poor start.

The manifold of a moving pulse winds through many dimensions. Its projection on every linear space
of few dimensions crosses itself. Points far apart along the manifold then have the same code, and
training that starts from POD cannot separate them. Here the codes z are found first
(`hybrid.isomap`). Then a correction of both halves (`hybrid.correction`) is fitted that encodes the
snapshots as z and decodes z as the snapshots. Its hidden layers are sampled from the data, and its
last layers solve least-squares problems (E. Bolager, I. Burak, C. Datar, Q. Sun, F. Dietrich,
Sampling weights of deep neural networks, NeurIPS 2023). No gradient is needed. In experiments,
descents from this correction ended at higher errors.

For the published pulse of 4096 nodes and 2000 times (`mornet.fom.pulse`) the test error at r = 1 is
8e-4, and that of POD is 0.98. The fit takes half a second for 1000 snapshots, and as much for each
fold of a cross-validation. Neighbouring snapshots must be close to each other: in a gap where the
manifold turns, the correction is arbitrary, and the held-out errors show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mornet.linalg import tikhonov
from mornet.nn.network import Layer
from mornet.records import Array, Indices
from mornet.reduction.hybrid.correction import Correction, Design, untrained_correction
from mornet.reduction.hybrid.isomap import euclidean_distances, geodesic_distances, scaled_codes

MOST = 1000  # largest number of snapshots that are unrolled
NEEDED = 1e-2  # mean square of a coordinate over that of the first; below it POD's is taken
SLOPE = 3.0  # slope of hidden units times the root mean square norm of a snapshot
PENALTY = 1e-6  # penalty of the least squares over the norm of the matrix


def winding(c: Array, rng: np.random.Generator) -> float:
    """Return the mean length of paths along points ``c`` (r_0, m) over their mean distance.

    The ratio is about 1 for points that fill a convex set, pi^2 / 8 for points on a circle, and
    large for points on a curve that winds.
    """
    D = euclidean_distances(c[:, _few(c.shape[1], rng)])
    return float(np.sum(geodesic_distances(D)) / np.sum(D))


def unrolled_codes(c: Array, rank: int, anchored: bool) -> Array:
    """Return codes Z (rank, m) of points ``c`` (r_0, m) whose distances are those along paths.

    A coordinate that the paths do not need is a POD coordinate, from c. ``anchored`` codes are
    shifted so that the code zero is free for the zero snapshot. The code zero lies beyond that end
    of the first coordinate at which the snapshots are smaller. Its distance from this end is the
    norm of the snapshot there.
    """
    unrolled = scaled_codes(geodesic_distances(euclidean_distances(c)), rank)
    squares = np.sum(unrolled**2, axis=1)
    needed = squares > NEEDED * squares[0]
    Z = np.where(needed[:, None], unrolled, c[:rank])
    if anchored:
        norms = np.linalg.norm(c, axis=0)
        low, high = int(np.argmin(Z[0])), int(np.argmax(Z[0]))
        end, sign = (low, -1) if norms[low] < norms[high] else (high, 1)
        zero = np.where(needed, Z[:, end], 0.0)
        zero[0] += sign * norms[end]
        Z -= zero[:, None]
    return Z


def unrolled_correction(
    c: Array,
    rank: int,
    design: Design,
    rng: np.random.Generator,
    weights: Array | None = None,
) -> Correction:
    """Return a correction of both halves with the codes of `unrolled_codes`, for ``c`` (r_0, m).

    Both halves have one hidden layer. Codes have the unit of the snapshots. A manifold can turn on
    the length of the root mean square norm of the snapshots, by which the inputs of both halves are
    divided. At most `MOST` snapshots are used, drawn at random. The ``weights`` (m,) of the
    snapshots enter the least-squares problems.
    """
    few = _few(c.shape[1], rng)
    x, w = c[:, few], None if weights is None else weights[few]
    Z = unrolled_codes(x, rank, design.anchored)
    shallow = design._replace(shallow=True)
    start = untrained_correction(c, rank, shallow, encoder=True, rng=rng, weights=weights)
    unit = float(np.sqrt(np.mean(np.sum(c**2, axis=0))))
    start = replace(start, code_step=unit, code_scale=np.full(rank, unit))
    encoder, decoder = start.network.layers(start.p)[:2], start.network.layers(start.p)[2:]
    slope = SLOPE * start.input_scale / unit
    _sample(encoder, x / start.input_scale, (Z - x[:rank]) / unit, w, slope, design.anchored, rng)
    Z = start.encode(x)
    rest = x.copy()
    rest[:rank] -= Z
    _sample(decoder, Z / unit, rest / start.output_scale, w, SLOPE, design.anchored, rng)
    return start


def _few(m: int, rng: np.random.Generator) -> Indices:
    return np.arange(m) if m <= MOST else np.sort(rng.choice(m, MOST, replace=False))


def _sample(
    layers: Sequence[Layer],
    x: Array,
    y: Array,
    weights: Array | None,
    slope: float,
    anchored: bool,
    rng: np.random.Generator,
) -> None:
    """Write the weights of two layers f such that f(x_j) approximates y_j; anchored: f(x) - f(0).

    ``x`` is (n, m), ``y`` is (k, m). Each hidden unit rises with ``slope`` from one of the
    `farthest_points` in the direction of another. The last layer solves the least-squares problem
    with the ``weights`` (m,).
    """
    (W, b, sigma, _), last = layers
    h = len(W)
    points = x[:, np.resize(farthest_points(x, h), h)]
    order = rng.permutation(h)
    direction = np.empty_like(points)
    direction[:, order] = points[:, np.roll(order, 1)] - points[:, order]
    length = np.linalg.norm(direction, axis=0)
    W[...] = (slope * direction / np.where(length > 0, length, 1)).T
    shift = -np.sum(W.T * points, axis=0)[:, None]
    if b is not None:
        b[...] = shift[:, 0]
    A = sigma.value(W @ x + shift)
    A = A - sigma.value(shift) if anchored else np.vstack([A, np.ones((1, x.shape[1]))])
    root = 1.0 if weights is None else np.sqrt(weights)
    A = root * A
    solution = tikhonov(A.T, (root * y).T, PENALTY * float(np.linalg.norm(A, 2))).T
    last.W[...] = solution[:, :h]
    if last.b is not None:
        last.b[...] = solution[:, h]


def farthest_points(x: Array, most: int) -> Indices:
    """Return the numbers of up to ``most`` columns of ``x`` (n, m), each far from those before it.

    The first column is the farthest from the mean. Equal columns are not chosen twice.
    """
    chosen: list[int] = []
    distance = np.linalg.norm(x - x.mean(axis=1, keepdims=True), axis=0)
    nearest = np.full(x.shape[1], np.inf)
    while len(chosen) < most and nearest.max() > 0:
        chosen.append(int(np.argmax(nearest if chosen else distance)))
        nearest = np.minimum(nearest, np.linalg.norm(x - x[:, chosen[-1:]], axis=0))
    return np.array(chosen)
