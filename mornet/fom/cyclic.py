"""Linear systems on a periodic grid: three bands and two corners."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_banded

from mornet.records import Array


def solve_cyclic(diagonal: Array, lower: Array, b: Array, upper: Array | None = None) -> Array:
    """Return the x (n,) with lower_j x_{j-1} + diagonal_j x_j + upper_j x_{j+1} = b_j, cyclic.

    The solution takes O(n) operations. The cycle is folded: in the order 0, n-1, 1, n-2, ...
    neighbours are at most two apart. The matrix then has a band of half width 2, and Gaussian
    elimination with partial pivoting solves the system. Forward substitution with the
    Sherman-Morrison formula takes about the same work, but it loses all digits if the diagonal does
    not dominate at many nodes. ``upper`` needs n >= 3.

    Raises numpy.linalg.LinAlgError if the matrix is singular.
    """
    n = len(b)
    j = np.arange(n)
    row = np.minimum(2 * j, 2 * (n - j) - 1)
    B = np.zeros((5, n))
    B[2, row] = diagonal
    for values, column in ((lower, np.roll(row, 1)), (upper, np.roll(row, -1))):
        if values is not None:
            B[2 + row - column, column] = values
    right = np.empty(n)
    right[row] = b
    x = solve_banded((2, 2), B, right, overwrite_ab=True, overwrite_b=True, check_finite=False)
    return np.asarray(x[row])
