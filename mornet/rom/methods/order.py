"""The order of snapshots in time, for all models that learn from trajectories."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.errors import DataError, OptionError
from mornet.records import Array, Indices
from mornet.snapshots import Snapshots

NO_TIMES = (
    "a reduced-order model needs the times of the snapshots: give t, or leave the model out for "
    "this data set, by `only`"
)


class Path(NamedTuple):
    """The ``columns`` (k,) of a trajectory, and their times ``t`` (k,), ascending."""

    columns: Indices
    t: Array


def in_time(part: Snapshots) -> dict[int, Path]:
    """Return each trajectory, by its number, in the order of its times.

    Raises OptionError for snapshots without times, DataError for a time that stands twice in a
    trajectory.
    """
    if part.t is None:
        raise OptionError(NO_TIMES)
    order = np.lexsort((part.t, part.trajectory))
    numbers, first = np.unique(part.trajectory[order], return_index=True)
    paths = [Path(columns, part.t[columns]) for columns in np.split(order, first[1:])]
    for number, (_, t) in zip(numbers, paths, strict=True):
        same = np.flatnonzero(np.diff(t) == 0)
        if len(same):
            raise DataError(
                f"trajectory {number} has the time {t[same[0]]:g} twice: leave one "
                "of the two snapshots out, or give them different numbers of `trajectory`"
            )
    return dict(zip(numbers.tolist(), paths, strict=True))
