"""The greedy choice of the modes of a quadratic manifold."""

from __future__ import annotations

import numpy as np

from mornet.linalg import TikhonovQR
from mornet.records import Array, Indices

BATCH = 50  # candidates that are tried at once; so many stay in the cache


def greedy_modes(
    X: Array, rank: int, regularisation: float, candidates: int, root: Array | None = None
) -> Indices:
    """Return the numbers of ``rank`` columns of ``X`` (m, q), in the order of their choice.

    The columns of X are SVD coordinates of the snapshots. Each step tries the first ``candidates``
    columns that are left. In a trial z consists of the columns chosen so far and of the column on
    trial, and the products of z fit the other columns. The trial with the least residual wins. The
    factorisation of all products so far is kept, and a trial appends its own products. If ``root``
    (m,) is given, the rows of X have been multiplied by it.
    """
    m, q = X.shape
    chosen: list[int] = []
    factor = TikhonovQR(m, regularisation)
    for _ in range(rank):
        left = np.setdiff1d(np.arange(q), chosen)[:candidates]
        B = X[:, left]
        R = factor.residual(B)
        best, winner = np.inf, -1
        for start in range(0, len(left), BATCH):
            trials = np.arange(start, min(start + BATCH, len(left)))
            q1 = factor.appended(_new_products(X, chosen, left[trials], root))[:, :m]
            squares = _reduced(q1, B, R)
            squares[np.arange(len(trials)), trials] = 0.0  # a mode need not be fitted
            errors = squares.sum(axis=1)
            if errors.min() < best:
                best, winner = float(errors.min()), int(left[trials[np.argmin(errors)]])
        factor.append(_new_products(X, chosen, np.array([winner]), root)[:, 0])
        chosen.append(winner)
    return np.array(chosen)


def _reduced(q1: Array, B: Array, R: Array) -> Array:
    """Return ||r - q1 q1^T b||^2 (trials, k) for columns b of ``B`` (m, k) and r of ``R``.

    The norm is ||r||^2 - 2 g^T q1^T r + g^T (q1^T q1) g with g = q1^T b. Few digits cancel, because
    one more mode reduces the residual by a factor, not by orders of magnitude.
    """
    trials, m, new = q1.shape
    k = B.shape[1]
    rows = np.ascontiguousarray(q1.transpose(0, 2, 1))
    both = (rows.reshape(-1, m) @ np.concatenate([B, R], axis=1)).reshape(trials, new, 2 * k)
    G = both[..., :k]
    return np.einsum("ij,ij->j", R, R) + np.sum(G * (rows @ q1 @ G - 2 * both[..., k:]), axis=1)


def _new_products(X: Array, chosen: list[int], trials: Indices, root: Array | None) -> Array:
    """Return the products (m, trials, len(chosen) + 1) that each trial adds."""
    new = X[:, trials][:, :, None]
    known = np.concatenate(
        [np.broadcast_to(X[:, None, chosen], (*new.shape[:2], len(chosen))), new], axis=2
    )
    known *= new
    return known if root is None else over_root(known, root)


def over_root(products: Array, root: Array) -> Array:
    """Return sqrt(w_j) z_i z_k from ``products`` (m, ...) w_j z_i z_k; zero where w_j is zero."""
    one_over = np.divide(1.0, root, out=np.zeros_like(root), where=root > 0)
    return products * one_over.reshape(-1, *(1,) * (products.ndim - 1))
