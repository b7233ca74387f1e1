"""Inner products <u, v> = u^T M v, and norms and coordinates in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np

from mornet.checks import real_array
from mornet.errors import DataError, ShapeError
from mornet.records import Array, Indices, array, in_short


@dataclass(frozen=True, eq=False)
class InnerProduct:
    """<u, v> = u^T M v for a symmetric positive definite M, kept in coordinate form.

    Build it with `as_inner_product`. With M = R^T R, the map u -> R u is an isometry to Euclidean
    space. The POD in M is the SVD of R U, mapped back by R^{-1}.
    """

    kind: ClassVar[str] = "inner_product"
    __repr__ = in_short
    n: int
    row: Indices = array("entry")
    column: Indices = array("entry")
    value: Array = array("entry", about="entries of the symmetric positive definite matrix M")

    @cached_property
    def M(self) -> Any:
        """M as a sparse matrix."""
        from scipy.sparse import csc_array

        return csc_array((self.value, (self.row, self.column)), shape=(self.n, self.n))

    @cached_property
    def _factor(self) -> tuple[Any, Any]:
        """R = S P with S upper triangular and P a permutation.

        A symmetric LU factorisation with diagonal pivots gives the Cholesky factor: P M P^T = L U
        with U = D L^T, and so S = D^{1/2} L^T.
        """
        from scipy.sparse import csc_array, diags_array
        from scipy.sparse.linalg import splu

        failed = "the inner product's matrix is not positive definite"
        try:
            lu = splu(
                self.M,
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=0.0,
                options={"SymmetricMode": True},
            )
        except RuntimeError as error:
            raise DataError(f"{failed}: {error}") from None
        D = lu.U.diagonal()
        if not np.array_equal(lu.perm_r, lu.perm_c) or np.any(D <= 0):
            raise DataError(failed)
        P = csc_array((np.ones(self.n), (lu.perm_c, np.arange(self.n))), shape=(self.n, self.n))
        return (diags_array(np.sqrt(D)) @ lu.L.T).tocsr(), P

    @property
    def is_diagonal(self) -> bool:
        """Whether M is diagonal."""
        return bool(np.array_equal(self.row, self.column))

    @property
    def reach(self) -> int:
        """The largest |i - j| of an entry M_ij: the half bandwidth."""
        return int(np.max(np.abs(self.row - self.column)))

    def apply(self, U: Array) -> Array:
        """Return M U (n, m)."""
        return np.asarray(self.M @ U)

    def norms(self, U: Array) -> Array:
        """Return ||u||_M of every column of ``U`` (n, m)."""
        return safe_norm(self.to_euclidean(U), axis=0)

    def to_euclidean(self, U: Array) -> Array:
        """Return R U (n, m), whose Euclidean norms are the M-norms of U."""
        if self.is_diagonal:
            return np.sqrt(self.value)[:, None] * U
        S, P = self._factor
        return np.asarray(S @ (P @ U))

    def from_euclidean(self, U: Array) -> Array:
        """Return R^{-1} U (n, m)."""
        if self.is_diagonal:
            return U / np.sqrt(self.value)[:, None]
        from scipy.sparse.linalg import spsolve_triangular

        S, P = self._factor
        return np.asarray(P.T @ spsolve_triangular(S, U, lower=False))


def as_inner_product(M: Any, n: int, *, factor: bool = True) -> InnerProduct | None:
    """Return the inner product of R^n given by ``M``.

    ``M`` is positive weights (n,), a symmetric positive definite matrix (n, n), dense or sparse, or
    an `InnerProduct`. None is the Euclidean inner product, and the result is then None. Without
    ``factor`` the matrix is not factorised, and only its diagonal is checked to be positive.

    Raises ShapeError for another shape, DataError for complex or infinite entries, and for a matrix
    that is not symmetric or not positive definite.
    """
    if M is None or isinstance(M, InnerProduct):
        if M is not None and M.n != n:
            raise ShapeError(f"the inner product is on R^{M.n}, the snapshots are in R^{n}")
        return M
    given = _real_form(M)
    if np.ndim(given) == 1:
        return _of_weights(given, n)
    A = _symmetric(given, n)
    product = InnerProduct(n, A.row.astype(np.int64), A.col.astype(np.int64), A.data)
    if not np.all(A.diagonal() > 0):
        raise DataError("the inner product's matrix is not positive definite")
    if factor and not product.is_diagonal:
        product._factor  # noqa: B018  an indefinite M is refused here, not at its first use
    return product


def _real_form(M: Any) -> Any:
    """Return weights (n,) or a matrix as real numbers; a sparse matrix stays sparse."""
    if not hasattr(M, "tocoo"):
        return real_array("the inner product", M).astype(float, copy=False)
    if M.dtype.kind not in "biuf":
        raise DataError(f"the inner product holds {M.dtype}, not real numbers: give a real matrix")
    return M.astype(float)


def _of_weights(weights: Array, n: int) -> InnerProduct:
    if weights.shape != (n,):
        raise ShapeError(f"{weights.size} weights for snapshots with {n} dofs")
    _require_above_zero(weights)
    return InnerProduct(n, np.arange(n), np.arange(n), weights)


def _require_above_zero(weights: Array) -> None:
    bad = np.flatnonzero(~(weights > 0) | ~np.isfinite(weights))
    if bad.size:
        raise DataError(f"weight {bad[0]} is {weights[bad[0]]}; weights must be positive")


def _symmetric(M: Any, n: int) -> Any:
    """Return a matrix (n, n) by its entries; raise an error unless it is finite and symmetric."""
    from scipy.sparse import coo_array

    if np.ndim(M) != 2 and not hasattr(M, "tocoo"):
        raise ShapeError(
            f"the inner product has shape {np.shape(M)}: give weights ({n},) or a matrix ({n}, {n})"
        )
    A = coo_array(M)
    if A.shape != (n, n):
        raise ShapeError(f"the inner product's matrix is {A.shape}, the snapshots are in R^{n}")
    wrong = np.flatnonzero(~np.isfinite(A.data))
    if wrong.size:
        place = f"({A.row[wrong[0]]}, {A.col[wrong[0]]})"
        raise DataError(f"the inner product's matrix is {A.data[wrong[0]]} at the entry {place}")
    asymmetry = abs(A - A.T).max()
    if not asymmetry <= 1e-12 * abs(A).max():
        raise DataError(f"the inner product's matrix is not symmetric: |M - M^T| = {asymmetry:.1e}")
    A.sum_duplicates()
    return A


def same_inner_product(a: InnerProduct | None, b: InnerProduct | None) -> bool:
    """Return whether ``a`` and ``b`` have the same matrix; None is the Euclidean inner product."""
    if a is None or b is None:
        return a is b
    return a.n == b.n and abs(a.M - b.M).max() == 0.0


def coordinates(
    U: Array, V: Array, centre: Array | None = None, inner_product: InnerProduct | None = None
) -> Array:
    """Return V^T M (U - c) (r, m): the coordinates of ``U`` (n, m) in the modes ``V`` (n, r)."""
    X = U if centre is None else U - centre[:, None]
    return V.T @ (X if inner_product is None else inner_product.apply(X))


def rms(a: Array) -> float:
    """Return the root mean square of all entries."""
    return float(np.sqrt(np.mean(a * a)))


def safe_norm(X: Array, axis: int | None = None) -> Array:
    """Return the Frobenius norm of ``X``, or the norms along ``axis``, summed in double precision.

    Where squares of large entries overflow, or those of small entries vanish, X is scaled first.
    """
    X = X.astype(float, copy=False)
    with np.errstate(over="ignore", under="ignore"):
        norm = np.asarray(np.linalg.norm(X, axis=axis))
    if 1e-140 < np.max(norm, initial=0.0) < 1e150 or not X.any():
        return norm
    largest = np.max(np.abs(X))
    return np.asarray(largest * np.linalg.norm(X / largest, axis=axis))


def squarable(X: Array) -> Array:
    """Return ``X``, divided by a power of two if squares of its entries overflow or vanish."""
    largest = float(np.max(np.abs(X), initial=0.0))
    if largest == 0 or 1e-140 < largest < 1e140:
        return X
    return np.asarray(np.ldexp(X, -int(np.frexp(largest)[1])))


def column_norms(U: Array, inner_product: InnerProduct | None = None) -> Array:
    """Return ||u|| (m,) of every column of ``U`` (n, m), in the norm of ``inner_product``."""
    return safe_norm(U, axis=0) if inner_product is None else inner_product.norms(U)


def as_weights(weights: Any, m: int) -> Array | None:
    """Return the weights (m,) of snapshots in double precision, or None without weights.

    Sums with weights of single precision would be of single precision too. Raises ShapeError for
    another length, DataError unless all weights are real and finite, none is negative and one is
    positive.
    """
    if weights is None:
        return None
    w = real_array("weights", weights).astype(float, copy=False)
    if w.shape != (m,):
        raise ShapeError(f"weights have shape {w.shape} for {m} snapshots")
    if not (np.all(w >= 0) and np.any(w > 0) and np.isfinite(w).all()):
        raise DataError("snapshot weights must be finite, not negative and not all zero")
    return w


def root_weights(weights: Any, m: int) -> Array | None:
    """Return the square roots of the weights (m,) of snapshots; raise as `as_weights` does."""
    w = as_weights(weights, m)
    return None if w is None else np.asarray(np.sqrt(w))


def mean_one(weights: Any, m: int) -> Array | None:
    """Return ``weights`` (m,) divided by their mean; raise as `root_weights` does."""
    root = root_weights(weights, m)
    return None if root is None else root**2 / np.mean(root**2)


class Norm(NamedTuple):
    """The norm ||U||^2 = sum_j w_j ||u_j||_M^2 of snapshots ``U`` (n, m).

    M is ``inner_product``, or the identity if that is None. w are the ``weights`` (m,) of the
    snapshots, or one if they are None.
    """

    inner_product: InnerProduct | None = None
    weights: Array | None = None

    def columns(self, U: Array) -> Array:
        """Return ||u_j||_M (m,) of every column of ``U`` (n, m)."""
        return column_norms(U, self.inner_product)

    def of(self, U: Array) -> float:
        """Return ||U||."""
        if self.inner_product is None and self.weights is None:
            return float(safe_norm(U))
        root = root_weights(self.weights, U.shape[1])
        columns = self.columns(U)
        return float(safe_norm(columns if root is None else root * columns))

    def to_euclidean(self, U: Array) -> Array:
        """Return R U W^{1/2} (n, m), M = R^T R: its Frobenius norm is ||U||."""
        root = root_weights(self.weights, U.shape[1])
        X = U if self.inner_product is None else self.inner_product.to_euclidean(U)
        return X if root is None else X * root

    @property
    def symbol(self) -> str:
        """The index of the norm in a formula: F for the Frobenius norm, M, w, or M,w."""
        given = zip("Mw", self, strict=True)
        return ",".join(letter for letter, value in given if value is not None) or "F"
