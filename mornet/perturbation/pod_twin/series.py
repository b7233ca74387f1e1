"""The POD twin: what happens to singular values, modes and the POD subspace of X + t E.

The subspace of the first r modes is the graph of a matrix Z(t) over the old one, the range of
U_1 + U_2 Z(t), and invariant under A(t) = X(t) X(t)^T. With B_k = U^T A_k U that is Riccati's
equation

    B_22 Z + B_21 - Z B_11 - Z B_12 Z = 0,

whose power series needs nothing but the gap between s_r and s_{r+1} (G. W. Stewart, SIAM Review 15,
1973, for the equation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mornet.errors import DataError, OptionError, ShapeError
from mornet.linalg import thin_svd
from mornet.nn.series import evaluate, matrix_product
from mornet.records import Array


class SingularDerivatives(NamedTuple):
    """d/dt at t = 0 of the singular values (k,) and vectors (n, k), (m, k) of X + t E."""

    s: Array
    U: Array
    V: Array


def singular_derivatives(X: Array, E: Array) -> SingularDerivatives:
    """Return the derivatives of all thin singular values and vectors of X + t E.

    With C = U^T E V: s_i' = C_ii and, in the basis of the vectors themselves,

        (U^T U')_ji = (s_i C_ji + s_j C_ij) / (s_i^2 - s_j^2),    V with C^T,

    plus (I - U U^T) E V S^{-1} and its twin. Raises DataError for singular values that coincide or
    vanish, whose vectors have no derivative; ShapeError for another E.
    """
    _require_same(X, E)
    U, s, Vt = thin_svd(X)
    V = Vt.T
    gaps = s[None, :] ** 2 - s[:, None] ** 2
    np.fill_diagonal(gaps, 1)
    if np.min(np.abs(gaps)) < 1e-12 * s[0] ** 2 or s[-1] < 1e-12 * s[0]:
        raise DataError("singular values coincide or vanish: their vectors have no derivative")
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

    P' = U_1' U_1^T + transpose with the part of U_1' outside the subspace, for which

        a_ji = (s_i u_j^T E v_i + s_j u_i^T E v_j) / (s_i^2 - s_j^2),   i <= r < j.

    Singular values within the first r may coincide. Raises DataError without a gap after s_r.
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

    ``U1`` (n, r), ``U2`` (n, k - r), ``Z`` (K+1, k - r, r) with Z[0] = 0; k = n, or the columns of
    [X E] if these are fewer.
    """

    U1: Array
    U2: Array
    Z: Array

    def basis(self, t: float) -> Array:
        """Return an orthonormal basis (n, r) of the subspace at ``t``, to order K."""
        return np.asarray(np.linalg.qr(self.U1 + self.U2 @ evaluate(self.Z, t))[0])

    def projector_series(self) -> Array:
        """Return the coefficients (K+1, n, n) of the projector onto the range of W = U_1 + U_2 Z.

        That is W (W^T W)^{-1} W^T, a product of series.
        """
        r = self.U1.shape[1]
        W = np.concatenate([np.zeros((len(self.Z), r, r)), self.Z], axis=1)
        W[0, :r] = np.eye(r)
        Wt = np.swapaxes(W, 1, 2)
        P = matrix_product(matrix_product(W, _inverse(matrix_product(Wt, W))), Wt)
        U = np.column_stack([self.U1, self.U2])
        return np.asarray(U @ P @ U.T)


def graph_series(X: Array, E: Array, r: int, order: int) -> GraphSeries:
    """Return the series of the subspace of the first ``r`` modes of X + t E up to t^order.

        Z_k[i,j] (lam_{r+i} - lam_j) = -(B_k)_21 - sum_m [(B_m)_22 Z_{k-m} - Z_{k-m} (B_m)_11]
                                       + sum_{a+m+b=k} Z_a (B_m)_12 Z_b,      m = 1, 2,

    with A_1 = X E^T + E X^T, A_2 = E E^T. Raises DataError without a gap after s_r.
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
    Z = np.zeros((order + 1, len(U) - r, r))
    for k in range(1, order + 1):
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
        raise ShapeError(f"X has shape {X.shape}, its direction {E.shape}")


def _require_gap(s: Array, r: int) -> None:
    if not 1 <= r < len(s):
        raise OptionError(f"rank {r} must be between 1 and {len(s) - 1}")
    if s[r - 1] - s[r] <= 1e-12 * s[0]:
        raise DataError(f"no gap after s_{r} = {s[r - 1]:.6g}: the subspace is not determined")
