"""Which training parameters lie outside the hull of the others, and whether test parameters do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from mornet.linalg import non_negative
from mornet.records import Array, Indices
from mornet.snapshots import DataSet, Snapshots

MOST = 500  # parameters; among more of them the few outer ones hardly count
SLACK = 1e-6  # distance from a hull, in units of the range of each parameter, that is no distance


def outer_snapshots(train: Snapshots, test: Snapshots) -> Array | None:
    """Return which training snapshots (m,) have a parameter outside the hull of all other ones.

    The result is None unless all test parameters lie in the convex hull of the training parameters.
    Only then is a fit for such parameters between known ones, and to hold out an outer parameter
    asks for more: what lies beyond the others. It is also None for more than `MOST` parameters.
    """
    found = _Parameters.of(train, test)
    if found is None or not len(found.points) or found.beyond.any():
        return None
    points, K = found.points, found.points.shape[1]
    outer = [_outside(points[:, np.arange(K) != k], points[:, k]) for k in range(K)]
    return np.array(outer)[found.number]


def beyond(data: DataSet) -> Iterator[str]:
    """Yield how many test parameters lie outside the hull of the training parameters, if any does.

    Nothing is said about more than `MOST` parameters.
    """
    found = _Parameters.of(data.train, data.test)
    if found is not None and found.beyond.any():
        yield (
            "test parameters beyond all training parameters, about which held-out errors say "
            f"little: {np.count_nonzero(found.beyond)} of {len(found.beyond)}"
        )


class _Parameters(NamedTuple):
    """The different training parameters ``points`` (p, K), in units of their ranges.

    Parameters that do not vary are left out. ``number`` (m,) is the point of each snapshot, and
    ``beyond`` (k,) says which different test parameters lie outside the hull of the points.
    """

    points: Array
    number: Indices
    beyond: Array

    @classmethod
    def of(cls, train: Snapshots, test: Snapshots) -> _Parameters | None:
        """Return the parameters of both; None if there are none, or more than `MOST`."""
        if train.mu is None or test.mu is None:
            return None
        mus, number = np.unique(train.mu, axis=1, return_inverse=True)
        wanted = np.unique(test.mu, axis=1)
        if max(mus.shape[1], wanted.shape[1]) > MOST:
            return None
        low, scale = mus.min(axis=1, keepdims=True), np.ptp(mus, axis=1)[:, None]
        varies = scale[:, 0] > 0
        points, others = (((x - low) / np.maximum(scale, 1e-300))[varies] for x in (mus, wanted))
        odd = np.any(wanted[~varies] != low[~varies], axis=0)
        outside = [bool(len(points)) and _outside(points, x) for x in others.T]
        return cls(points, number.reshape(-1), odd | np.array(outside))


def _outside(points: Array, x: Array) -> bool:
    """Return whether ``x`` (p,) lies outside the convex hull of ``points`` (p, k).

    The hull of numbers is an interval. In any hull x is a sum of points with weights >= 0 that add
    to one.
    """
    if len(points) == 1:
        return bool(x[0] < points.min() - SLACK or x[0] > points.max() + SLACK)
    A, b = np.vstack([points, np.ones(points.shape[1])]), np.append(x, 1.0)
    columns, weights = non_negative(A, b, SLACK)
    return bool(np.linalg.norm(A[:, columns] @ weights - b) > SLACK)
