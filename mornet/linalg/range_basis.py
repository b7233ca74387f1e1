"""An orthonormal basis of the range of a matrix to a tolerance, from random combinations."""

from __future__ import annotations

import numpy as np

from mornet.errors import OptionError
from mornet.linalg.svd import EPS
from mornet.records import Array

BLOCK = 200


def range_basis(
    A: Array, tolerance: float, rng: np.random.Generator, block: int = BLOCK
) -> tuple[Array, Array]:
    """Return orthonormal columns Q (m, k) and Q^T A, with ||A - Q Q^T A||_F <= tolerance ||A||_F.

    Products of ``A`` (m, n) with blocks of Gaussian vectors are made orthonormal, one block after
    the other, until the squares of Q^T A sum up to enough (N. Halko, P.-G. Martinsson, J. Tropp,
    SIAM Rev. 53, 2011, 4.4). k is larger than the least rank. The work is O(m n k), at a small part
    of that of an SVD if k is small. Raises OptionError unless ``tolerance`` is above 1e-7: the
    difference of squares does not see less.
    """
    if not tolerance >= 10 * EPS**0.5:
        raise OptionError(f"the tolerance {tolerance:g} of a basis must be at least 1.5e-7")
    total = float(np.linalg.norm(A)) ** 2
    Q, B, found = np.empty((len(A), 0)), np.empty((0, A.shape[1])), 0.0
    while total - found > tolerance**2 * total and Q.shape[1] < min(A.shape):
        width = min(block, min(A.shape) - Q.shape[1])
        Y = A @ rng.standard_normal((A.shape[1], width))
        for _ in range(2):  # once more, against rounding
            Y = np.linalg.qr(Y - Q @ (Q.T @ Y))[0]
        Q, B = np.hstack([Q, Y]), np.vstack([B, Y.T @ A])
        found = float(np.linalg.norm(B)) ** 2
    return Q, B
