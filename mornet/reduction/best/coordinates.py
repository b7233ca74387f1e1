"""How many POD coordinates a race uses, and the modes of its folds."""

from __future__ import annotations

import numpy as np

from mornet.records import Array
from mornet.reduction.hybrid.coordinates import TAIL, usual_coordinates

ROUND_OFF = 1e-7  # of the largest singular value: what eigenvalues of a Gram matrix still show


def modes_of(A: Array, rank: int, weights: Array | None) -> tuple[Array, Array]:
    """Return the r_0 modes (k, r_0) and all singular values of a fold's snapshots ``A`` (k, m)."""
    V, s = principal_axes(A, weights)
    return V[:, : coordinates_of(s, rank)], s


def principal_axes(A: Array, weights: Array | None) -> tuple[Array, Array]:
    """Return the left singular vectors (k, k) and singular values of ``A`` (k, m), weighted.

    The eigenvalues of A W A^T give them. Singular values below 1e-8 of the largest are round-off,
    which lies below every truncation error that matters here.
    """
    gram = (A if weights is None else A * weights) @ A.T
    eigenvalues, V = np.linalg.eigh(gram)
    return V[:, ::-1], np.sqrt(np.maximum(eigenvalues[::-1], 0))


def coordinates_of(s: Array, rank: int, tolerance: float = TAIL) -> int:
    """Return r_0 for singular values ``s``: `usual_coordinates`, and at least 2 ``rank``.

    Coordinates of round-off do not count.
    """
    wanted = max(usual_coordinates(s, tolerance), 2 * rank)
    return min(wanted, int(np.count_nonzero(s > ROUND_OFF * s[0])))
