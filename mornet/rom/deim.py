"""Discrete empirical interpolation: a nonlinear term from a few of its entries.

    g  ~  V (P^T V)^{-1} P^T g,

where P^T picks m rows of a vector and V (n, m) spans snapshots of g: S. Chaturantabut and D.
Sorensen, SIAM J. Sci. Comput. 32, 2010.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import qr

from mornet.checks import real_matrix, require_entries
from mornet.errors import DataError, ShapeError, counted
from mornet.records import Array, Indices


def deim_indices(V: Array) -> Indices:
    """Return the rows (m,) at which the columns of ``V`` (n, m) are interpolated, in their order.

    The choice is greedy. Each column is interpolated by the columns before it at the rows chosen so
    far. The next row is that of the largest entry, in modulus, of the residual.

    Raises ShapeError for more columns than rows, or none; DataError for columns that are linearly
    dependent, and for entries that are not finite.
    """
    V = _basis(V)
    rows: list[int] = []
    for k, column in enumerate(V.T):
        residual = column - V[:, :k] @ np.linalg.solve(V[rows, :k], column[rows])
        row = int(np.argmax(np.abs(residual)))
        if not abs(residual[row]) > np.finfo(V.dtype).eps * np.max(np.abs(column)):
            raise DataError(f"column {k} of the basis depends on the columns before it")
        rows.append(row)
    return np.array(rows)


def q_deim_indices(V: Array) -> Indices:
    """Return the rows (m,) of ``V`` (n, m) that a QR factorisation of V^T with pivoting chooses.

    ||(P^T V)^{-1}||_2 is at most sqrt(n - m + 1) O(2^m), and in practice smaller than that of
    `deim_indices`; the choice does not depend on the basis of the range (Z. Drmac and S. Gugercin,
    SIAM J. Sci. Comput. 38, 2016). Raises ShapeError for more columns than rows, or none; DataError
    for columns that are linearly dependent, and for entries that are not finite.
    """
    V = _basis(V)
    R, pivots = qr(V.T, mode="r", pivoting=True)
    d = np.abs(np.diag(R))
    if not d[-1] > np.finfo(V.dtype).eps * len(V) * d[0]:
        raise DataError("the columns of the basis are linearly dependent")
    return np.asarray(pivots[: V.shape[1]])


def deim_interpolation(V: Array, rows: Indices) -> Array:
    """Return V (P^T V)^{-1} (n, m), which maps the entries ``rows`` of g to the interpolant.

    For orthonormal columns its norm is ||(P^T V)^{-1}||_2. The error of the interpolant is at most
    this norm times the error of the best approximation in the range of V. Raises ShapeError for
    more columns than rows, and unless there is one of the ``rows`` for each column; OptionError for
    rows that are not different ones of 0 to n - 1; DataError for entries that are not finite.
    """
    V = _basis(V)
    require_entries("rows", rows, len(V))
    if len(rows) != V.shape[1]:
        raise ShapeError(
            f"{counted(V.shape[1], 'column')} of the basis are interpolated at as many rows, not "
            f"at {len(rows)}"
        )
    return np.linalg.solve(V[rows].T, V.T).T


def _basis(V: Array) -> Array:
    """Return the basis ``V`` (n, m) in floating point; raise an error if it is none."""
    V = real_matrix("the basis", V)
    if V.shape[0] < V.shape[1]:
        raise ShapeError(
            f"the basis has shape {V.shape}; it needs at least as many rows as columns"
        )
    return V
