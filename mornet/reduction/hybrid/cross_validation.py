"""The cross-validation that accepts or refuses a correction of POD.

Each fold computes its own POD. Two ratios decide, over all folds, in the norm of the snapshots:

    q   = error of POD on held-out snapshots / error of POD on its training snapshots,
    rho = error with the correction / error of POD, both on held-out snapshots.

A large q says that the POD space itself does not generalise. Then data are missing, and no network
that learns from these data will help. rho says what the correction gains. A rho just below one is
not enough, because a correction that gains little on held-out snapshots may lose as much on others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from mornet.errors import ShapeError
from mornet.linalg import thin_svd
from mornet.records import Array, Indices
from mornet.reduction.context import FitContext

FOLDS = 5
LARGEST_RHO = 0.75
LARGEST_Q = 3.0
FEWEST_GROUPS = 3  # the least number for which a group lies between two others

Map = Callable[[Array], Array]


class Fold(NamedTuple):
    """One fold: the POD coordinates of training (r_0, m_1) and held-out snapshots (r_0, m_2).

    ``lost`` is the squared error of POD of rank r_0 on the held-out snapshots, which no correction
    can avoid. ``fitted`` is the mean squared POD error on the training snapshots, times m_2.
    Squares are weighted by ``weights`` (m_1,) and ``held_out_weights`` (m_2,); None is weight one.
    """

    train: Array
    held_out: Array
    lost: float
    fitted: float
    weights: Array | None = None
    held_out_weights: Array | None = None

    def pod_error(self, rank: int) -> float:
        """Return the squared error of POD of ``rank`` on the held-out snapshots."""
        return self.lost + weighted_squares(self.held_out[rank:], self.held_out_weights)

    def error(self, reconstruct: Map) -> float:
        """Return the squared error of ``reconstruct`` on the held-out snapshots.

        ``reconstruct`` maps POD coordinates to POD coordinates.
        """
        residual = self.held_out - reconstruct(self.held_out)
        return self.lost + weighted_squares(residual, self.held_out_weights)


def weighted_squares(R: Array, weights: Array | None) -> float:
    """Return sum_j w_j ||r_j||^2 over the columns of ``R``, w = 1 if ``weights`` is None."""
    squares = R**2
    return float(np.sum(squares if weights is None else squares * weights))


def held_out_together(context: FitContext) -> Indices | None:
    """Return the number (m,) of what a hybrid holds out as a whole; None for single snapshots.

    These are the groups. One series is cut into five stretches of time if what it is for is later.
    """
    t = context.t
    if context.groups is not None or t is None or not context.later:
        return context.groups
    return np.argsort(np.argsort(t, kind="stable")) * FOLDS // len(t)


def held_out_folds(m: int, groups: Indices | None, rng: np.random.Generator) -> Indices:
    """Return the number of the fold (m,) in which each of ``m`` snapshots is held out.

    Whole ``groups`` (m,), trajectories or parameters, are dealt at random to five folds, or to as
    many folds as there are groups. Single snapshots are dealt at random if there are no groups, or
    fewer than three: with two groups each held-out group would be an extrapolation from the other.
    Snapshots at a fixed stride in time would be too similar to the training snapshots. Raises
    ShapeError for groups of another length.
    """
    if groups is not None and np.shape(groups) != (m,):
        raise ShapeError(f"groups have shape {np.shape(groups)} for {m} snapshots")
    if groups is None or len(np.unique(groups)) < FEWEST_GROUPS:
        groups = np.arange(m)
    names, number = np.unique(groups, return_inverse=True)
    dealt = np.arange(len(names)) % FOLDS
    return rng.permutation(dealt)[number]


def folds(
    c: Array,
    rank: int,
    fold: Indices,
    centre: bool,
    size: Callable[[Array, int], int],
    weights: Array | None = None,
) -> Iterator[Fold]:
    """Yield every fold of ``c`` (k, m), coordinates of the snapshots in an orthonormal basis.

    ``size`` maps singular values and rank to the number r_0 of coordinates that are kept;
    ``weights`` (m,) are those of the snapshots.
    """
    for i in np.unique(fold):
        A, B = c[:, fold != i], c[:, fold == i]
        v, w = (None, None) if weights is None else (weights[fold != i], weights[fold == i])
        if centre:
            mean = np.average(A, axis=1, weights=v, keepdims=True)
            A, B = A - mean, B - mean
        V, s, _ = thin_svd(A if v is None else A * np.sqrt(v))
        V = V[:, : size(s, rank)]
        part = B.shape[1] / A.shape[1] if v is None or w is None else w.sum() / v.sum()
        fitted = float(np.sum(s[rank:] ** 2)) * part
        held_out = V.T @ B
        lost = max(weighted_squares(B, w) - weighted_squares(held_out, w), 0.0)
        yield Fold(V.T @ A, held_out, lost, float(fitted), v, w)


def generalisation(parts: list[Fold], rank: int) -> float:
    """Return q of the folds ``parts``."""
    held_out = sum(part.pod_error(rank) for part in parts)
    fitted = sum(part.fitted for part in parts)
    return float(np.sqrt(held_out / fitted))


def gain(parts: list[Fold], rank: int, fit: Callable[[Array, Array | None], Map]) -> float:
    """Return rho of the correction that ``fit`` learns on each fold.

    ``fit`` takes the training coordinates and weights of a fold, and returns its `Map`.
    """
    corrected = sum(part.error(fit(part.train, part.weights)) for part in parts)
    return float(np.sqrt(corrected / sum(part.pod_error(rank) for part in parts)))
