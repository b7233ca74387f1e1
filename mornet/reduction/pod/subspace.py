"""Randomised POD: subspace iteration from a random block, with an estimate of its error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.linalg import times_small
from mornet.records import Array
from mornet.reduction.pod.rows import Rows, rest, times, times_and_square, transposed_times

# More columns than usual: the wider block saves a step, and that is more work than it adds.
OVERSAMPLING = 20


class Subspace(NamedTuple):
    """X ~ Q diag(s) W^T with orthonormal Q (L, q) and W (k, q), and the errors for r columns.

    ``truncation_error`` is ||X - Q_r Q_r^T X||_F. The least truncation error is that of Eckart and
    Young; ``excess`` estimates the relative difference of the squares of both. ``certified`` says
    that ``excess`` is as small as asked for.
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
    """Return the first ``rank`` + 20 singular triplets of X, by at most ``steps`` steps.

    A step multiplies a block by X, orthonormalises the product (this gives Q), and computes the SVD
    of Q^T X, which is diag(s) W^T after a rotation of Q (N. Halko, P.-G. Martinsson and J. A.
    Tropp, SIAM Rev. 53, 2011, 4.4 and 5.1). The first block is Gaussian.

    The product X W of the next step gives the error of the first r = ``rank`` triplets. The
    residuals R_i = X w_i - s_i q_i are orthogonal to Q, and X X^T couples q_i to the complement of
    Q by s_i R_i. So the sum of the r largest squares is below the exact sum by about
    sum_i s_i^2 ||R_i||^2 / (s_i^2 - s_q^2) (T. Kato, J. Phys. Soc. Japan 4, 1949). The iteration
    ends when this estimate is at most ``excess`` times the squared truncation error, or is
    round-off. If not ``patient``, the iteration also ends when the last step gained so little that
    the remaining steps will not suffice.

    A step takes two passes over the rows, and there are two or three more passes. The memory is
    2 (L + k)(rank + 20) numbers. Raises UnscaledError if squares overflow or vanish.
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
        hidden = tail <= 1e-6 * total  # the difference of squares has lost its digits
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
    """Return an orthonormal basis of the range of ``Y`` (L, q), written to the memory of Y.

    A step is Y <- Y T D^{-1/2} with the eigenvectors T and the eigenvalues D of the scaled Gram
    matrix of Y; eigenvalues below round-off are replaced by round-off. The method works for every
    condition number of Y, as each step gains half of the digits (A. Stathopoulos and K. Wu, SIAM J.
    Sci. Comput. 23, 2002). Columns that are zero are dropped.
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
