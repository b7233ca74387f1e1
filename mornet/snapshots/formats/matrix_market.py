"""Matrices in the Matrix Market exchange format (Boisvert, Pozo and Remington, NISTIR 5935, 1996).

SciPy's own reader may crash the process on a damaged file; this one refuses it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import DataError
from mornet.snapshots.formats.contents import Contents
from mornet.snapshots.formats.numpy_files import no_key
from mornet.snapshots.formats.text import read_text

SYMMETRIES = {"general": 0.0, "symmetric": 1.0, "skew-symmetric": -1.0}


def read_mtx(path: Path, key: str | None) -> Contents:
    """Return the matrix in a .mtx file, sparse for coordinates and dense for an array.

    Raises DataError for a header, for numbers or for indices that the format does not have.
    """
    no_key(path, key)
    text, notes = read_text(path)
    first, _, rest = text.partition("\n")
    words = first.lower().split()
    if len(words) != 5 or words[:2] != ["%%matrixmarket", "matrix"]:
        raise DataError(
            f"{path} does not begin as Matrix Market files do: %%MatrixMarket matrix ..."
        )
    layout, entries, symmetry = words[2:]
    if entries not in ("real", "integer") or symmetry not in SYMMETRIES:
        raise DataError(f"{path} holds a matrix {entries} {symmetry}; a real matrix is needed")
    lines = [line for line in rest.splitlines() if line.strip() and not line.startswith("%")]
    try:
        size = [int(word) for word in lines[0].split()]
        numbers = np.loadtxt(lines[1:], ndmin=2) if lines[1:] else np.empty((0, 1))
        read = {"coordinate": _sparse, "array": _dense}[layout]
        return Contents(read(size, numbers, SYMMETRIES[symmetry]), notes=notes)
    except (ValueError, IndexError, KeyError) as error:
        raise DataError(f"{path} is no matrix in the Matrix Market format: {error}") from None


def _sparse(size: list[int], numbers: Any, sign: float) -> Any:
    """Return the matrix of entries (row, column, value), whose indices begin with 1."""
    from scipy.sparse import coo_array

    n, m, count = size
    row, column, value = numbers.reshape(count, 3).T
    row, column = row.astype(int) - 1, column.astype(int) - 1
    if sign:
        below = row != column
        row, column = np.r_[row, column[below]], np.r_[column, row[below]]
        value = np.r_[value, sign * value[below]]
    return coo_array((value, (row, column)), shape=(n, m))


def _dense(size: list[int], numbers: Any, sign: float) -> Any:
    """Return the matrix of values, column by column; of a symmetric one the lower triangle."""
    n, m = size
    if not sign:
        return numbers.reshape(m, n).T
    column, row = np.triu_indices(n, k=0 if sign > 0 else 1)
    A = np.zeros((n, m))
    A[row, column] = numbers.reshape(len(row))
    A[column, row] = sign * numbers.reshape(len(row))
    return A
