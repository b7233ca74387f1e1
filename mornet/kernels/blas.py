"""Fast products by BLAS: added in place, and in pieces for narrow matrices."""

from __future__ import annotations

import numpy as np

from mornet.records import Array

# OpenBLAS 0.3 (AVX-512) does not pack its operands for a product of up to 100^3 multiplications;
# some of its kernels also need at most RESULTS results. For a narrow matrix packing takes longer
# than the product.
NARROW, UNPACKED, RESULTS = 10, 100**3, 1200
SHORT, LONG = 200, 400_000  # columns, multiplications of a piece


def columns_at_once(m: int, n: int, N: int) -> int:
    """Return the number of the ``N`` columns for which the product with (m, n) is fastest."""
    if min(m, n) > NARROW or m * n * N <= UNPACKED // 4:
        return N
    return min(N, max(1, UNPACKED // (m * n)), max(1, RESULTS // min(m, n)))


def long_columns_at_once(m: int, n: int, N: int) -> int:
    """Return the same for long products, whose ``N`` is much larger than m and n.

    Pieces of fewer than SHORT columns would cost more than packing does.
    """
    size = LONG // (m * n)
    return size if size >= SHORT else N


def multiply(A: Array, x: Array, out: Array, size: int) -> None:
    """Write A x into ``out``, ``size`` columns at a time; leading axes are stacks."""
    N = x.shape[-1]
    if size >= N:
        np.matmul(A, x, out=out)
    else:
        for of in pieces(N, size):
            np.matmul(A, x[..., of], out=out[..., of])


def add_transposed(delta: Array, a: Array, out: Array, size: int) -> None:
    """Add delta a^T to ``out``, summed over ``size`` columns at a time; leading axes are stacks.

    A packed product is computed as a delta^T in float32, which is faster by half.
    """
    N = a.shape[-1]
    if size >= N and out.itemsize == 4:
        out += np.swapaxes(a @ np.swapaxes(delta, -1, -2), -1, -2)
        return
    for of in pieces(N, min(size, N)):
        out += delta[..., of] @ np.swapaxes(a[..., of], -1, -2)


def multiply_transposed(delta: Array, a: Array, out: Array, size: int) -> None:
    """Write delta a^T into ``out``, summed over ``size`` columns at a time."""
    first, *rest = pieces(a.shape[1], size)
    np.matmul(delta[:, first], a[:, first].T, out=out)
    for of in rest:
        out += delta[:, of] @ a[:, of].T


def pieces(N: int, size: int) -> list[slice]:
    """Return slices of ``size`` of ``N`` columns; the last slice holds the remaining ones."""
    return [slice(start, start + size) for start in range(0, N, size)]


def subtract_product(W: Array, eta: float, delta: Array, a: Array) -> None:
    """Do W -= eta delta a^T in one pass over ``W`` (n, k), C-contiguous, in place.

    ``delta`` (n, N) and ``a`` (k, N) have contiguous columns; all are of one type, float64 or
    float32.
    """
    from scipy.linalg.blas import dgemm, sgemm

    gemm = dgemm if W.dtype == np.float64 else sgemm
    gemm(-eta, a, delta, 1.0, W.T, trans_b=1, overwrite_c=1)
