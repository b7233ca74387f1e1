"""Proper orthogonal decomposition: the best linear reduction, by the SVD; PCA when centred."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from mornet.checks import require_columns, require_finite
from mornet.errors import DataError, OptionError, RankWarning, ShapeError
from mornet.linalg import InnerProduct, inner_product, numerical_rank, thin_svd
from mornet.records import Array, array


@dataclass(frozen=True, eq=False)
class POD:
    """u ~ c + V z with V^T M V = I, z = V^T M (u - c).

    The columns of ``V`` minimise sum_j w_j ||u_j - u_hat_j||_M^2 over all subspaces of dimension r
    (Eckart and Young 1936); the minimum is the sum of the squares of the discarded
    ``singular_values``. c is ``centre`` or zero, M ``inner_product`` or the identity, w the
    ``weights`` of the snapshots or one.
    """

    kind: ClassVar[str] = "pod"
    V: Array = array("dof", "mode", about="modes, orthonormal in the inner product")
    singular_values: Array = array("index", about="all of them, of R (U - c) W^(1/2)")
    centre: Array | None = array("dof", about="subtracted before projection", optional=True)
    weights: Array | None = array("sample", about="weights of the snapshots", optional=True)
    inner_product: InnerProduct | None = None

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return int(self.V.shape[0])

    @property
    def r(self) -> int:
        """Number of modes."""
        return int(self.V.shape[1])

    @property
    def parameters(self) -> int:
        """Entries of V and c."""
        return self.V.size + (0 if self.centre is None else self.n)

    @property
    def energy(self) -> float:
        """The part of the sum of squared singular values that the modes keep."""
        squares = _scaled_squares(self.singular_values)
        return float(squares[: self.r].sum() / squares.sum()) if squares.any() else 1.0

    @property
    def discarded(self) -> float:
        """The root of the sum of the squares of the discarded singular values: the POD error."""
        return float(np.linalg.norm(self.singular_values[self.r :]))

    def encode(self, U: Array) -> Array:
        """Return V^T M (U - c) (r, m)."""
        require_columns("U", U, self.n)
        U = U if self.centre is None else U - self.centre[:, None]
        return self.V.T @ (U if self.inner_product is None else self.inner_product.apply(U))

    def decode(self, Z: Array) -> Array:
        """Return c + V Z (n, m)."""
        require_columns("Z", Z, self.r)
        U = self.V @ Z
        return U if self.centre is None else U + self.centre[:, None]

    def truncate(self, rank: int) -> POD:
        """Return the POD with the first ``rank`` modes, without a new SVD."""
        if not 1 <= rank <= self.r:
            raise OptionError(f"cannot truncate {self.r} modes to {rank}")
        return replace(self, V=self.V[:, :rank])


def fit_pod(
    U: Array,
    *,
    rank: int | None = None,
    energy: float | None = None,
    tolerance: float | None = None,
    inner_product: Any = None,
    weights: Array | None = None,
    centre: Array | str | None = None,
) -> POD:
    """Return the POD of the snapshots ``U`` (n, m), by a direct SVD.

    The size is set by one of ``rank`` = r, ``energy`` (the least r that keeps this part of the sum
    of squared singular values) or ``tolerance`` (the least r with a relative error not above it);
    with none of them it is the numerical rank. ``inner_product`` is None, positive weights (n,) or
    a symmetric positive definite matrix (n, n), dense or sparse; ``weights`` (m,) are those of the
    snapshots (quadrature in time and parameter); ``centre`` is None, "mean" (the weighted mean:
    this is PCA) or a state (n,).

    More modes than the numerical rank are never returned; asking for them gives a RankWarning.
    Raises OptionError for options that contradict, ShapeError, and DataError for entries that are
    not finite or snapshots that are all zero.
    """
    require_columns("U", U)
    U = np.asarray(U) if np.asarray(U).dtype == np.float32 else np.asarray(U, dtype=float)
    require_finite("U", U)
    n, m = U.shape
    M = inner_product_of(inner_product, n)
    root = _root_weights(weights, m)
    c = _centre(U, centre, root)
    A = U if c is None else U - c[:, None]
    A = A if M is None else M.to_euclidean(A)
    A = A if root is None else A * root
    left, s, _ = thin_svd(A)
    most = numerical_rank(s, (n, m))
    if most == 0:
        raise DataError("all snapshots equal the centre (or are zero): there is nothing to reduce")
    r = _choose_rank(s, most, rank, energy, tolerance)
    V = left[:, :r] if M is None else M.from_euclidean(left[:, :r])
    return POD(np.asfortranarray(V), s, c, weights, M)


inner_product_of = inner_product  # fit_pod has an argument of that name


def _root_weights(weights: Array | None, m: int) -> Array | None:
    if weights is None:
        return None
    if np.shape(weights) != (m,):
        raise ShapeError(f"weights have shape {np.shape(weights)} for {m} snapshots")
    if not (np.all(weights >= 0) and np.any(weights > 0) and np.isfinite(weights).all()):
        raise DataError("snapshot weights must be finite, not negative and not all zero")
    return np.asarray(np.sqrt(weights))


def _centre(U: Array, centre: Array | str | None, root: Array | None) -> Array | None:
    if centre is None:
        return None
    if isinstance(centre, str):
        if centre != "mean":
            raise OptionError(f"centre {centre!r}: it is None, 'mean' or a state")
        return np.average(U, axis=1, weights=None if root is None else root**2)
    if np.shape(centre) != (U.shape[0],):
        raise ShapeError(f"centre has shape {np.shape(centre)}, the snapshots {U.shape[0]} dofs")
    require_finite("centre", np.asarray(centre)[:, None])
    return np.asarray(centre)


def _scaled_squares(s: Array) -> Array:
    """Return (s / s_1)^2, which neither overflows nor vanishes."""
    return (s / s[0]) ** 2 if s[0] > 0 else s


def _choose_rank(
    s: Array, most: int, rank: int | None, energy: float | None, tolerance: float | None
) -> int:
    given = {
        name: value
        for name, value in (("rank", rank), ("energy", energy), ("tolerance", tolerance))
        if value is not None
    }
    if len(given) > 1:
        raise OptionError(f"give one of rank, energy and tolerance, not {' and '.join(given)}")
    if rank is not None:
        if rank < 1:
            raise OptionError(f"rank = {rank} must be at least 1")
        if rank > most:
            warnings.warn(
                f"rank {rank} was asked for, but the snapshots have numerical rank {most}; "
                f"{most} modes are returned",
                RankWarning,
                stacklevel=3,
            )
        return min(rank, most)
    squares = _scaled_squares(s)
    tail = np.append(np.cumsum(squares[::-1])[::-1], 0.0)  # tail[r] = sum of squares from r on
    if energy is not None:
        if not 0 < energy <= 1:
            raise OptionError(f"energy = {energy} must be in (0, 1]")
        enough = tail <= (1 - energy) * tail[0]
    elif tolerance is not None:
        if not 0 <= tolerance < 1:
            raise OptionError(f"tolerance = {tolerance} must be in [0, 1)")
        enough = tail <= tolerance**2 * tail[0]
    else:
        return most
    return min(max(int(np.argmax(enough)), 1), most)
