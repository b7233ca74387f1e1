"""Least squares with a penalty, min ||A x - b||^2 + lambda^2 ||x||^2, without squaring A."""

from __future__ import annotations

import numpy as np

from mornet.records import Array


def tikhonov(A: Array, B: Array, regularisation: float) -> Array:
    """Return the minimisers x (p, k) of ||A x - b||^2 + lambda^2 ||x||^2 for the columns of ``B``.

    ``A`` is (m, p), B (m, k); with A = U diag(s) V^T, x = V diag(s / (s^2 + lambda^2)) U^T B.
    """
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return Vt.T @ ((s / (s**2 + regularisation**2))[:, None] * (U.T @ B))


class TikhonovQR:
    """[A; lambda I] = [Q1; Q2] R, to which columns of A are appended; the fit is Q1 Q1^T b.

    The penalty is inside the factorisation, so that A may be as badly conditioned as it likes. Only
    Q is kept. Columns are orthogonalised twice (W. Kahan and B. Parlett: twice is enough).
    """

    def __init__(self, m: int, regularisation: float) -> None:
        self.m, self.regularisation = m, regularisation
        self.Q = np.empty((m, 0))

    def residual(self, B: Array) -> Array:
        """Return b - A x, x the minimiser, for the columns of ``B`` (m, k)."""
        Q1 = self.Q[: self.m]
        return B - Q1 @ (Q1.T @ B)

    def appended(self, F: Array) -> Array:
        """Return the columns of Q (t, m + p + k, k) that appending one of ``F`` (m, t, k) adds."""
        m, t, k = F.shape
        p = self.Q.shape[1]
        rows = np.concatenate([F.reshape(m, t * k), np.zeros((p, t * k))])
        for _ in range(2):
            rows -= self.Q @ (self.Q.T @ rows)
        penalty = np.broadcast_to(self.regularisation * np.eye(k), (t, k, k))
        A = np.concatenate([rows.reshape(m + p, t, k).transpose(1, 0, 2), penalty], axis=1)
        return np.asarray(np.linalg.qr(A)[0])

    def append(self, F: Array) -> None:
        """Append the columns ``F`` (m, k) to A."""
        q = self.appended(F[:, None])[0]
        p, k = self.Q.shape[1], F.shape[1]
        q[: self.m + p] -= self.Q @ (self.Q.T @ q[: self.m + p])
        q = np.linalg.qr(q)[0]
        self.Q = np.concatenate([np.concatenate([self.Q, np.zeros((k, p))]), q], axis=1)
