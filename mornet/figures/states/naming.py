"""Names of the axes of places, and which of two axes is the horizontal one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mornet.figures.states.labels import symbol
from mornet.records import Array, Indices
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.snapshots import units_of_coordinates

RANKS = {  # the lower one of two axes is horizontal; others are in between
    **dict.fromkeys(("x", "lon", "longitude", "west_east", "easting"), 0.0),
    **dict.fromkeys(("y", "lat", "latitude", "south_north", "northing"), 1.0),
    **dict.fromkeys(("z", "lev", "level", "depth", "height", "altitude"), 2.0),
}
BY_UNIT = {"degrees_east": "longitude", "degrees_north": "latitude"}


def axes_of(layout: DofLayout, x: Array, unit: str) -> tuple[tuple[str, str], ...]:
    """Return the names and the units of the coordinates x (d, n); ``unit`` is that of all.

    The names are those of the axes of the files, if the coordinates lie along these axes.
    """
    units = units_of_coordinates(layout, len(x), unit)
    if _are_of_axes(layout, x):
        names = list(layout.axis)
    else:
        names = [BY_UNIT.get(of, name) for name, of in zip("xyz", units, strict=False)]
    return tuple(zip(map(symbol, names), units, strict=False))


def _are_of_axes(layout: DofLayout, x: Array) -> bool:
    """Return whether row i of the coordinates x (d, n) varies along axis i alone, for each i."""
    if len(layout.axis) != len(x) or "dof" in layout.axis:
        return False
    rows = (layout.row - layout.first[layout.of_field]) % int(np.prod(layout.shape))
    places = np.unravel_index(rows, tuple(map(int, layout.shape)))
    return all(_depends_on(at, row) for at, row in zip(places, x, strict=True))


def _depends_on(at: Indices, values: Array) -> bool:
    """Return whether ``values`` (n,) are equal wherever ``at`` (n,) is."""
    one = np.zeros(int(at.max()) + 1)
    one[at] = values
    return np.array_equal(one[at], values)


def is_turned(axes: Sequence[tuple[str, str]]) -> bool:
    """Return whether the second of two axes is the horizontal one, by their names and units.

    >>> is_turned([("lat", ""), ("lon", "")]), is_turned([("$x$", "m"), ("$y$", "m")])
    (True, False)
    """
    ranks = [RANKS.get(BY_UNIT.get(unit, name).strip("$").lower(), 0.5) for name, unit in axes]
    return len(ranks) == 2 and ranks[0] > ranks[1]
