"""Missing entries of snapshots, which are NaN: rows without any number, and single gaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mornet.checks import require_range
from mornet.errors import DataError, counted
from mornet.linalg import fill_gaps, fit_known_entries
from mornet.records import Array, Indices


def rows_with_numbers(name: str, U: Array) -> tuple[Array, Indices]:
    """Return the rows of ``U`` (n, m) that hold a number, and their indices.

    Raises DataError for an infinite entry, for one whose norm would be infinite, and if no entry is
    a number.
    """
    infinite = np.isinf(U)
    if infinite.any():
        column, row = np.argwhere(infinite.T)[0]
        raise DataError(
            f"{name} has infinite values, {counted(np.count_nonzero(infinite), 'entry')}; the "
            f"first is row {row} of column (sample) {column}"
        )
    require_range(name, float(np.fmax.reduce(np.abs(U), axis=None, initial=0.0)))
    kept = np.flatnonzero(~np.isnan(U).all(axis=1))
    if len(kept) == 0:
        raise DataError(f"{name} has no entry that is a number")
    return (U if len(kept) == len(U) else U[kept]), kept


def refuse_gaps(name: str, U: Array, kept: Indices, rows: int) -> None:
    """Raise DataError for a missing entry of ``U`` (n, m), the rows ``kept`` of all ``rows``."""
    missing = np.isnan(U)
    if not missing.any():
        return
    column, row = np.argwhere(missing.T)[0]
    land = f" ({counted(rows - len(kept), 'row')} missing throughout)" if len(kept) < rows else ""
    raise DataError(
        f"{name} has missing values (NaN), {counted(np.count_nonzero(missing), 'entry')}; the "
        f"first is row {kept[row]} of column (sample) {column}{land}. Leave such snapshots out, or "
        "fill the gaps by fill_rank, the rank of a linear autoencoder of the known entries"
    )


def filled(
    name: str, U: Array, train: NDArray[np.bool_], rank: int
) -> tuple[Array, tuple[str, ...]]:
    """Return ``U`` (n, m) with gaps filled by the fit to the columns ``train``, and a note."""
    missing = np.isnan(U)
    if not missing.any():
        return U, ()
    fit = fit_known_entries(U[:, train], rank, name=name)
    filled_in = fill_gaps(fit, U, name=name)
    words = (
        f"missing entries, {np.count_nonzero(missing)} of {U.size}, were filled by a linear "
        f"autoencoder of rank {rank}, fitted to the known entries of the training snapshots in "
        f"{counted(fit.steps, 'step')} to a relative error of {fit.error:.2e}"
    )
    return filled_in, (words,)
