"""Least squares with a penalty, min ||A x - b||^2 + lambda^2 ||x||^2, without squaring A."""

from __future__ import annotations

import numpy as np

from mornet.records import Array


def tikhonov(A: Array, B: Array, regularisation: float) -> Array:
    """Return the minimisers x (p, k) of ||A x - b||^2 + lambda^2 ||x||^2 for the columns of ``B``.

    ``A`` is (m, p), ``B`` is (m, k), lambda is ``regularisation``. With the SVD A = U diag(s) V^T
    the minimisers are x = V diag(s / (s^2 + lambda^2)) U^T b.
    """
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return Vt.T @ ((s / (s**2 + regularisation**2))[:, None] * (U.T @ B))


class TikhonovQR:
    """The factorisation [A; lambda I] = [Q1; Q2] R of a matrix A that grows by columns.

    The penalised fit to b is Q1 Q1^T b. The penalty is inside the factorisation, so that the
    condition of A does not matter. Only Q is kept. Columns are orthogonalised twice (W. Kahan and
    B. Parlett: twice is enough).
    """

    def __init__(self, m: int, regularisation: float) -> None:
        self.m, self.regularisation = m, regularisation
        self.Q = np.empty((m, 0))

    def residual(self, B: Array) -> Array:
        """Return b - A x for the columns b of ``B`` (m, k), with the minimisers x."""
        Q1 = self.Q[: self.m]
        return B - Q1 @ (Q1.T @ B)

    def appended(self, F: Array) -> Array:
        """Return what each of t trials would append to Q: columns (t, m + p + k, k).

        ``F`` (m, t, k) holds k columns of A for each trial; p is the number of columns so far.
        """
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
