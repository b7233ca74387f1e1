"""The folds of a cross-validation: each computes its own POD, and keeps errors by snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mornet.records import Array, Indices

Map = Callable[[Array], Array]
TINY = 1e-300  # no error counts as less


class Fold(NamedTuple):
    """The POD coordinates of training (r_0, m_1) and held-out snapshots (r_0, m_2) of one fold.

    ``columns`` (m_2,) are the numbers of the held-out snapshots. ``lost`` (m_2,) are their squared
    errors outside the r_0 modes, ``fitted`` is the mean squared error of POD of the rank on the
    training snapshots, and ``beyond`` that of their projection onto the r_0 modes. Means and sums
    are weighted by ``weights`` (m_1,) and ``held_out_weights`` (m_2,); None is weight one. ``V``
    (k, r_0) are the modes, in the basis of the snapshots' own coordinates.
    """

    train: Array
    held_out: Array
    columns: Indices
    lost: Array
    fitted: float
    beyond: float
    weights: Array | None
    held_out_weights: Array | None
    V: Array

    @property
    def total(self) -> float:
        """The sum of the weights of the held-out snapshots."""
        w = self.held_out_weights
        return float(len(self.columns) if w is None else w.sum())

    def error(self, reconstruct: Map) -> float:
        """Return the sum of `errors`, weighted."""
        errors, w = self.errors(reconstruct), self.held_out_weights
        return float(np.sum(errors if w is None else errors * w))

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
    c: Array,
    rank: int,
    fold: Indices,
    centre: bool,
    modes: Callable[[Array, int, Array | None], tuple[Array, Array]],
    weights: Array | None = None,
    rest: Array | float = 0.0,
) -> Iterator[Fold]:
    """Yield every fold of ``c`` (k, m), coordinates of the snapshots in an orthonormal basis.

    ``fold`` (m,) is the number of the fold in which a snapshot is held out, negative for none.
    Snapshots of weight zero are no training snapshots.
    ``modes`` maps the training snapshots of a fold, the rank and the weights to r_0 modes (k, r_0)
    and all singular values. ``rest`` (m,) are the squared errors of the snapshots outside the
    basis.
    """
    outside = np.broadcast_to(rest, fold.shape)
    for i in np.unique(fold[fold >= 0]):
        columns = np.flatnonzero(fold == i)
        known = fold != i if weights is None else (fold != i) & (weights > 0)
        A, B = c[:, known], c[:, columns]
        v, w = (None, None) if weights is None else (weights[known], weights[columns])
        if centre:
            mean = np.average(A, axis=1, weights=v, keepdims=True)
            A, B = A - mean, B - mean
        V, s = modes(A, rank, v)
        total = A.shape[1] if v is None else float(v.sum())
        beyond = float(np.average(outside[known], weights=v))
        held_out = V.T @ B
        lost = np.sum(B**2, axis=0) - np.sum(held_out**2, axis=0)
        yield Fold(
            V.T @ A,
            held_out,
            columns,
            np.maximum(lost, 0) + outside[columns],
            float(np.sum(s[rank:] ** 2)) / total + beyond,
            float(np.sum(s[V.shape[1] :] ** 2)) / total + beyond,
            v,
            w,
            V,
        )
