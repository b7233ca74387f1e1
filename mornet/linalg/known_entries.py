"""Low rank from known entries: the linear autoencoder of a matrix with gaps.

U is approximated by c 1^T + V Z, with orthonormal V (n, r), where the sum of squares is taken over
the known entries alone. Alternating least squares solves for the columns of Z with c and V fixed,
and for the rows of (c, V) with Z fixed. Each half step is a minimum, so the sum never grows.
With V fixed, the codes are those of gappy POD (Everson and Sirovich, J. Opt. Soc. Am. A 12, 1995,
1657-1664; Willcox, Computers & Fluids 35, 2006, 208-226).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mornet.checks import require_count
from mornet.errors import DataError
from mornet.records import Array

STEPS = 1000
CHANGE = 1e-9  # the steps end when the relative error changes less than this part of itself
EXACT = 1e-13  # or when the relative error is as small as this


class KnownFit(NamedTuple):
    """c (n,), orthonormal V (n, r), the relative error on known entries, the number of steps.

    ``errors`` (steps,) holds the relative error after each step.
    """

    c: Array
    V: Array
    error: float
    steps: int
    errors: Array


def fit_known_entries(U: Array, rank: int, *, name: str = "U", steps: int = STEPS) -> KnownFit:
    """Return the linear autoencoder of ``rank`` r of the entries of ``U`` (n, m) that are not NaN.

    The iteration starts from the POD of the matrix whose gaps are filled by means of rows. The
    relative error is that of the known entries, with respect to their deviation from the means.

    Raises OptionError for a rank outside 1, ..., min(n, m) - 1, DataError for a row or a column
    with fewer known entries than unknowns.
    """
    known = ~np.isnan(U)
    n, m = U.shape
    most = min(n, m) - 1
    require_count("fill_rank", rank, most, f"{most} for {n} x {m}")
    _require_enough(name, known, rank)
    values = np.where(known, U, 0.0)
    c = values.sum(axis=1) / known.sum(axis=1)
    centred = np.where(known, U - c[:, None], 0.0)
    norm = float(np.linalg.norm(centred)) or 1.0
    V = np.linalg.svd(centred, full_matrices=False)[0][:, :rank]
    errors: list[float] = []
    for _ in range(steps):
        Z = codes(V, values - c[:, None] * known, known)
        c, V = _rows(values, known, Z)
        c, V = _orthonormal(c, V, Z)
        Z = codes(V, values - c[:, None] * known, known)
        errors.append(float(np.linalg.norm(known * (values - c[:, None] - V @ Z))) / norm)
        if errors[-1] < EXACT or (
            len(errors) > 1 and errors[-2] - errors[-1] <= CHANGE * errors[-1]
        ):
            break
    return KnownFit(c, V, errors[-1], len(errors), np.array(errors))


def codes(V: Array, U: Array, known: NDArray[np.bool_]) -> Array:
    """Return the codes Z (r, m) of gappy POD: the least squares fits V z = u over known entries."""
    r = V.shape[1]
    products = (V[:, :, None] * V[:, None, :]).reshape(len(V), -1)
    G = (known.T.astype(float) @ products).reshape(-1, r, r)
    return _solved(G, (np.where(known, U, 0.0).T @ V))


def fill_gaps(fit: KnownFit, U: Array, *, name: str = "U") -> Array:
    """Return ``U`` (n, m) with its gaps (NaN) filled by the decoded codes of gappy POD.

    Raises DataError for a column with fewer known entries than the rank.
    """
    known = ~np.isnan(U)
    few = np.flatnonzero(known.sum(axis=0) < fit.V.shape[1])
    if len(few):
        raise DataError(
            f"{name}: column (sample) {few[0]} has {known[:, few[0]].sum()} known entries, fewer "
            f"than fill_rank {fit.V.shape[1]}"
        )
    Z = codes(fit.V, np.where(known, U - fit.c[:, None], 0.0), known)
    return np.where(known, U, fit.c[:, None] + fit.V @ Z)


def _rows(values: Array, known: NDArray[np.bool_], Z: Array) -> tuple[Array, Array]:
    """Return c (n,) and V (n, r), the least squares fits of rows to known entries."""
    r, m = Z.shape
    A = np.vstack([np.ones(m), Z])
    products = (A[:, None, :] * A[None, :, :]).reshape(-1, m)
    G = (known.astype(float) @ products.T).reshape(-1, r + 1, r + 1)
    rows = _solved(G, values @ A.T).T
    return rows[:, 0], rows[:, 1:]


def _solved(G: Array, b: Array) -> Array:
    """Return the solutions (r, k) of the k symmetric systems G (k, r, r) x = b (k, r)."""
    try:
        return np.linalg.solve(G, b[:, :, None])[:, :, 0].T
    except np.linalg.LinAlgError:
        return (np.linalg.pinv(G, hermitian=True) @ b[:, :, None])[:, :, 0].T


def _orthonormal(c: Array, V: Array, Z: Array) -> tuple[Array, Array]:
    """Return the same affine space with the mean code moved into c and orthonormal V."""
    c = c + V @ Z.mean(axis=1)
    return c, np.linalg.qr(V)[0]


def _require_enough(name: str, known: NDArray[np.bool_], rank: int) -> None:
    for axis, (what, needed) in enumerate((("column (sample)", rank), ("row", rank + 1))):
        counts = known.sum(axis=axis)
        if counts.min() < needed:
            raise DataError(
                f"{name}: {what} {np.argmin(counts)} has {counts.min()} known entries among the "
                f"training snapshots, but fill_rank {rank} needs {needed}"
            )
