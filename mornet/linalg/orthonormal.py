"""Orthonormal columns, in the Euclidean or another inner product."""

from __future__ import annotations

import numpy as np

from mornet.errors import DataError
from mornet.linalg.inner_product import InnerProduct
from mornet.linalg.svd import SLAB
from mornet.records import Array

DEPENDENT = "columns are linearly dependent: they have no orthonormal basis"


def orthonormality_error(V: Array, inner_product: InnerProduct | None = None) -> float:
    """Return the largest entry of |V^T M V - I|, M the identity unless given."""
    MV = V if inner_product is None else inner_product.apply(V)
    return float(np.max(np.abs(V.T @ MV - np.eye(V.shape[1])), initial=0.0))


def orthonormalise(V: Array, inner_product: InnerProduct | None = None) -> tuple[Array, Array]:
    """Return ``V`` (n, r) with its columns made orthonormal in their order, and their lengths (r,).

    The lengths are the diagonal of R in V = Q R: the lengths of the columns after subtraction of
    their parts in the columns before them. Columns are scaled to length one, and then V <- V R^{-1}
    with R^T R = V^T M V is repeated at most three times (Cholesky QR: A. Stathopoulos and K. Wu,
    SIAM J. Sci. Comput. 23, 2002). If the Cholesky factorisation fails, `positive_qr` replaces it.
    V is overwritten if it owns its memory and is in C order. Raises DataError for columns that are
    linearly dependent.
    """
    V = np.require(V, requirements=["C", "W"])
    lengths = np.ones(V.shape[1], dtype=V.dtype)
    good = 4 * V.shape[1] ** 0.5 * float(np.finfo(V.dtype).eps)
    for _ in range(4):
        K = V.T @ (V if inner_product is None else inner_product.apply(V))
        if np.max(np.abs(K - np.eye(len(K))), initial=0.0) <= good:
            break
        d = np.sqrt(np.diag(K))
        try:
            R = np.linalg.cholesky(K / d / d[:, None], upper=True)
        except np.linalg.LinAlgError:
            V, left = positive_qr(V, inner_product)
            if not np.all(left > 0):
                raise DataError(DEPENDENT) from None
            return V, lengths * left
        lengths *= d * np.diag(R)
        times_small(V, np.linalg.inv(R) / d[:, None])
    return V, lengths


def positive_qr(V: Array, inner_product: InnerProduct | None = None) -> tuple[Array, Array]:
    """Return Q (n, r) and the positive diagonal (r,) of R with ``V`` = Q R and Q^T M Q = I.

    This is Householder's factorisation. Q is near V where V is nearly orthonormal. An entry of the
    diagonal is zero where columns are linearly dependent.
    """
    Q, R = np.linalg.qr(V if inner_product is None else inner_product.to_euclidean(V))
    d = np.diag(R)
    Q = Q * np.where(d < 0, -1.0, 1.0).astype(Q.dtype)
    return np.asarray(Q if inner_product is None else inner_product.from_euclidean(Q)), np.abs(d)


def times_small(V: Array, T: Array) -> Array:
    """Overwrite ``V`` (n, r) by V ``T``, T (r, r), in blocks of rows; return V."""
    for start in range(0, len(V), SLAB):
        V[start : start + SLAB] = V[start : start + SLAB] @ T
    return V
