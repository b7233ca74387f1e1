"""The folds of a race: each computes its own POD, and errors are kept snapshot by snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mornet.records import Array, Indices
from mornet.reduction.hybrid.coordinates import TAIL, usual_coordinates

Map = Callable[[Array], Array]
TINY = 1e-300  # no error counts as less


class Fold(NamedTuple):
    """The POD coordinates of training (r_0, m_1) and held-out snapshots (r_0, m_2) of one fold.

    ``columns`` (m_2,) are the numbers of the held-out snapshots. ``lost`` (m_2,) are their squared
    errors outside the r_0 modes, ``fitted`` is the mean squared error of POD of the race's rank on
    training snapshots, and ``beyond`` that of their projection onto the r_0 modes. ``weights``
    (m_1,) are those of the training snapshots.
    """

    train: Array
    held_out: Array
    columns: Indices
    lost: Array
    fitted: float
    beyond: float
    weights: Array | None

    def errors(self, reconstruct: Map) -> Array:
        """Return the squared errors (m_2,) of ``reconstruct`` on the held-out snapshots.

        ``reconstruct`` maps POD coordinates to POD coordinates.
        """
        residual = self.held_out - reconstruct(self.held_out)
        return self.lost + np.einsum("ij,ij->j", residual, residual)

    def training_error(self, reconstruct: Map) -> float:
        """Return the root mean square error of ``reconstruct`` on the training snapshots."""
        return training_error(self.train, reconstruct, self.weights, self.beyond)


def training_error(c: Array, reconstruct: Map, weights: Array | None, beyond: float) -> float:
    """Return the root mean square error, at least `TINY`, of ``reconstruct`` on ``c`` (r_0, m).

    ``beyond`` is the mean square of what the coordinates c leave out.
    """
    squares = np.sum((c - reconstruct(c)) ** 2, axis=0)
    return max(float(np.sqrt(np.average(squares, weights=weights) + beyond)), TINY)


@dataclass(frozen=True)
class LeadingModes:
    """POD of ``rank``, as a map of POD coordinates."""

    rank: int

    def reconstruct(self, c: Array) -> Array:
        """Return the first coordinates of ``c``, with zeros for the others."""
        kept = c.copy()
        kept[self.rank :] = 0
        return kept


def folds(
    c: Array, rank: int, fold: Indices, centre: bool, weights: Array | None, rest: Array
) -> Iterator[Fold]:
    """Yield every fold of ``c`` (k, m), coordinates of the snapshots in an orthonormal basis.

    ``fold`` (m,) is the number of the fold in which a snapshot is held out. ``rest`` (m,) are the
    squared errors of the snapshots outside the basis.
    """
    for i in range(int(fold.max()) + 1):
        columns = np.flatnonzero(fold == i)
        A, B = c[:, fold != i], c[:, columns]
        w = None if weights is None else weights[fold != i]
        if centre:
            mean = np.average(A, axis=1, weights=w, keepdims=True)
            A, B = A - mean, B - mean
        V, s = principal_axes(A, w)
        size = coordinates_of(s, rank)
        total = A.shape[1] if w is None else float(w.sum())
        held_out = V[:, :size].T @ B
        outside = np.sum(B**2, axis=0) - np.sum(held_out**2, axis=0)
        yield Fold(
            V[:, :size].T @ A,
            held_out,
            columns,
            np.maximum(outside, 0) + rest[columns],
            float(np.sum(s[rank:] ** 2)) / total,
            float(np.sum(s[size:] ** 2)) / total,
            w,
        )


def principal_axes(A: Array, weights: Array | None) -> tuple[Array, Array]:
    """Return the left singular vectors (k, k) and singular values of ``A`` (k, m), weighted.

    The eigenvalues of A W A^T give them. Singular values below 1e-8 of the largest are round-off,
    which lies below every truncation error that matters here.
    """
    gram = (A if weights is None else A * weights) @ A.T
    eigenvalues, V = np.linalg.eigh(gram)
    return V[:, ::-1], np.sqrt(np.maximum(eigenvalues[::-1], 0))


def coordinates_of(s: Array, rank: int, tolerance: float = TAIL) -> int:
    """Return r_0 for singular values ``s``: `usual_coordinates`, and at least 2 ``rank``.

    Coordinates of round-off do not count.
    """
    wanted = max(usual_coordinates(s, tolerance), 2 * rank)
    return min(wanted, int(np.count_nonzero(s > ROUND_OFF * s[0])))


ROUND_OFF = 1e-7  # of the largest singular value: what eigenvalues of a Gram matrix still show
