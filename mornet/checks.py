"""Checks at the boundary, each with one error that says where and what."""

from __future__ import annotations

import numpy as np

from mornet.errors import DataError, ShapeError
from mornet.records import Array


def require_finite(name: str, U: Array) -> None:
    """Raise DataError naming the first entry of ``U`` (n, m) that is NaN or infinite."""
    if np.isfinite(U).all():
        return
    column, row = np.argwhere(~np.isfinite(U.T))[0]
    count = np.count_nonzero(~np.isfinite(U))
    raise DataError(
        f"{name} has {count} entries that are not finite; "
        f"the first is row {row} of column (sample) {column}"
    )


def require_columns(name: str, U: Array, n: int | None = None) -> None:
    """Raise ShapeError unless ``U`` is a real matrix with at least one column, and n rows."""
    if np.iscomplexobj(U):
        raise DataError(f"{name} is complex; stack real and imaginary parts as rows")
    if U.ndim != 2 or 0 in U.shape:
        raise ShapeError(f"{name} has shape {U.shape}; a matrix with one sample a column is needed")
    if n is not None and U.shape[0] != n:
        raise ShapeError(f"{name} has {U.shape[0]} rows, but {n} are needed")
