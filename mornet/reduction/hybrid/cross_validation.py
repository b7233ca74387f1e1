"""The cross-validation that accepts or refuses a correction of POD.

Each fold computes its own POD. Two ratios decide, over all folds, in the norm of the snapshots:

    q   = error of POD on held-out snapshots / error of POD on its training snapshots,
    rho = error with the correction / error of POD, both on held-out snapshots.

A large q says that the POD space itself does not generalise. Then data are missing, and no network
that learns from these data will help. rho says what the correction gains. A rho just below one is
not enough, because a correction that gains little on held-out snapshots may lose as much on others.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mornet.errors import ShapeError
from mornet.records import Array, Indices
from mornet.reduction.context import FitContext
from mornet.reduction.folds import Fold, LeadingModes, Map

FOLDS = 5
LARGEST_RHO = 0.75
LARGEST_Q = 3.0
FEWEST_GROUPS = 3  # the least number for which a group lies between two others


def held_out_together(context: FitContext) -> Indices | None:
    """Return the number (m,) of what a hybrid holds out as a whole; None for single snapshots.

    These are the groups. One series is cut into five stretches of time if what it is for is later.
    """
    t = context.t
    if context.groups is not None or t is None or not context.later:
        return context.groups
    return np.argsort(np.argsort(t, kind="stable")) * FOLDS // len(t)


def several(groups: Indices, weights: Array | None) -> bool:
    """Return whether three or more ``groups`` (m,) have a snapshot whose weight is not zero."""
    own = groups if weights is None else np.asarray(groups)[weights > 0]
    return len(np.unique(own)) >= FEWEST_GROUPS


def held_out_folds(
    m: int, groups: Indices | None, rng: np.random.Generator, weights: Array | None = None
) -> Indices:
    """Return the number of the fold (m,) in which each of ``m`` snapshots is held out.

    Whole ``groups`` (m,), trajectories or parameters, are dealt at random to five folds, or to as
    many folds as there are groups. Single snapshots are dealt at random if there are no groups, or
    fewer than three: with two groups each held-out group would be an extrapolation from the other.
    Snapshots at a fixed stride in time would be too similar to the training snapshots. Those whose
    ``weights`` (m,) are zero are never held out: their number is -1.

    Raises ShapeError for groups of another length.
    """
    if groups is not None and np.shape(groups) != (m,):
        raise ShapeError(f"groups have shape {np.shape(groups)} for {m} snapshots")
    present = np.arange(m) if weights is None else np.flatnonzero(weights)
    names, number = present, np.arange(len(present))
    if groups is not None and several(groups, weights):
        names, number = np.unique(np.asarray(groups)[present], return_inverse=True)
    fold = np.full(m, -1)
    fold[present] = rng.permutation(np.arange(len(names)) % FOLDS)[number]
    return fold


def generalisation(parts: list[Fold], rank: int) -> float:
    """Return q of the folds ``parts``."""
    fitted = sum(part.fitted * part.total for part in parts)
    return float(np.sqrt(_pod_error(parts, rank) / fitted))


def gain(parts: list[Fold], rank: int, fit: Callable[[Array, Array | None], Map]) -> float:
    """Return rho of the correction that ``fit`` learns on each fold.

    ``fit`` takes the training coordinates and weights of a fold, and returns its `Map`.
    """
    corrected = sum(part.error(fit(part.train, part.weights)) for part in parts)
    return float(np.sqrt(corrected / _pod_error(parts, rank)))


def _pod_error(parts: list[Fold], rank: int) -> float:
    """Return the squared error of POD of ``rank`` on the held-out snapshots of all ``parts``."""
    return sum(part.error(LeadingModes(rank).reconstruct) for part in parts)
