"""Randomised POD: subspace iteration on a random block, until it has certified itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.linalg import times_small
from mornet.records import Array
from mornet.reduction.pod.rows import Rows, rest, times, times_and_square, transposed_times

OVERSAMPLING = (
    20  # more than usual: one step less costs less than the wider block, which BLAS likes
)


class Subspace(NamedTuple):
    """X ~ Q diag(s) W^T with Q (L, q), W (k, q) orthonormal, and how good the first r are.

    ``truncation_error`` is ||X - Q_r Q_r^T X||_F. ``excess`` estimates how far its square is above
    the least one (Eckart and Young), relative to that. ``certified`` says that the excess is as
    small as asked for.
    """

    Q: Array
    s: Array
    W: Array
    truncation_error: float
    excess: float
    certified: bool


def subspace_iteration(
    rows: Rows,
    rank: int,
    rng: np.random.Generator,
    steps: int,
    excess: float = 1e-12,
    patient: bool = True,
) -> Subspace:
    """Return the first ``rank`` (and some more) singular triplets of X, by at most ``steps`` steps.

    A step multiplies by X, orthonormalises (Q), and takes the SVD of Q^T X, which is diag(s) W^T
    after a rotation of Q (N. Halko, P.-G. Martinsson and J. A. Tropp, SIAM Rev. 53, 2011, 4.4 and
    5.1). The first starts from a Gaussian block of ``rank`` + 20 columns. The next step's product
    X W tells how good the triplets are: with the residuals R_i = X w_i - s_i q_i, orthogonal to Q,
    the matrix X X^T couples q_i to what is outside Q by s_i R_i, so that the sum of the r largest
    squares is below the true one by about sum_i s_i^2 ||R_i||^2 / (s_i^2 - s_q^2) (T. Kato, J.
    Phys. Soc. Japan 4, 1949). The iteration ends when this estimate is at most ``excess`` times the
    squared truncation error, or is round-off. If not ``patient``, it also ends when the last step
    gained so little that the remaining steps will not suffice.

    A step takes two passes over the rows, and there are two or three more passes. The memory is
    2 (L + k)(rank + 20) numbers. Raises UnscaledError.
    """
    L, k = rows.shape
    q = min(rank + OVERSAMPLING, L, k)
    Y, total = times_and_square(rows, rng.standard_normal((k, q)))
    rows.check(total)
    eps, before = float(np.finfo(float).eps), np.inf
    other = np.empty_like(Y)
    for step in range(steps):
        Q = orthonormal_basis(Y)
        P, s, Wt = np.linalg.svd(transposed_times(rows, Q), full_matrices=False)
        times_small(Q, P)
        r, W = min(rank, len(s)), np.ascontiguousarray(Wt.T)
        Y = times(rows, W, out=other[:, : len(s)] if len(s) == other.shape[1] else None)
        tail = max(total - float(np.sum(s[:r] ** 2)), float(np.sum(s[r:] ** 2)))
        gap = np.maximum(s[:r] ** 2 - (s[-1] ** 2 if len(s) > r else 0.0), np.finfo(float).tiny)
        above = float(np.sum(s[:r] ** 2 * _residuals(Y, Q, s[:r]) / gap))
        hidden = tail <= 1e-6 * total  # then the difference of squares has lost its digits
        least = float(np.sum(s[r:] ** 2)) if hidden else tail
        least = max(excess * least, r * (8 * eps * float(s[0])) ** 2)
        left = steps - 1 - step
        hopeless = above * (above / before) ** left > least
        if above <= least or left == 0 or (hopeless and not patient):
            break
        before, other = above, Q
    if hidden:
        tail = rest(rows, W, Y) ** 2 + float(np.sum(s[r:] ** 2))
    part = above / max(tail, (eps * float(s[0])) ** 2)
    return Subspace(Q, s, W, float(np.sqrt(tail)), part, above <= least)


def _residuals(Y: Array, Q: Array, s: Array, block: int = 4096) -> Array:
    """Return ||Y_i - s_i Q_i||^2 (r,) of the first columns, in blocks of rows."""
    total, r = np.zeros(len(s)), len(s)
    for start in range(0, len(Y), block):
        R = Y[start : start + block, :r] - Q[start : start + block, :r] * s
        total += np.einsum("ij,ij->j", R, R)
    return total


def orthonormal_basis(Y: Array) -> Array:
    """Return an orthonormal basis of the range of ``Y`` (L, q), which it overwrites.

    Whatever the condition of Y: Y <- Y T D^{-1/2} with the eigenvectors T and eigenvalues D of its
    scaled Gram matrix, small ones lifted to round-off, gains half the digits each time
    (Stathopoulos and Wu, SIAM J. Sci. Comput. 23, 2002). Directions that are zero are dropped.
    """
    q = Y.shape[1]
    eps = float(np.finfo(Y.dtype).eps)
    for _ in range(6):
        K = Y.T @ Y
        d = np.sqrt(np.diag(K))
        if np.any(d == 0):
            Y = np.ascontiguousarray(Y[:, d > 0])
            continue
        if np.max(np.abs(K - np.eye(len(K)))) <= 8 * q * eps:
            break
        values, T = np.linalg.eigh(K / d / d[:, None])
        times_small(Y, T / np.sqrt(np.maximum(values, 8 * q * eps * values[-1])) / d[:, None])
    return Y
