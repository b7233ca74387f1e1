"""Which steps of time are equal: one rule, from the steps and the precision of the stored times.

A stored time is off by half a unit of its last place. Equal steps therefore differ by at most two
units. The unit is that of binary numbers of double, single or half precision, or of the last digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from mornet.records import Array, Indices

EQUAL = 1e-6  # relative difference of steps that is no difference, whatever the precision
FINE = 20  # units in the shortest step from which a binary precision needs no further sign
DIGITS = 12  # digits of a rounded number at most


class Precision(NamedTuple):
    """The ``unit`` of the last place of times, and how many of it a step needs at ``least``.

    Without ``certain`` it is only taken where all times lie on a line but for half a unit.
    """

    unit: float
    least: int
    certain: bool


def step_tolerance(paths: Sequence[Array]) -> float:
    """Return by how much equal steps between the ascending times of each of ``paths`` may differ.

    >>> bool(step_tolerance([np.array([0, 0.033, 0.067, 0.1, 0.133])]) > 0.001)
    True
    """
    paths = [np.asarray(t, dtype=float) for t in paths]
    steps = np.concatenate([np.diff(t) for t in paths])
    steps = steps[steps > 0]
    if not len(steps):
        return 0.0
    low = float(steps.min())
    long = [t for t in paths if len(t) > 2]
    units = [p.unit for p in _precisions(np.concatenate(paths)) if _holds(p, low, long)]
    return max(EQUAL * low, 2 * max(units, default=0.0))


def shortest_step(steps: Array, tolerance: float) -> float:
    """Return the shortest of ``steps`` (k,): the mean of all that are equal to it but for rounding.

    >>> shortest_step(np.array([0.033, 0.034, 0.033, 0.067]), 0.002)
    0.03333333333333333
    """
    low = float(steps.min())
    equal = steps[steps - low <= tolerance]
    return low if np.max(equal) - low <= EQUAL * low else float(np.mean(equal))


def paths_of(t: Array | Indices, trajectory: Indices) -> list[Array]:
    """Return the different times of each trajectory, ascending."""
    order = np.lexsort((t, trajectory))
    ordered, trajectory = t[order].astype(float), trajectory[order]
    new = np.append(True, (np.diff(ordered) > 0) | (np.diff(trajectory) != 0))
    ends = 1 + np.flatnonzero(np.diff(trajectory[new]))
    return np.split(ordered[new], ends)


def _precisions(t: Array) -> Iterator[Precision]:
    """Yield the precisions in which times ``t`` (m,) may have been stored."""
    largest = float(np.max(np.abs(t)))
    yield Precision(float(np.spacing(largest)), 4, certain=True)
    for kind in (np.float32, np.float16):
        if largest <= float(np.finfo(kind).max):
            same = bool(np.all(t.astype(kind) == t))
            if same or kind is np.float32:
                unit = float(np.spacing(kind(largest)))
                yield Precision(unit, 4, certain=same and kind is np.float32)
    if digit := _last_digit(t, largest):
        yield Precision(digit, 10, certain=False)


def _last_digit(t: Array, largest: float) -> float | None:
    """Return the unit of the last digit of times that are rounded to few digits, or None."""
    with np.errstate(over="ignore"):
        single = t.astype(np.float32)
    kept = single if np.all(single == t) else t
    size = np.floor(np.log10(np.where(t == 0, 1.0, np.abs(t))))
    for digits in range(1, DIGITS + 1):
        places = digits - 1 - size
        unit = 10.0**-places
        if np.all(np.abs(t - np.rint(t / unit) * unit) <= 8 * np.spacing(np.abs(kept))):
            return float(10.0 ** (np.floor(np.log10(largest)) - digits + 1)) if largest else None
    return None


def _holds(precision: Precision, low: float, paths: Sequence[Array]) -> bool:
    """Return whether times may be rounded so, if ``low`` is their shortest step."""
    if precision.certain and precision.unit * FINE <= low:
        return True
    if not paths or precision.unit * precision.least > low:
        return False
    return all(_on_a_line(t, precision.unit) for t in paths)


def _on_a_line(t: Array, unit: float) -> bool:
    """Return whether the times ``t`` (m,) are multiples of one step, but for rounding."""
    steps = np.diff(t)
    usual = float(np.mean(steps[steps <= 1.5 * steps.min()]))
    count = np.append(0.0, np.cumsum(np.rint(steps / usual)))
    t = t - t[0]
    centred = count - count.mean()
    slope: Any = centred @ (t - t.mean()) / (centred @ centred)
    return bool(np.ptp(t - slope * count) <= 1.5 * unit)
