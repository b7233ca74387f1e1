"""Where the numbers of a field stand in a picture: along a line, on a grid, or at points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mornet.records import Array, Indices
from mornet.snapshots import DataSet
from mornet.snapshots.coordinates import is_monotonic
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.formats.units import INDEX
from mornet.snapshots.snapshots import units_of_places

OF_DOFS = "degree of freedom"
FULL = 4  # places of a grid for each one that has a number


@dataclass(frozen=True, eq=False)
class Field:
    """A field of the snapshots, and where its numbers stand.

    ``row`` (k,) are the degrees of freedom shown, and ``x`` (1, k) or (2, k) their places. On a
    ``grid`` some places may be empty, such as land. ``axis`` are the names and units of the places.
    ``words`` say what is shown if it is not all of the field.
    """

    name: str
    unit: str
    row: Indices
    x: Array
    axis: tuple[tuple[str, str], ...]
    grid: bool = False
    words: str = ""


def fields_of(data: DataSet) -> Iterator[Field]:
    """Yield the fields of a data set. Places that no picture shows are numbered."""
    layout = data.layout or DofLayout.plain(data.train.n)
    names = _axes(data, layout)
    for f, name in enumerate(layout.field):
        rows = np.flatnonzero(layout.of_field == f)
        unit = layout.unit[f] if data.layout is not None else data.train.unit_of_states
        x = data.train.x[:, rows]
        known = data.train.units.get("x") != INDEX and len(x) in (1, 2)
        first = _first_component(x) if known else rows[:0]
        if not len(first):
            counted = np.arange(float(len(rows)))[None]
            yield Field(_called(name), unit, rows, counted, ((OF_DOFS, ""),))
        else:
            words = "" if len(first) == len(rows) else "first component"
            first = first[np.lexsort(x[::-1, first])]
            places = x[:, first]
            yield Field(_called(name), unit, rows[first], places, names, _is_grid(places), words)


def _called(name: str) -> str:
    """Return the name of a field in a label; that without a name is u."""
    return "$u$" if name == "U" else name


def _axes(data: DataSet, layout: DofLayout) -> tuple[tuple[str, str], ...]:
    """Return the names and the units of the coordinates."""
    d = len(data.train.x)
    names = layout.axis if len(layout.axis) == d and "dof" not in layout.axis else "xyz"[:d]
    symbols = [f"${name}$" if len(name) == 1 else name for name in names]
    return tuple(zip(symbols, units_of_places(data), strict=False))


def _first_component(x: Array) -> Indices:
    """Return the rows of the first of all components at the same places; none if they differ."""
    count = len(np.unique(x, axis=1).T)
    if x.shape[1] % count or np.any(x != np.tile(x[:, :count], x.shape[1] // count)):
        return np.arange(0)
    return np.arange(count)


def _is_grid(x: Array) -> bool:
    """Return whether places (2, k) are those of a grid, of which at most three quarters are empty.

    The others are points.
    """
    return len(x) == 2 and np.prod([len(np.unique(row)) for row in x]) <= FULL * x.shape[1]


def is_line(field: Field) -> bool:
    """Return whether the numbers of a field stand along a line."""
    return len(field.x) == 1 and (field.x.shape[1] == 1 or is_monotonic(field.x[0]))
