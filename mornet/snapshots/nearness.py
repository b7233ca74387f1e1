"""How close test snapshots are to training ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mornet.linalg import column_norms, safe_norm
from mornet.records import Array, Indices
from mornet.snapshots.snapshots import DataSet

LARGEST = 4_000_000  # entries of a block of distances
ROUND_OFF = 32  # units of precision; a smaller relative distance is round-off
MANY = 0.1  # part of copies among training snapshots from which held-out ones may be known


def nearness(data: DataSet) -> Iterator[str]:
    """Yield the relative distances of test snapshots from the nearest training snapshot.

    The distance is that of the norm of the data set, and relative to the norm of the snapshot.
    """
    near = _relative(data)
    low, middle, high = (f"{100 * f(near):.3g}" for f in (np.min, np.median, np.max))
    spread = f" in the median, from {low} to {high} %" if low != high else ""
    yield (f"from a test snapshot to the nearest training snapshot: {middle} % of its norm{spread}")
    yield from _repeated(data, near)


def repeated(data: DataSet) -> Iterator[str]:
    """Yield how many test snapshots equal a training one to round-off, if any does."""
    yield from _repeated(data, _relative(data))


def copies(data: DataSet) -> Iterator[str]:
    """Yield how many training snapshots equal an earlier one, if more than a tenth of them do."""
    train = data.train
    equal = train.m - len({hash(column.tobytes()) for column in train.U.T})
    if equal > MANY * train.m:
        yield (
            "training snapshots that equal an earlier one, so that held-out errors may be too "
            f"small: {equal} of {train.m}"
        )


def _relative(data: DataSet) -> Array:
    """Return the relative distance (k,) of each test snapshot from the nearest training one."""
    M = data.inner_product
    train, test = (
        part.U if M is None else M.to_euclidean(part.U) for part in (data.train, data.test)
    )
    norms = column_norms(test)
    return nearest(test, train) / np.where(norms > 0, norms, 1.0)


def _repeated(data: DataSet, near: Array) -> Iterator[str]:
    least = ROUND_OFF * np.finfo(np.result_type(data.train.U, data.test.U)).eps
    if equal := int(np.count_nonzero(near <= least)):
        yield (
            "test snapshots that equal a training one to round-off and test nothing: "
            f"{equal} of {len(near)}"
        )


def nearest(A: Array, B: Array) -> Array:
    """Return the distance (k,) of each column of ``A`` (n, k) from the nearest of ``B`` (n, m).

    Products find the nearest column; its distance is then computed from the difference, so that
    equal columns have the distance 0.
    """
    return safe_norm(A - B[:, nearest_columns(A, B)], axis=0)


def nearest_columns(A: Array, B: Array) -> Indices:
    """Return the column of ``B`` (n, m) nearest to each column of ``A`` (n, k), numbers (k,).

    The mean of B is subtracted from both, in double precision, and both are scaled by the largest
    entry. So an offset of all snapshots costs no digits.
    """
    mean = B.mean(axis=1, dtype=float, keepdims=True)
    B = B - mean
    scale = float(np.max(np.abs(B))) or 1.0
    B /= scale
    squares = np.einsum("ij,ij->j", B, B)[:, None]
    step = max(1, LARGEST // B.shape[1])
    blocks = ((A[:, start : start + step] - mean) / scale for start in range(0, A.shape[1], step))
    return np.concatenate([np.argmin(squares - 2 * (B.T @ block), axis=0) for block in blocks])
