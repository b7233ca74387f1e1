"""Whether snapshots run along a line in time, so that a figure over space and time shows them."""

from __future__ import annotations

import numpy as np

from mornet.errors import OptionError, counted
from mornet.snapshots import DataSet
from mornet.snapshots.formats.units import INDEX


def require_a_line(data: DataSet) -> None:
    """Raise OptionError unless the snapshots have times and one coordinate."""
    times, coordinates = data.test.t is not None, len(data.test.x)
    if not times or coordinates != 1:
        found = ("" if times else "no times and ") + counted(coordinates, "coordinate")
        raise OptionError(
            f"{data.name} has {found}, but a figure over space and time needs times and one "
            "coordinate: leave the data set out of study.reconstructions"
        )


def runs_on_a_line(data: DataSet) -> bool:
    """Return whether a figure over space and time can show the first test trajectory."""
    test, x = data.test, data.test.x
    if test.t is None or len(x) != 1 or data.train.units.get("x") == INDEX:
        return False
    t = test.t[test.trajectory == test.trajectory.min()]
    return len(t) > 1 and bool(np.all(np.diff(t) > 0) and np.all(np.diff(x[0]) > 0))
