"""Non-negative least squares with few columns: the active-set method of Lawson and Hanson."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.records import Array, Indices


def non_negative(A: Array, b: Array, tolerance: float) -> tuple[Indices, Array]:
    """Return columns (k,) of ``A`` (m, n) and x (k,) > 0 with ||A_columns x - b|| <= tolerance.

    One column after the other enters: that whose gradient is steepest. Then columns whose x would
    be negative leave (C. Lawson and R. Hanson, Solving Least Squares Problems, 1974). The method
    stops at the ``tolerance``, or where no column decreases the residual further, which is then the
    least one. It holds no n x n matrix, as `scipy.optimize.nnls` does; columns are few. The QR
    factorisation of the chosen columns is updated, so that a column that enters or leaves takes
    O(m (n + k)) operations.
    """
    chosen, residual = Chosen.none(A), b
    for _ in range(3 * A.shape[1]):
        if np.linalg.norm(residual) <= tolerance or len(chosen.columns) == len(A):
            break
        gradient = A.T @ residual
        gradient[chosen.columns] = -np.inf
        entering = int(np.argmax(gradient))
        if gradient[entering] <= _noise(A, residual, entering):
            break
        chosen = chosen.with_column(A, entering).feasible(b)
        if entering not in chosen.columns:  # rounding decides whether it enters
            break
        residual = b - A[:, chosen.columns] @ chosen.x
    order = np.argsort(chosen.columns)
    return chosen.columns[order], chosen.x[order]


def _noise(A: Array, residual: Array, column: int) -> float:
    """Return the gradient that rounding makes of zero."""
    size = float(np.linalg.norm(A[:, column])) * float(np.linalg.norm(residual))
    return 100 * len(A) * float(np.finfo(float).eps) * size


@dataclass(frozen=True, eq=False)
class Chosen:
    """The chosen ``columns`` (k,) in the order of their entry, and their coefficients ``x`` (k,).

    The columns are Q R, with the first k columns of Q orthonormal and R upper triangular.
    """

    columns: Indices
    x: Array
    Q: Array
    R: Array

    @classmethod
    def none(cls, A: Array) -> Chosen:
        """Return that no column of ``A`` (m, n) is chosen."""
        return cls(np.empty(0, dtype=int), np.empty(0), np.empty((len(A), 0)), np.empty((0, 0)))

    def with_column(self, A: Array, column: int) -> Chosen:
        """Return these columns and another ``column`` of ``A``, with the coefficient zero."""
        from scipy.linalg import qr_insert  # late: the command line imports this room, not SciPy

        k, a = len(self.columns), A[:, column]
        if k:
            Q, R = qr_insert(self.Q, self.R, a, k, which="col", check_finite=False)
        else:
            size = np.linalg.norm(a)
            Q, R = a[:, None] / size, np.array([[size]])
        return Chosen(np.append(self.columns, column), np.append(self.x, 0.0), Q, R)

    def feasible(self, b: Array) -> Chosen:
        """Return the least-squares solution for ``b`` (m,); columns with x <= 0 have left."""
        chosen = self
        while len(chosen.columns):
            best = chosen._best(b)
            down = best <= 0
            if not down.any():
                return Chosen(chosen.columns, best, chosen.Q, chosen.R)
            now = chosen.x
            step = np.min(now[down] / (now[down] - best[down]), initial=1.0)
            now = now + step * (best - now)
            now[down & (now <= np.finfo(float).eps * np.max(np.abs(now)))] = 0.0
            chosen = chosen._only(now)
        return chosen

    def _best(self, b: Array) -> Array:
        """Return the coefficients (k,) of the least ||A_columns x - b||, of either sign."""
        from scipy.linalg import solve_triangular

        k = len(self.columns)
        return np.asarray(
            solve_triangular(self.R[:k], self.Q[:, :k].T @ b, check_finite=False), dtype=float
        )

    def _only(self, x: Array) -> Chosen:
        """Return the columns whose new coefficient ``x`` (k,) is positive."""
        from scipy.linalg import qr_delete

        Q, R = self.Q, self.R
        for place in np.flatnonzero(x <= 0)[::-1]:
            if R.shape[1] == 1:
                Q, R = Q[:, :0], R[:0, :0]
            else:
                Q, R = qr_delete(Q, R, place, 1, which="col", check_finite=False)
        return Chosen(self.columns[x > 0], x[x > 0], Q, R)
