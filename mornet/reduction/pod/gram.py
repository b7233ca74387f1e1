"""Right singular vectors from the Gram matrix: the method of snapshots, the cheapest and blind."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.errors import DataError
from mornet.records import Array
from mornet.reduction.pod.rows import Rows

# The Gram matrix squares singular values: sigma_i has the relative error eps (sigma_1 / sigma_i)^2.
# Only those above this part of sigma_1 are used, where it is at most 1e-4 (nearer to 1e-7 it is
# 1e-2, below 1e-8 there is nothing but round-off).
BLIND = 1e-6


class Spectrum(NamedTuple):
    """X ~ Y W^T: right singular vectors W (k, q), singular values s (q,), the others' root sum."""

    W: Array
    s: Array
    tail: float


def gram_spectrum(rows: Rows) -> Spectrum:
    """Return the singular values above ``BLIND`` sigma_1, and their right singular vectors.

    The eigenvalues of X^T X, or X^T M X for rows with a mass, are the squares of the singular
    values (L. Sirovich, Q. Appl. Math. 45, 1987). One pass; memory 2 k^2. Raises UnscaledError
    where squares overflow or vanish, DataError where an eigenvalue is negative.
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
