"""Linear algebra of snapshots: SVD with a sign rule, numerical rank, inner products, angles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np

from mornet.errors import DataError, ShapeError
from mornet.records import Array, Indices, array

SLAB = 4096  # rows of a tall matrix that are treated at once, so that they stay in the cache


class SVD(NamedTuple):
    """A = U diag(s) V^T with thin factors: U (n, k), s (k,) descending, Vt (k, m)."""

    U: Array
    s: Array
    Vt: Array


def thin_svd(A: Array) -> SVD:
    """Return the thin SVD of ``A`` (n, m), each left vector's entry of largest modulus positive.

    The sign rule makes the factors unique where the singular values are distinct. A is scaled by
    its largest entry first, so that entries near 1e200 or 1e-200 neither overflow nor vanish.
    """
    scale = float(np.max(np.abs(A), initial=0.0))
    if scale == 0.0:
        k = min(A.shape)
        return SVD(np.eye(A.shape[0], k, dtype=A.dtype), np.zeros(k), np.eye(k, A.shape[1]))
    U, s, Vt = np.linalg.svd(A / A.dtype.type(scale), full_matrices=False)
    sign = signs(U)
    return SVD(U * sign, s * A.dtype.type(scale), Vt * sign[:, None])


def signs(V: Array) -> Array:
    """Return +1 or -1 for each column of ``V`` (n, r): the sign of its entry of largest modulus.

    Of entries whose moduli agree to half the digits the first one counts, so that round-off does
    not decide where a mode is symmetric.
    """
    starts = range(0, len(V), SLAB)
    largest = np.array([np.abs(V[i : i + SLAB]).max(axis=0) for i in starts])
    enough = (1 - np.sqrt(np.finfo(V.dtype).eps)) * largest.max(axis=0)
    slab = np.argmax(largest >= enough, axis=0)
    sign = np.ones(V.shape[1], dtype=V.dtype)
    for i in np.unique(slab):
        columns = np.flatnonzero(slab == i)
        entries = V[i * SLAB : (i + 1) * SLAB, columns]
        first = np.argmax(np.abs(entries) >= enough[columns], axis=0)
        sign[columns[entries[first, np.arange(len(columns))] < 0]] = -1
    return sign


def numerical_rank(s: Array, shape: tuple[int, int]) -> int:
    """Return how many singular values of an (n, m) matrix stand out of round-off.

    The bound is max(n, m) eps s_1 (G. H. Golub and C. F. Van Loan, Matrix Computations, 5.5.8).
    """
    if len(s) == 0 or s[0] == 0:
        return 0
    return int(np.count_nonzero(s > max(shape) * np.finfo(s.dtype).eps * s[0]))


def orthonormality_error(V: Array, inner_product: InnerProduct | None = None) -> float:
    """Return the largest entry of |V^T M V - I|, M the identity unless given."""
    MV = V if inner_product is None else inner_product.apply(V)
    return float(np.max(np.abs(V.T @ MV - np.eye(V.shape[1])), initial=0.0))


def orthonormalise(V: Array, inner_product: InnerProduct | None = None) -> tuple[Array, Array]:
    """Return ``V`` (n, r) with its columns made orthonormal in their order, and their lengths (r,).

    The length of a column is what is left of it after those before it are taken out: the diagonal
    of R in V = Q R. Columns are scaled to one and then V <- V R^{-1} with R^T R = V^T M V, at most
    three times (Cholesky QR: A. Stathopoulos and K. Wu, SIAM J. Sci. Comput. 23, 2002); it is
    Householder's QR where Cholesky's factorisation fails. V is overwritten if it is its own array
    in C order. Raises DataError for columns that are linearly dependent.
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
            return _householder(V, inner_product, lengths)
        lengths *= d * np.diag(R)
        times_small(V, np.linalg.inv(R) / d[:, None])
    return V, lengths


def _householder(
    V: Array, inner_product: InnerProduct | None, lengths: Array
) -> tuple[Array, Array]:
    Q, R = np.linalg.qr(V if inner_product is None else inner_product.to_euclidean(V))
    d = np.diag(R)
    if not np.all(np.abs(d) > 0):
        raise DataError("columns are linearly dependent: they have no orthonormal basis")
    Q = Q * np.sign(d)
    return (Q if inner_product is None else inner_product.from_euclidean(Q)), lengths * np.abs(d)


def times_small(V: Array, T: Array) -> Array:
    """Overwrite ``V`` (n, r) by V ``T``, T (r, r), in blocks of rows; return V."""
    for start in range(0, len(V), SLAB):
        V[start : start + SLAB] = V[start : start + SLAB] @ T
    return V


