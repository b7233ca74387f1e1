"""Non-negative least squares with few columns: the active-set method of Lawson and Hanson."""

from __future__ import annotations

import numpy as np

from mornet.records import Array, Indices


def non_negative(A: Array, b: Array, tolerance: float) -> tuple[Indices, Array]:
    """Return columns (k,) of ``A`` (m, n) and x (k,) > 0 with ||A_columns x - b|| <= tolerance.

    One column after the other enters: that whose gradient is steepest. Then columns whose x would
    be negative leave (C. Lawson and R. Hanson, Solving Least Squares Problems, 1974). The method
    stops at the ``tolerance``, or where no column decreases the residual further, which is then the
    least one. It holds no n x n matrix, as `scipy.optimize.nnls` does; columns are few.
    """
    x, chosen, residual = np.zeros(A.shape[1]), np.zeros(A.shape[1], dtype=bool), b
    for _ in range(3 * A.shape[1]):
        if np.linalg.norm(residual) <= tolerance:
            break
        gradient = np.where(chosen, -np.inf, A.T @ residual)
        entering = int(np.argmax(gradient))
        if gradient[entering] <= _noise(A, residual, entering):
            break
        chosen[entering] = True
        _feasible(A, b, x, chosen)
        if not chosen[entering]:  # rounding decides whether it enters
            break
        residual = b - A[:, chosen] @ x[chosen]
    columns = np.flatnonzero(x > 0)
    return columns, x[columns]


def _noise(A: Array, residual: Array, column: int) -> float:
    """Return the gradient that rounding makes of zero."""
    size = float(np.linalg.norm(A[:, column])) * float(np.linalg.norm(residual))
    return 100 * len(A) * float(np.finfo(float).eps) * size


def _feasible(A: Array, b: Array, x: Array, chosen: Array) -> None:
    """Make ``x`` the least-squares solution on the chosen columns; those with x <= 0 leave."""
    from scipy.linalg import lstsq  # late: the command line imports this room, without SciPy

    while chosen.any():
        places = np.flatnonzero(chosen)
        best = lstsq(A[:, places], b, lapack_driver="gelsy", check_finite=False)[0]
        down = best <= 0
        if not down.any():
            x[places] = best
            return
        now = x[places]
        step = np.min(now[down] / (now[down] - best[down]), initial=1.0)
        now = now + step * (best - now)
        now[down & (now <= np.finfo(float).eps * np.max(np.abs(now)))] = 0.0
        x[places] = now
        chosen[places[now <= 0]] = False
