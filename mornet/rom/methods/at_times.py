"""Codes at given times, by steps of a time integrator between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mornet.errors import DivergenceError, OptionError
from mornet.fom.time_stepping import ImplicitMethod, Stepped, attempt
from mornet.records import Array, Indices
from mornet.snapshots.equal_steps import EQUAL, shortest_step, step_tolerance


def attempt_at(
    model: Stepped, z: Array, integrator: ImplicitMethod, t: Array
) -> tuple[Array, DivergenceError | None]:
    """Return the codes (r, k) at the times ``t`` (m,), and the error that ended them before t[-1].

    The first code is ``z`` (r,). Steps are those of `steps_to`. Raises OptionError as it does.
    """
    if len(t) == 1:
        return z[:, None], None
    step, dt = steps_to(t, integrator.dt)
    codes, failure = attempt(model, z, replace(integrator, dt=dt), int(step[-1]), float(t[0]))
    return codes[:, step[step < codes.shape[1]]], failure


def steps_to(t: Array, dt: float) -> tuple[Indices, float]:
    """Return how many equal steps lead from t[0] to each time (m,), and their length.

    The length is ``dt`` where all intervals are multiples of it, otherwise the largest part of the
    shortest interval that is at most dt. Intervals that differ by the rounding of times are
    equal, see `mornet.snapshots.equal_steps`. Raises OptionError if another interval is no
    multiple.

    >>> steps_to(np.array([0.0, 0.1, 0.4]), 0.05), steps_to(np.array([0.0, 0.1, 0.2]), 0.4)
    ((array([0, 2, 8]), 0.05), (array([0, 1, 2]), 0.1))
    """
    intervals, tolerance = np.diff(t), step_tolerance([t])
    shortest = shortest_step(intervals, tolerance)
    part = shortest / np.ceil((shortest - tolerance) / dt)
    for length in (dt, part):
        count = np.rint(intervals / length)
        if np.all(np.abs(intervals - count * length) <= np.maximum(EQUAL * intervals, tolerance)):
            return np.append(0, np.cumsum(count)).astype(int), float(length)
    raise OptionError(
        f"the times of a trajectory are {shortest:.6g} to {float(intervals.max()):.6g} apart, and "
        f"no equal steps of at most {dt:.6g} lead to all of them: give equal steps of time, or "
        "take regression"
    )
