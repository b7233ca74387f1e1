"""Right singular vectors from the Gram matrix, the method of snapshots.

It takes the least work, and it does not show small singular values.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.errors import DataError
from mornet.records import Array
from mornet.reduction.pod.rows import Rows

# The Gram matrix squares singular values: sigma_i has the relative error eps (sigma_1 / sigma_i)^2.
# Only the sigma_i above 1e-6 sigma_1 are used: their relative error is at most about 1e-4. At 1e-7
# sigma_1 the relative error is 1e-2, and below 1e-8 sigma_1 there is only round-off.
BLIND = 1e-6


class Spectrum(NamedTuple):
    """X ~ Y W^T with right singular vectors W (k, q) and singular values s (q,).

    ``tail`` is the root of the sum of squares of the other singular values.
    """

    W: Array
    s: Array
    tail: float


def gram_spectrum(rows: Rows) -> Spectrum:
    """Return the singular values above ``BLIND`` sigma_1, and their right singular vectors.

    The eigenvalues of X^T X, or X^T M X for rows with a mass, are the squares of the singular
    values (L. Sirovich, Q. Appl. Math. 45, 1987). The rows are read once, and the memory is 2 k^2
    numbers. Raises UnscaledError if squares overflow or vanish, DataError if an eigenvalue is
    negative.
    """
    k = rows.shape[1]
    G = np.zeros((k, k))
    for _, X, MX in rows.pairs():
        G += X.T @ MX
    rows.check(abs(float(np.trace(G))))
    values, vectors = np.linalg.eigh(G)
    if values[0] < -(BLIND**2) * values[-1]:
        raise DataError("the inner product's matrix is not positive definite")
    squares, W = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    q = int(np.count_nonzero(squares > BLIND**2 * squares[0]))
    return Spectrum(W[:, :q], np.sqrt(squares[:q]), float(np.sqrt(squares[q:].sum())))
