"""Whether all snapshots of a data set are times of one short series."""

from __future__ import annotations

import numpy as np

from mornet.comparison.context import context_of
from mornet.linalg import Norm, squarable
from mornet.records import Array, Indices
from mornet.reduction.best.units import held_out_units
from mornet.snapshots import DataSet


def is_short_series(data: DataSet) -> bool:
    """Return whether training and test snapshots are one series, too short for an honest test.

    `best.units.held_out_units` says what is too short.
    """
    if data.train.m == 1 or not _is_one_group(data):
        return False
    c = squarable(Norm(data.inner_product).to_euclidean(data.train.U))
    return held_out_units(c, context_of(data), np.random.default_rng(0)) is None


def _is_one_group(data: DataSet) -> bool:
    """Return whether all snapshots have one parameter and one trajectory."""
    train, test = data.train, data.test
    if train.mu is None or test.mu is None:
        return _is_one(train.trajectory, test.trajectory)
    return _is_one(train.mu, test.mu) and _is_one(train.trajectory, test.trajectory)


def _is_one(a: Array | Indices, b: Array | Indices) -> bool:
    """Return whether all columns of ``a`` and ``b`` are equal."""
    return not np.ptp(np.hstack([a, b]), axis=-1).any()
