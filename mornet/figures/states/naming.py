"""Names of the axes of places, and which of two axes is the horizontal one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mornet.records import Array, Indices
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.formats.parameters import names_of_mu
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


def symbol(name: str) -> str:
    """Return a name for a label: one letter is a symbol, a word stands as it is.

    >>> symbol("a"), symbol("Re")
    ('$a$', 'Re')
    """
    return f"${name}$" if len(name) == 1 else name.replace("$", r"\$")


def parameters_in(units: Mapping[str, str], p: int) -> tuple[str, ...]:
    r"""Return p symbols or names of the parameters for labels; without names only that of one is.

    >>> parameters_in({"names of mu": "Re"}, 1), parameters_in({}, 1), parameters_in({}, 2)
    (('Re',), ('$\\mu$',), ())
    """
    return tuple(map(symbol, names_of_mu(units, p))) or (r"$\mu$",) * (p == 1)


def equation(name: str, value: str, unit: str) -> str:
    """Return "name = value unit" for a label; the name may be a symbol between dollar signs.

    >>> equation("$t$", "0.5", "s"), equation("Re", "100", "1")
    ('$t=0.5$ s', 'Re = 100')
    """
    says = f"{name[:-1]}={value}$" if name.startswith("$") else f"{name} = {value}"
    return says + ("" if unit in ("", "1") else f" {unit}")


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
