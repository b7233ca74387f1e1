"""Quadratic manifolds: POD modes plus a quadratic correction learned by least squares.

Everything is computed in the coordinates of the snapshots in all their modes, which are orthonormal
in the inner product: there the norm is Euclidean, and the weight of a snapshot multiplies its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from mornet.checks import real_array, require_codes, require_columns, require_finite
from mornet.errors import DataError, OptionError
from mornet.linalg import InnerProduct, coordinates, inner_product, thin_svd
from mornet.records import Array, Indices, array
from mornet.reduction.pod.fit import brought_back, centre_of, root_weights
from mornet.reduction.pod.modes import Problem
from mornet.reduction.tikhonov import TikhonovQR, tikhonov

BATCH = 50  # candidates of the greedy method that are tried at once, so that they stay in the cache


@dataclass(frozen=True, eq=False)
class QuadraticManifold:
    """u ~ c + V z + W h(z), z = V^T M (u - c), h(z) = (z_i z_j), j <= i.

    h is in the order 00, 10, 11, 20. V holds r modes, V^T M V = I, and W (n, r(r + 1)/2) the
    correction, V^T M W = 0 (R. Geelen, S. Wright and K. Willcox, Comput. Methods Appl. Mech. Eng.
    403, 2023). ``chosen`` says which left singular vectors of the centred snapshots the modes are.
    M is ``inner_product`` or the identity; ``weights`` are those of the snapshots in the error that
    was minimised.
    """

    kind: ClassVar[str] = "quadratic_manifold"
    V: Array = array("dof", "mode", about="modes, orthonormal in the inner product")
    W: Array = array("dof", "feature", about="correction for each product of two codes")
    chosen: Indices = array("mode", about="numbers of the left singular vectors that are modes")
    centre: Array | None = array("dof", about="subtracted before encoding", optional=True)
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
        """Entries of V, W and c."""
        return self.V.size + self.W.size + (0 if self.centre is None else self.n)

    def encode(self, U: Array) -> Array:
        """Return V^T M (U - c) (r, m)."""
        require_columns("U", U, self.n)
        return coordinates(U, self.V, self.centre, self.inner_product)

    def decode(self, Z: Array) -> Array:
        """Return c + V Z + W h(Z) (n, m)."""
        require_columns("Z", Z, self.r)
        U = self.V @ Z + self.W @ products(Z)
        return U if self.centre is None else U + self.centre[:, None]

    def decode_jacobian(self, z: Array) -> Array:
        """Return the derivative V + W h'(z) (n, r) of the decoder at ``z`` (r,)."""
        require_codes(self.r, z)
        i, j = np.tril_indices(self.r)
        rows, dh = np.arange(len(i)), np.zeros((len(i), self.r))
        np.add.at(dh, (rows, i), z[j])
        np.add.at(dh, (rows, j), z[i])
        return self.V + self.W @ dh

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return 2 W h(v) (n,), the second derivative along ``v`` (r,) at every ``z`` (r,)."""
        require_codes(self.r, z, v)
        return np.asarray(2 * self.W @ products(v))


def products(Z: Array) -> Array:
    """Return h(Z) (r(r + 1)/2, m): the products z_i z_j, j <= i, of each column of ``Z`` (r, m).

    >>> products(np.array([[2.0], [3.0]])).T
    array([[4., 6., 9.]])
    """
    i, j = np.tril_indices(len(Z))
    return Z[i] * Z[j]


def fit_quadratic_manifold(
    U: Array,
    rank: int,
    *,
    greedy: bool = True,
    regularisation: float = 1e-6,
    candidates: int = 200,
    centre: bool = True,
    inner_product: Any = None,
    weights: Array | None = None,
) -> QuadraticManifold:
    """Return the quadratic manifold with ``rank`` modes for the snapshots ``U`` (n, m).

    The modes are the first left singular vectors of U - c, c the mean if ``centre``, or if
    ``greedy`` chosen one by one among the first ``candidates`` that are left: the one that leaves
    the smallest least-squares residual on these (P. Schwerdtner and B. Peherstorfer,
    arXiv:2403.06732). W solves

        min sum_j w_j ||u_j - c - V z_j - W h(z_j)||_M^2 + lambda^2 ||W||_M^2

    with lambda = ``regularisation``, in the units of the snapshots squared. ``inner_product`` M and
    ``weights`` w (m,) are those of `fit_pod`; with weights the mean is the weighted one.

    Raises OptionError for settings out of range, more modes than the numerical rank among them;
    ShapeError; DataError for snapshots that are not finite, all equal, or too large to be squared.
    """
    if not regularisation > 0 or candidates < 1:
        raise OptionError("regularisation must be positive and candidates at least 1")
    all_modes = singular_coordinates(U, centre, inner_product, weights)
    q = all_modes.X.shape[1]
    if not 1 <= rank <= q:
        raise OptionError(f"rank {rank} must be between 1 and the numerical rank {q}")
    if greedy:
        chosen = greedy_modes(all_modes.X, rank, regularisation, candidates, all_modes.root)
    else:
        chosen = np.arange(rank)
    return manifold_with(all_modes, chosen, regularisation)


class Coordinates(NamedTuple):
    """All modes ``V`` (n, q) of snapshots, their weighted coordinates, and what defines the norm.

    A row of ``X`` (m, q) is sqrt(w_j) V^T M (u_j - c).
    """

    V: Array
    X: Array
    centre: Array | None = None
    weights: Array | None = None
    inner_product: InnerProduct | None = None

    @property
    def root(self) -> Array | None:
        """The sqrt(w_j) (m,)."""
        return root_weights(self.weights, len(self.X))


def singular_coordinates(
    U: Array, centre: bool, product: Any = None, weights: Array | None = None
) -> Coordinates:
    """Return the snapshots ``U`` (n, m) in as many modes as the numerical rank.

    Raises ShapeError and DataError.
    """
    U = real_array("U", U)
    require_columns("U", U)
    require_finite("U", U)
    U = U.astype(float, copy=False)
    n, m = U.shape
    M, root = inner_product(product, n), root_weights(weights, m)
    c = centre_of(U, "mean" if centre else None, root)
    A = U if c is None else U - c[:, None]
    A = A if M is None else M.to_euclidean(A)
    left, s, Vt = thin_svd(A if root is None else A * root)
    total = float(np.sqrt(m) if root is None else np.linalg.norm(root))
    q = Problem((n, m), float(np.finfo(float).eps), c, M, total).most(s)
    if not 1e-75 < s[0] < 1e75:
        raise DataError(f"the snapshots' products are of size {s[0]:.0e} squared: rescale them")
    X = np.ascontiguousarray((s[:q, None] * Vt[:q]).T)
    weights = None if weights is None else np.asarray(weights, dtype=float)
    return Coordinates(brought_back(left[:, :q], M), X, c, weights, M)


def manifold_with(
    all_modes: Coordinates, chosen: Indices, regularisation: float
) -> QuadraticManifold:
    """Return the manifold whose modes are the columns ``chosen`` of all modes."""
    V, X, c, weights, M = all_modes
    others = np.setdiff1d(np.arange(X.shape[1]), chosen)
    H = products(np.ascontiguousarray(X[:, chosen].T)).T
    H = H if all_modes.root is None else _over(H, all_modes.root)
    W = V[:, others] @ tikhonov(H, X[:, others], regularisation).T
    return QuadraticManifold(V[:, chosen].copy(), W, np.asarray(chosen), c, weights, M)


def greedy_modes(
    X: Array, rank: int, regularisation: float, candidates: int, root: Array | None = None
) -> Indices:
    """Return the numbers of ``rank`` columns of ``X`` (m, q), SVD coordinates, in their order.

    Each step tries the first ``candidates`` columns that are left: with z the columns chosen so far
    and the one on trial, the others of them are fitted by the products of z, and the trial with the
    least residual wins. The factorisation of all products so far is kept; a trial appends its own.
    The rows of X have been multiplied by ``root`` (m,), if it is given.
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

    It is ||r||^2 - 2 g^T q1^T r + g^T (q1^T q1) g with g = q1^T b. Nothing cancels to speak of:
    a mode more makes the residual some times smaller, not by orders of magnitude.
    """
    trials, m, new = q1.shape
    k = B.shape[1]
    rows = np.ascontiguousarray(q1.transpose(0, 2, 1))
    both = (rows.reshape(-1, m) @ np.concatenate([B, R], axis=1)).reshape(trials, new, 2 * k)
    G = both[..., :k]
    return np.einsum("ij,ij->j", R, R) + np.sum(G * (rows @ q1 @ G - 2 * both[..., k:]), axis=1)


def _new_products(X: Array, chosen: list[int], trials: Indices, root: Array | None) -> Array:
    """Return what each trial adds to the products, (m, trials, len(chosen) + 1)."""
    new = X[:, trials][:, :, None]
    known = np.concatenate(
        [np.broadcast_to(X[:, None, chosen], (*new.shape[:2], len(chosen))), new], axis=2
    )
    known *= new
    return known if root is None else _over(known, root)


def _over(products: Array, root: Array) -> Array:
    """Return sqrt(w_j) z_i z_k from the ``products`` (m, ...) of rows sqrt(w_j) z; or 0."""
    one_over = np.divide(1.0, root, out=np.zeros_like(root), where=root > 0)
    return products * one_over.reshape(-1, *(1,) * (products.ndim - 1))
