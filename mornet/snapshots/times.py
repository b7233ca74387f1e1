"""How regular times are, and which snapshots lie between others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mornet.records import Array, Indices


def steps_of_time(t: Array, trajectory: Indices) -> str:
    """Return in words how the times ``t`` (m,) of each trajectory follow each other."""
    steps = []
    for number in np.unique(trajectory):
        steps.append(np.diff(np.sort(t[trajectory == number])))
    all_steps = np.concatenate(steps)
    same = int(np.count_nonzero(all_steps == 0))
    twice = f"; times that stand twice in a trajectory: {same}" if same else ""
    if back := _steps_back(t, trajectory):
        twice += f"; times that are earlier than that of the snapshot before: {back}"
    positive = all_steps[all_steps > 0]
    if len(positive) == 0:
        return f"without steps{twice}"
    low, high = float(positive.min()), float(positive.max())
    if high - low <= 1e-6 * high:
        return f"step {np.mean(positive):.6g}{twice}"
    usual = float(np.median(positive))
    gaps = int(np.count_nonzero(positive > 1.5 * usual))
    return f"steps from {low:.6g} to {high:.6g}, {gaps} of them gaps{twice}"


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
