"""The product that BLAS adds in place, which NumPy has no name for."""

from __future__ import annotations

import numpy as np

from mornet.records import Array


def subtract_product(W: Array, eta: float, delta: Array, a: Array) -> None:
    """Do W -= eta delta a^T in one pass over ``W`` (n, k), C-contiguous, in place.

    ``delta`` (n, N) and ``a`` (k, N) have contiguous columns; all are of one type, float64 or
    float32.
    """
    from scipy.linalg.blas import dgemm, sgemm

    gemm = dgemm if W.dtype == np.float64 else sgemm
    gemm(-eta, a, delta, 1.0, W.T, trans_b=1, overwrite_c=1)