def principal_angles(A: Array, B: Array) -> Array:
    """Return the angles in radians between the ranges of ``A`` (n, r) and ``B`` (n, r).

    The largest comes first. Sines and cosines are taken from a singular value decomposition each,
    so that angles near 0 and near pi/2 are accurate (A. Bjorck and G. H. Golub, Math. Comp. 27,
    1973).
    """
    Q, B = np.linalg.qr(A)[0], np.linalg.qr(B)[0]
    C = Q.T @ B
    cosines = np.linalg.svd(C, compute_uv=False)[::-1]
    sines = np.linalg.svd(B - Q @ C, compute_uv=False)
    return np.arctan2(sines, cosines)


@dataclass(frozen=True, eq=False)
class InnerProduct:
    """<u, v> = u^T M v for a symmetric positive definite M, kept in coordinate form.

    Build it with `inner_product`. With M = R^T R, u -> R u is an isometry to Euclidean space: POD
    in M is the SVD of R U, brought back.
    """

    kind: ClassVar[str] = "inner_product"
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

        A symmetric LU with diagonal pivots is a Cholesky factorisation in disguise: P M P^T = L U
        with U = D L^T, so S = D^{1/2} L^T.
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
        """The largest |i - j| of entries M_ij: how far a row is from those it is coupled to."""
        return int(np.max(np.abs(self.row - self.column)))

    def apply(self, U: Array) -> Array:
        """Return M U (n, m)."""
        return np.asarray(self.M @ U)

    def norms(self, U: Array) -> Array:
        """Return ||u||_M of every column of ``U`` (n, m)."""
        return np.linalg.norm(self.to_euclidean(U), axis=0)

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


def inner_product(M: Any, n: int, *, factor: bool = True) -> InnerProduct | None:
    """Return the inner product of R^n given by ``M``.

    ``M`` is None (Euclidean: the answer is None), positive weights (n,), a symmetric positive
    definite matrix (n, n), dense or sparse, or an `InnerProduct`. Raises ShapeError for another
    shape, DataError where M is not symmetric or not positive definite; of that only the diagonal is
    looked at without a ``factor``.
    """
    if M is None or isinstance(M, InnerProduct):
        if M is not None and M.n != n:
            raise ShapeError(f"the inner product is on R^{M.n}, the snapshots are in R^{n}")
        return M
    if np.ndim(M) == 1:
        weights = np.asarray(M, dtype=float)
        if weights.shape != (n,):
            raise ShapeError(f"{weights.size} weights for snapshots with {n} dofs")
        bad = np.flatnonzero(~(weights > 0) | ~np.isfinite(weights))
        if bad.size:
            raise DataError(f"weight {bad[0]} is {weights[bad[0]]}; weights must be positive")
        return InnerProduct(n, np.arange(n), np.arange(n), weights)
    from scipy.sparse import coo_array

    A = coo_array(M).astype(float)
    if A.shape != (n, n):
        raise ShapeError(f"the inner product's matrix is {A.shape}, the snapshots are in R^{n}")
    asymmetry = abs(A - A.T).max()
    if not asymmetry <= 1e-12 * abs(A).max():
        raise DataError(f"the inner product's matrix is not symmetric: |M - M^T| = {asymmetry:.1e}")
    A.sum_duplicates()
    product = InnerProduct(n, A.row.astype(np.int64), A.col.astype(np.int64), A.data)
    if not np.all(A.diagonal() > 0):
        raise DataError("the inner product's matrix is not positive definite")
    if factor and not product.is_diagonal:
        product._factor  # noqa: B018  fails now, not at first use, where M is indefinite
    return product


def rms(a: Array) -> float:
    """Return the root mean square of all entries."""
    return float(np.sqrt(np.mean(a * a)))


def coordinates(
    U: Array, V: Array, centre: Array | None = None, inner_product: InnerProduct | None = None
) -> Array:
    """Return V^T M (U - c) (r, m): the coordinates of ``U`` (n, m) in the modes ``V`` (n, r)."""
    X = U if centre is None else U - centre[:, None]
    return V.T @ (X if inner_product is None else inner_product.apply(X))


def column_norms(U: Array, inner_product: InnerProduct | None = None) -> Array:
    """Return ||u|| (m,) of every column of ``U`` (n, m), in the norm of ``inner_product``."""
    return np.linalg.norm(U, axis=0) if inner_product is None else inner_product.norms(U)
