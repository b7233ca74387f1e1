"""What a fit may use of a data set in addition to the training snapshots."""

from __future__ import annotations

import numpy as np

from mornet.comparison.hull import outer_snapshots
from mornet.comparison.neighbours import LEAK, places
from mornet.reduction.context import FitContext
from mornet.snapshots import DataSet
from mornet.snapshots.held_out import parameters_of

NEXT = 1.5  # usual steps of time between a test snapshot in a gap and its neighbour


def context_of(data: DataSet) -> FitContext:
    """Return the context of every fit to ``data``, without checkpoints.

    Groups are the parameters if there are several, otherwise the trajectories if there are several.
    """
    train, validation = data.train, data.validation
    several = bool(np.ptp(train.groups))
    return FitContext(
        validation=None if validation is None else validation.U,
        validation_weights=None if validation is None else validation.weights,
        groups=train.groups if several else None,
        t=train.t,
        later=_is_later(data, several),
        gaps=not several and _fills_gaps(data),
        outer=outer_snapshots(train, data.test),
        followed=train.followed,
        x=train.x,
        left_out=train.left_out,
        group="parameter" if np.ptp(parameters_of(train.mu, train.m)) else "trajectory",
    )


def _is_later(data: DataSet, several: bool) -> bool:
    """Return whether all test snapshots come after all training snapshots.

    In one series without times the numbers of the snapshots tell it.
    """
    known, wanted = data.train.t, data.test.t
    same = np.isin(data.test.trajectory, data.train.trajectory).all()
    if known is None and wanted is None and same and not several:
        known, wanted = places(data.train), places(data.test)
    return known is not None and wanted is not None and bool(wanted.min() > known.max())


def _fills_gaps(data: DataSet) -> bool:
    """Return whether most test snapshots lie beside training snapshots of the one series."""
    known, wanted = places(data.train), places(data.test)
    if known is None or wanted is None or len(known) < 2:
        return False
    known = np.sort(known)
    after = np.searchsorted(known, wanted)
    inside = (after > 0) & (after < len(known))
    after = np.clip(after, 1, len(known) - 1)
    far = np.minimum(wanted - known[after - 1], known[after] - wanted)
    beside = inside & (far <= NEXT * np.median(np.diff(known)))
    beside &= np.isin(data.test.trajectory, data.train.trajectory)
    return bool(np.mean(beside) >= LEAK)
