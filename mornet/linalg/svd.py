"""The singular value decomposition with a sign rule, numerical rank, angles between subspaces."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.records import Array

EPS = float(np.finfo(float).eps)
SLAB = 4096  # rows of a tall matrix that are treated at once, so that they stay in the cache


class SVD(NamedTuple):
    """A = U diag(s) V^T with thin factors: U (n, k), s (k,) descending, Vt (k, m)."""

    U: Array
    s: Array
    Vt: Array


def thin_svd(A: Array) -> SVD:
    """Return the thin SVD of ``A`` (n, m). The largest entry of each left vector is positive.

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

    If the moduli of several entries agree to half of the digits, the first of these entries counts.
    So round-off does not decide the sign of a symmetric mode.
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


def round_off(s: Array, shape: tuple[int, int], unit: float | None = None) -> float:
    """Return the size up to which singular values ``s`` of an (n, m) matrix are round-off.

    The singular values are computed in double precision; their error is at most max(n, m) eps s_1
    (G. H. Golub and C. F. Van Loan, Matrix Computations, 5.5.8). The entries of the matrix have the
    precision ``unit``, that of s unless given. Their rounding changes singular values by at most
    unit/2 ||A||_F (H. Weyl). In double precision the first bound is the larger one. In single
    precision the second bound does not grow with n.
    """
    if len(s) == 0:
        return 0.0
    unit = float(np.finfo(s.dtype).eps) if unit is None else unit
    computed = max(shape) * EPS * float(s[0])
    return max(computed, unit / 2 * float(np.linalg.norm(s)) if unit > EPS else 0.0)


def numerical_rank(s: Array, shape: tuple[int, int], unit: float | None = None) -> int:
    """Return how many singular values of an (n, m) matrix are above `round_off`."""
    return int(np.count_nonzero(s > round_off(s, shape, unit)))


def truncation_rank(s: Array, tolerance: float, norm: float | None = None) -> int:
    """Return the least r >= 1 with (sum_{k > r} s_k^2)^{1/2} <= ``tolerance`` times ``norm``.

    The singular values ``s`` (k,) descend; the ``norm`` is that of s unless given. The squares are
    those of s / s_1, which neither overflow nor vanish all.
    """
    if len(s) == 0 or s[0] == 0:
        return 1
    squares = (s / s[0]) ** 2
    lost = np.sqrt(np.cumsum(squares[::-1])[::-1])  # entry r: norm of the values beyond r
    whole = float(lost[0]) if norm is None else norm / float(s[0])
    return max(int(np.count_nonzero(lost > tolerance * whole)), 1)


def principal_angles(A: Array, B: Array) -> Array:
    """Return the angles in radians between the ranges of ``A`` (n, r) and ``B`` (n, r).

    The largest angle comes first. One singular value decomposition gives the cosines and another
    one the sines, so that angles near 0 and near pi/2 are accurate (A. Bjorck and G. H. Golub,
    Math. Comp. 27, 1973).
    """
    Q, B = np.linalg.qr(A)[0], np.linalg.qr(B)[0]
    C = Q.T @ B
    cosines = np.linalg.svd(C, compute_uv=False)[::-1]
    sines = np.linalg.svd(B - Q @ C, compute_uv=False)
    return np.arctan2(sines, cosines)
