"""The SVD of a snapshot matrix to which columns are added, and from which columns are removed.

    X = U S V^T,    [X c] = [U q] [[S, m], [0, rho]] [[V, 0], [0, 1]]^T,
    m = U^T M c,    rho q = c - U m,

so that the SVD of a small matrix gives the new factors (M. Brand, Linear Algebra Appl. 415, 2006).
The removal of a column needs V, which is therefore kept. ``error_bound`` is the sum of the norms of
all parts that were dropped, and of the round-off of removals: the factors are the SVD of a matrix
X~ with ||X - X~||_F <= ``error_bound`` (H. Fareed and J. Singler, arXiv 1803.06313).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mornet.checks import (
    real_array,
    real_matrix,
    require_count,
    require_finite,
    require_integer,
    require_kind,
    require_number,
)
from mornet.errors import OptionError, ShapeError
from mornet.linalg import (
    InnerProduct,
    as_inner_product,
    numerical_rank,
    orthonormality_error,
    positive_qr,
    safe_norm,
    same_inner_product,
    thin_svd,
)
from mornet.linalg.svd import EPS
from mornet.records import Array, array, in_short
from mornet.reduction.pod import POD


@dataclass(frozen=True, eq=False)
class IncrementalSVD:
    """X ~ U diag(s) V^T with U^T M U = I, V^T V = I."""

    kind: ClassVar[str] = "incremental_svd"
    __repr__ = in_short
    U: Array = array("dof", "mode", about="left singular vectors, orthonormal in the inner product")
    s: Array = array("mode", about="singular values, descending")
    V: Array = array("sample", "mode", about="right singular vectors")
    error_bound: float = array(
        about="bound of ||X - U S V^T||_F: the sum of all that was dropped, and of round-off"
    )
    inner_product: InnerProduct | None = None

    @property
    def rank(self) -> int:
        """The number of singular values kept."""
        return len(self.s)

    @property
    def X(self) -> Array:
        """The matrix U S V^T (n, m) that the factors stand for."""
        return np.asarray((self.U * self.s) @ self.V.T)

    def pod(self, rank: int | None = None) -> POD:
        """Return the POD with the first ``rank`` modes, by default all of them.

        Its ``tail`` is ``error_bound``, which stands for all that was dropped.

        Raises OptionError for a rank out of range.
        """
        r = self.rank if rank is None else require_kept(rank, self.rank)
        return POD(
            np.asfortranarray(self.U[:, :r]),
            self.s,
            inner_product=self.inner_product,
            tail=self.error_bound,
            method="incremental",
        )

    def truncate(self, rank: int) -> IncrementalSVD:
        """Return the factors up to ``rank``; the other singular values are dropped.

        Raises OptionError unless 1 <= ``rank`` <= the number of modes kept.
        """
        require_kept(rank, self.rank)
        lost = float(safe_norm(self.s[rank:]))
        return IncrementalSVD(
            self.U[:, :rank], self.s[:rank], self.V[:, :rank], self.error_bound + lost,
            self.inner_product,
        )  # fmt: skip

    def add(self, c: Array, *, tolerance: float = 0.0, rank: int | None = None) -> IncrementalSVD:
        """Return the factors of [X c] for the column ``c`` (n,).

        A residual of norm rho <= ``tolerance`` is dropped. So are singular values up to
        ``tolerance``, and those beyond the first ``rank``. For a column in single precision the
        ``tolerance`` is at least what the rounding of all columns in this precision can cause, see
        `linalg.round_off`. ``error_bound`` grows by the norms of all that is dropped. Raises
        ShapeError for a column of another length, DataError for one without finite real numbers,
        OptionError for a negative tolerance or a rank below 1.
        """
        require_limits(tolerance, rank)
        c = real_array("the column", c)
        precision, c = float(np.finfo(c.dtype).eps), c.astype(float, copy=False)
        if c.shape != self.U.shape[:1]:
            raise ShapeError(f"the column has shape {c.shape}, the factors {self.U.shape[0]} rows")
        require_finite("the column", c[:, None])
        unit = float(np.max(np.abs(c))) or 1.0  # squares of c / unit neither overflow nor vanish
        m, q, rho = self._split(c / unit)
        size = float(np.hypot(np.linalg.norm(m), rho))
        tolerance = max(tolerance, self._rounding(precision, unit * size))
        dependent = unit * rho <= tolerance or rho <= 10 * EPS * size or self.rank == len(c)
        k = self.rank
        inner = np.zeros((k + 1, k + 1))
        inner[:k, :k], inner[:k, k], inner[k, k] = np.diag(self.s), unit * m, unit * rho
        left = self.U if dependent else np.column_stack([self.U, q / rho])
        inner = inner[:k] if dependent else inner
        right = np.zeros((len(self.V) + 1, k + 1))
        right[:-1, :k], right[-1, k] = self.V, 1
        lost = self.error_bound + (unit * rho if dependent else 0.0)
        return self._rotated(left, inner, right, lost, tolerance, rank)

    def remove(self, j: int) -> IncrementalSVD:
        """Return the factors without column ``j``: U diag(s) W^T, where W is V without its row j.

        W = Q R, and the SVD of diag(s) R^T gives the factors. If the removed column alone has a
        direction, W loses rank; Householder's Q is orthonormal also then. Singular values up to
        10 eps s_1 of the old factors are round-off, and are dropped. What remains has an error of
        this size, also where the removed column was by far the largest: ``error_bound`` grows by
        it. Raises OptionError for a column that does not exist, and for the only column.
        """
        m = len(self.V)
        require_integer("column", j)
        if not 0 <= j < m or m == 1:
            raise OptionError(f"column {j} cannot be removed from {m}")
        Q, R = np.linalg.qr(np.delete(self.V, j, axis=0))
        lost = self.error_bound + self._noise
        return self._rotated(self.U, self.s[:, None] * R.T, Q, lost, self._noise)

    def merge(
        self, other: IncrementalSVD, *, tolerance: float = 0.0, rank: int | None = None
    ) -> IncrementalSVD:
        """Return the factors of [X_1 X_2] from those of X_1 and X_2 (M. Iwen and B. Ong, 2016).

        Raises ShapeError unless X_1 and X_2 have equally many rows; OptionError for what is no
        IncrementalSVD, different inner products, a negative tolerance or a rank below 1.
        """
        require_limits(tolerance, rank)
        require_kind("other", other, IncrementalSVD, "factors are needed, start_incremental(U)")
        if other.U.shape[0] != self.U.shape[0]:
            raise ShapeError(f"factors of {self.U.shape[0]} and {other.U.shape[0]} rows")
        if not same_inner_product(self.inner_product, other.inner_product):
            raise OptionError("the factors have different inner products, and cannot be merged")
        k = self.rank
        joint, _ = positive_qr(np.column_stack([self.U, other.U]), self.inner_product)
        M = self.inner_product
        both = np.column_stack([self.U * self.s, other.U * other.s])
        inner = joint.T @ (both if M is None else M.apply(both))
        right = np.zeros((len(self.V) + len(other.V), k + other.rank))
        right[: len(self.V), :k], right[len(self.V) :, k:] = self.V, other.V
        lost = self.error_bound + other.error_bound
        return self._rotated(joint, inner, right, lost, tolerance, rank)

    def _split(self, c: Array) -> tuple[Array, Array, float]:
        """Return m = U^T M c, the residual c - U m (orthogonalised twice), and its norm rho."""
        M = self.inner_product
        weighted = self.U if M is None else M.apply(self.U)
        m = weighted.T @ c
        q = c - self.U @ m
        again = weighted.T @ q
        m, q = m + again, q - self.U @ again
        rho = np.linalg.norm(q) if M is None else np.sqrt(max(float(q @ M.apply(q)), 0.0))
        return m, q, float(rho)

    def _rounding(self, precision: float, size: float) -> float:
        """The largest singular value that rounding X and a column of norm ``size`` can cause.

        It is zero for entries in double precision.
        """
        whole = float(safe_norm(np.append(self.s, size)))
        return precision / 2 * whole if precision > EPS else 0.0

    @property
    def _noise(self) -> float:
        """The size up to which the singular values of changed factors are round-off."""
        return 10 * EPS * float(self.s[0])

    def _rotated(
        self,
        left: Array,
        inner: Array,
        right: Array,
        lost: float,
        tolerance: float = 0.0,
        rank: int | None = None,
    ) -> IncrementalSVD:
        """Return the SVD of ``left`` ``inner`` ``right``^T without its small singular values."""
        A, s, Bt = thin_svd(inner)
        kept = max(int(np.count_nonzero(s > max(tolerance, 10 * EPS * s[0]))), 1)
        kept = min(kept, len(s) if rank is None else rank)
        U: Array = left @ A[:, :kept]
        V: Array = right @ Bt[:kept].T
        M = self.inner_product
        if orthonormality_error(U, M) > 1e-14:  # the round-off of rotations adds up
            U = positive_qr(U, M)[0]
        if orthonormality_error(V) > 1e-14:
            V = positive_qr(V)[0]
        lost += float(safe_norm(s[kept:]))
        return IncrementalSVD(U, s[:kept], V, lost, M)


def start_incremental(U: Array, *, inner_product: Any = None) -> IncrementalSVD:
    """Return the SVD of the snapshots ``U`` (n, m) with as many modes as the numerical rank.

    Raises ShapeError and DataError for bad snapshots or inner products.
    """
    U = real_matrix("U", U)
    M = as_inner_product(inner_product, U.shape[0])
    unit, U = float(np.finfo(U.dtype).eps), U.astype(float, copy=False)
    left, s, Vt = thin_svd(U if M is None else M.to_euclidean(U))
    kept = max(numerical_rank(s, U.shape, unit), 1)
    lost = float(safe_norm(s[kept:]))
    left = left[:, :kept] if M is None else M.from_euclidean(left[:, :kept])
    return IncrementalSVD(left, s[:kept], np.array(Vt[:kept].T), lost, M)


def require_kept(rank: int, kept: int) -> int:
    """Return ``rank``; raise OptionError unless 1 <= ``rank`` <= ``kept``."""
    require_count("rank", rank, kept, f"the {kept} modes kept")
    return rank


def require_limits(tolerance: float, rank: int | None) -> None:
    """Raise OptionError for a ``tolerance`` that is negative or infinite and a ``rank`` below 1."""
    require_number("tolerance", tolerance)
    if tolerance < 0:
        raise OptionError(f"tolerance = {tolerance} must be at least 0")
    if rank is not None:
        require_integer("rank", rank)
        if rank < 1:
            raise OptionError(f"rank {rank} must be at least 1")
