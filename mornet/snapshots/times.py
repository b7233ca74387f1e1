"""How regular times are, and which snapshots lie between others."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mornet.records import Array, Indices
from mornet.snapshots.equal_steps import paths_of, step_tolerance


def span(low: float, high: float) -> str:
    """Return "from low to high", with as many digits as tell both ends apart.

    >>> span(0.0, 0.35), span(1.7e9, 1.7e9 + 39.9)
    ('from 0 to 0.35', 'from 1700000000 to 1700000039.9')
    """
    digits, size = 6, max(abs(low), abs(high))
    if high > low and size / (high - low) < 1e12:
        digits = max(digits, 4 + math.floor(math.log10(size / (high - low))))
    return f"from {low:.{digits}g} to {high:.{digits}g}"


def steps_of_time(t: Array, trajectory: Indices) -> str:
    """Return in words how the times ``t`` (m,) of each trajectory follow each other."""
    paths = paths_of(t, trajectory)
    positive = np.concatenate([np.diff(path) for path in paths])
    same = len(t) - sum(map(len, paths))
    twice = f"; times that stand twice in a trajectory: {same}" if same else ""
    if back := _steps_back(t, trajectory):
        twice += f"; times that are earlier than that of the snapshot before: {back}"
    if len(positive) == 0:
        return f"without steps{twice}"
    low, high = float(positive.min()), float(positive.max())
    if high - low <= step_tolerance(paths):
        return f"step {np.mean(positive):.6g}{twice}"
    usual = float(np.median(positive))
    gaps = int(np.count_nonzero(positive > 1.5 * usual))
    return f"steps {span(low, high)}, {gaps} of them gaps{twice}"


def _steps_back(t: Array, trajectory: Indices) -> int:
    """Return how many snapshots are earlier than the one before in their trajectory."""
    return int(np.count_nonzero((np.diff(t) < 0) & (np.diff(trajectory) == 0)))


def between(t: Array, trajectory: Indices, chosen: NDArray[np.bool_]) -> int:
    """Return how many ``chosen`` snapshots have others of their trajectory before and after."""
    count = 0
    for number in np.unique(trajectory):
        own = trajectory == number
        others = t[own & ~chosen]
        if len(others):
            mine = t[own & chosen]
            count += int(np.count_nonzero((mine > others.min()) & (mine < others.max())))
    return count
