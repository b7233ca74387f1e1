"""The training snapshots nearest to test snapshots, in their space and in time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.linalg import Norm
from mornet.records import Array, Indices
from mornet.snapshots import DataSet, Snapshots
from mornet.snapshots.nearness import nearest_columns
from mornet.snapshots.snapshots import trajectories_of

LEAK = 0.5  # part of test snapshots between training snapshots in time that is worth a word
INSIDE = 0.1  # least part of a segment between its end and a point that lies between both ends


class Between(NamedTuple):
    """How many test snapshots lie between two training snapshots of their own trajectory.

    ``part`` is their number over that of all test snapshots. ``error`` is the relative error of the
    linear interpolation of these snapshots between both neighbours, None if there are none.
    """

    part: float
    error: float | None


def nearest(data: DataSet, part: Snapshots) -> Indices:
    """Return the number (m,) of the training snapshot nearest to each snapshot of ``part``."""
    norm = Norm(data.inner_product)
    return nearest_columns(norm.to_euclidean(part.U), norm.to_euclidean(data.train.U))


def between_in_time(data: DataSet) -> Between:
    """Return how many test snapshots lie between training snapshots in time, and how closely.

    Both neighbours have the trajectory and the parameter of the test snapshot. Times decide where
    they are known; where they are not, the numbers that the snapshots had before the split do.
    Otherwise successive training snapshots are neighbours. A snapshot then lies between two of them
    if its projection on the line through both falls between them, and its distance from the line is
    less than half of their distance.
    """
    train, test = data.train, data.test
    pairs = _by_times(train, test)
    if pairs is None:
        pairs = _by_distances(data)
    chosen, before, after, part = pairs
    if len(chosen) == 0:
        return Between(0.0, None)
    found = test.take(chosen)
    guess = (1 - part) * train.U[:, before] + part * train.U[:, after]
    denominator = float(np.linalg.norm(data.column_norms(found)))
    lost = Norm(data.inner_product).of(found.U - guess)
    return Between(len(chosen) / test.m, lost / denominator if denominator > 0 else None)


def places(part: Snapshots) -> Array | None:
    """Return the times (m,), or the numbers of the snapshots where times are not known."""
    if part.t is not None or part.column is None:
        return part.t
    return part.column.astype(float)


class Pairs(NamedTuple):
    """Test snapshots, the training snapshots before and after, and where between them they lie."""

    chosen: Indices
    before: Indices
    after: Indices
    part: Array


def _by_times(train: Snapshots, test: Snapshots) -> Pairs | None:
    """Return the pairs by time; None where times do not tell the snapshots of a trajectory apart.

    They do not where a training and a test snapshot, or two training snapshots, share one.
    """
    t, t_test = places(train), places(test)
    if t is None or t_test is None:
        return None
    group, of_tests = np.split(trajectories_of([train, test]), [train.m])
    found: list[Pairs] = []
    for g in np.unique(of_tests):
        own, tests = np.flatnonzero(group == g), np.flatnonzero(of_tests == g)
        times, order = np.unique(t[own], return_index=True)
        if len(times) < len(own) or np.isin(t_test[tests], times).any():
            return None
        after = np.searchsorted(times, t_test[tests])
        inside = (after > 0) & (after < len(times))
        after, tests = after[inside], tests[inside]
        part = (t_test[tests] - times[after - 1]) / (times[after] - times[after - 1])
        found.append(Pairs(tests, own[order[after - 1]], own[order[after]], part))
    return Pairs(*(np.concatenate(each) for each in zip(*found, strict=True)))


def _by_distances(data: DataSet) -> Pairs:
    """Return the pairs by the distances of snapshots, for data without times."""
    group, of_tests = np.split(trajectories_of([data.train, data.test]), [data.train.m])
    norm, follows = Norm(data.inner_product), np.diff(group) == 0
    A, B = norm.to_euclidean(data.train.U), norm.to_euclidean(data.test.U)
    close = nearest(data, data.test)
    sides = [_segments(A, B, np.maximum(close - 1, 0)), _segments(A, B, close)]
    own = group[close] == of_tests
    allowed = [own & np.append(False, follows)[close], own & np.append(follows, False)[close]]
    far = [np.where(ok, side[1], np.inf) for ok, side in zip(allowed, sides, strict=True)]
    later = far[1] < far[0]
    chosen = np.flatnonzero(np.isfinite(np.minimum(*far)))
    before = (close - 1 + later)[chosen]
    part = np.where(later, sides[1][0], sides[0][0])[chosen]
    return Pairs(chosen, before, before + 1, part)


def _segments(A: Array, B: Array, before: Indices) -> tuple[Array, Array]:
    """Return where columns of ``B`` lie on segments of successive columns of ``A``, and how far.

    A segment begins at column ``before`` (m,). The distance is infinite for a column that does not
    lie between the ends, or is farther from the line than half of the length.
    """
    after = np.minimum(before + 1, A.shape[1] - 1)
    step, gone = A[:, after] - A[:, before], B - A[:, before]
    squares = np.einsum("ij,ij->j", step, step)
    along = np.einsum("ij,ij->j", step, gone)
    part = np.divide(along, squares, out=np.zeros(len(before)), where=squares > 0)
    distance = np.linalg.norm(gone - part * step, axis=0)
    between = (part > INSIDE) & (part < 1 - INSIDE) & (distance < 0.5 * np.sqrt(squares))
    return part, np.where(between, distance, np.inf)
