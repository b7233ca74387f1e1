"""The POD twin: derivatives and series of the singular values, modes and POD subspace of X + t E.

The subspace of the first r modes is the range of U_1 + U_2 Z(t), the graph of a matrix Z(t) over
the old subspace. It is invariant under A(t) = X(t) X(t)^T. With B = U^T A U this is the Riccati
equation

    B_22 Z + B_21 - Z B_11 - Z B_12 Z = 0

(G. W. Stewart, SIAM Review 15, 1973). The power series of Z needs a gap between s_r and s_{r+1},
and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mornet.checks import require_count
from mornet.errors import DataError, ShapeError
from mornet.linalg import thin_svd
from mornet.nn.series import evaluate, matrix_product
from mornet.records import Array


class SingularDerivatives(NamedTuple):
    """d/dt at t = 0 of the singular values s (k,) and vectors U (n, k), V (m, k) of X + t E."""

    s: Array
    U: Array
    V: Array


def singular_derivatives(X: Array, E: Array) -> SingularDerivatives:
    """Return the derivatives of all singular values and vectors of the thin SVD of X + t E.

    With C = U^T E V the singular values have s_i' = C_ii. The part of U' in the range of U is

        (U^T U')_ji = (s_i C_ji + s_j C_ij) / (s_i^2 - s_j^2);

    the part outside is (I - U U^T) E V S^{-1}. V' has the same form with C^T and E^T. Raises
    DataError if singular values coincide or vanish, since their vectors have no derivative, and
    ShapeError if E does not have the shape of X.
    """
    _require_same(X, E)
    U, s, Vt = thin_svd(X)
    V = Vt.T
    gaps = s[None, :] ** 2 - s[:, None] ** 2
    np.fill_diagonal(gaps, 1)
    if np.min(np.abs(gaps)) < 1e-12 * s[0] ** 2 or s[-1] < 1e-12 * s[0]:
        raise DataError(
            "singular values coincide or vanish, so that their vectors have no derivative: use "
            "projector_derivative"
        )
    C = U.T @ E @ V

    def rotation(C: Array) -> Array:
        R = (C * s[None, :] + s[:, None] * C.T) / gaps
        np.fill_diagonal(R, 0)
        return np.asarray(R)

    EV, EU = E @ V / s, E.T @ U / s
    dU = U @ rotation(C) + EV - U @ (U.T @ EV)
    dV = V @ rotation(C.T) + EU - V @ (V.T @ EU)
    return SingularDerivatives(np.diag(C).copy(), dU, dV)


def projector_derivative(X: Array, E: Array, r: int) -> Array:
    """Return d/dt at t = 0 of the projector (n, n) onto the first ``r`` modes of X + t E.

    It is P' = U_1' U_1^T + (U_1' U_1^T)^T with the part of U_1' outside the subspace,

        a_ji = (s_i u_j^T E v_i + s_j u_i^T E v_j) / (s_i^2 - s_j^2),   i <= r < j.

    Singular values within the first r may coincide. Raises ShapeError if E does not have the shape
    of X, OptionError for a rank out of range, DataError if there is no gap after s_r.
    """
    _require_same(X, E)
    U, s, Vt = thin_svd(X)
    _require_gap(s, r)
    C = U.T @ E @ Vt.T
    a = (C[r:, :r] * s[:r] + s[r:, None] * C[:r, r:].T) / (s[:r] ** 2 - s[r:, None] ** 2)
    EV = E @ Vt[:r].T / s[:r]
    outside = U[:, r:] @ a + EV - U @ (U.T @ EV)
    return np.asarray(outside @ U[:, :r].T + U[:, :r] @ outside.T)


@dataclass(frozen=True, eq=False)
class GraphSeries:
    """The subspace of the first r modes of X + t E as the range of U_1 + U_2 Z(t).

    k is n, or the number of columns of [X E] if it is smaller.
    """

    U1: Array
    """The first r modes (n, r) of X."""
    U2: Array
    """The other modes (n, k - r)."""
    Z: Array
    """The coefficients (K+1, k - r, r) of Z(t), with Z[0] = 0."""

    def basis(self, t: float) -> Array:
        """Return an orthonormal basis (n, r) of the subspace at ``t``, with an error O(t^{K+1})."""
        return np.asarray(np.linalg.qr(self.U1 + self.U2 @ evaluate(self.Z, t))[0])

    def projector_series(self) -> Array:
        """Return the coefficients (K+1, n, n) of the projector W (W^T W)^{-1} W^T.

        W = U_1 + U_2 Z; the products are products of series.
        """
        r = self.U1.shape[1]
        W = np.concatenate([np.zeros((len(self.Z), r, r)), self.Z], axis=1)
        W[0, :r] = np.eye(r)
        Wt = np.swapaxes(W, 1, 2)
        P = matrix_product(matrix_product(W, _inverse(matrix_product(Wt, W))), Wt)
        U = np.column_stack([self.U1, self.U2])
        return np.asarray(U @ P @ U.T)


def graph_series(X: Array, E: Array, r: int, degree: int) -> GraphSeries:
    """Return the series of the subspace of the first ``r`` modes of X + t E, of degree ``degree``.

        Z_k[i,j] (lam_{r+i} - lam_j) = -(B_k)_21 - sum_m [(B_m)_22 Z_{k-m} - Z_{k-m} (B_m)_11]
                                       + sum_{a+m+b=k} Z_a (B_m)_12 Z_b,      m = 1, 2,

    where B_m = U^T A_m U with A_1 = X E^T + E X^T and A_2 = E E^T. Raises ShapeError if E does not
    have the shape of X, OptionError for a rank out of range, DataError if there is no gap after
    s_r.
    """
    _require_same(X, E)
    n, m = X.shape
    Q = np.linalg.qr(np.column_stack([X, E]))[0] if n > 2 * m else np.eye(n)
    X, E = Q.T @ X, Q.T @ E
    U, s, _ = np.linalg.svd(X)
    s = np.append(s, np.zeros(len(X) - len(s)))
    _require_gap(s, r)
    UX, UE = U.T @ X, U.T @ E
    B = {1: UX @ UE.T + UE @ UX.T, 2: UE @ UE.T}
    gap = s[r:, None] ** 2 - s[None, :r] ** 2
    Z = np.zeros((degree + 1, len(U) - r, r))
    for k in range(1, degree + 1):
        right = np.zeros_like(Z[0])
        for l in (l for l in (1, 2) if l <= k):
            if l == k:
                right -= B[l][r:, :r]
            right -= B[l][r:, r:] @ Z[k - l] - Z[k - l] @ B[l][:r, :r]
            for a in range(1, k - l):
                right += Z[a] @ B[l][:r, r:] @ Z[k - l - a]
        Z[k] = right / gap
    return GraphSeries(Q @ U[:, :r], Q @ U[:, r:], Z)


def _inverse(S: Array) -> Array:
    """Return the series of S^{-1} for a series (K+1, r, r) with S[0] = I."""
    G = np.zeros_like(S)
    G[0] = S[0]
    for k in range(1, len(S)):
        G[k] = -np.sum(S[1 : k + 1] @ G[k - 1 :: -1][:k], axis=0)
    return G


def _require_same(X: Array, E: Array) -> None:
    if X.ndim != 2 or X.shape != E.shape:
        raise ShapeError(f"X has shape {X.shape}, its direction {E.shape}; both must be (n, m)")


def _require_gap(s: Array, r: int) -> None:
    require_count("rank", r, len(s) - 1, str(len(s) - 1))
    if s[r - 1] - s[r] <= 1e-12 * s[0]:
        raise DataError(
            f"there is no gap after s_{r} = {s[r - 1]:.6g}, so that the subspace is not "
            "determined: take another rank"
        )
