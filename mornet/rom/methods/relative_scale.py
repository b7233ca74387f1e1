"""How long parameters are beside times, for radial basis functions, which know one distance.

Times and parameters have the range [0, 1]. Codes that move far in time and change little with the
parameters want parameters that are much shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from mornet.linalg import equally_spaced
from mornet.records import Array, Indices
from mornet.snapshots.split import Mask

Regression = Callable[[Array], Array]
"""A map of points x (p, m) to codes (r, m)."""
SCALES = (0.1, 0.03, 0.3, 0.01, 1.0, 3.0)
MOST_LEFT_OUT, MOST_TIMES = 8, 50


def scaled(x: Array, scale: float) -> Array:
    """Return the points ``x`` (1 + p, m), a time and parameters, with scaled parameters."""
    return np.vstack([x[:1], scale * x[1:]])


def relative_scale(
    fit: Callable[[Array, Array], Regression],
    x: Array,
    y: Array,
    trajectory: Indices,
    neighbours: int,
) -> float:
    """Return the one of `SCALES` whose fits without one trajectory predict it best.

    ``fit`` takes points (1 + p, m) and codes (r, m). Trajectories are left out whose parameters are
    between those of others, at most `MOST_LEFT_OUT`, with `MOST_TIMES` times each: 48 fits at most.
    Where there is none, the scale is 0.1, or less where the nearest points would be those of one
    trajectory alone.
    """
    left_out = [trajectory == k for k in _between(x, trajectory)]
    if not left_out:
        return min(SCALES[0], neighbours * len(np.unique(trajectory)) / (4 * len(trajectory)))
    errors = [sum(_misfit(fit, scaled(x, s), y, out) for out in left_out) for s in SCALES]
    return SCALES[int(np.argmin(errors))]


def _between(x: Array, trajectory: Indices) -> Iterator[int]:
    """Yield the trajectories whose parameters are in the box of the others'."""
    numbers, first = np.unique(trajectory, return_index=True)
    mu = x[1:, first]
    inside = [
        k
        for k in range(mu.shape[1])
        if mu.shape[1] > 2 and _in_box(mu[:, k], np.delete(mu, k, axis=1))
    ]
    if inside:
        yield from (int(numbers[inside[i]]) for i in equally_spaced(len(inside), MOST_LEFT_OUT))


def _in_box(mu: Array, others: Array) -> bool:
    return bool(np.all((mu >= others.min(axis=1)) & (mu <= others.max(axis=1))))


def _misfit(fit: Callable[[Array, Array], Regression], x: Array, y: Array, out: Mask) -> float:
    """Return the squared error at points ``out`` of training; infinite where no fit is there."""
    at = np.flatnonzero(out)
    at = at[equally_spaced(len(at), MOST_TIMES)]
    try:
        return float(np.sum((fit(x[:, ~out], y[:, ~out])(x[:, at]) - y[:, at]) ** 2))
    except np.linalg.LinAlgError:  # the nearest points are those of one trajectory
        return np.inf
