"""Where the numbers of a field stand in a picture: along a line, on a grid, or at points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mornet.figures.states.naming import axes_of, is_turned
from mornet.records import Array, Indices
from mornet.snapshots import DataSet
from mornet.snapshots.coordinates import is_monotonic
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.formats.units import INDEX

OF_DOFS = "degree of freedom"
U_NAME = "$u$"  # of a field without a name
FIELDS = 3  # of a data set in one figure
FULL = 4  # places of a grid for each one that has a number


@dataclass(frozen=True, eq=False)
class Field:
    """A field of the snapshots, and where its numbers stand.

    ``row`` (k,) are the degrees of freedom shown, and ``x`` (1, k) or (2, k) their places, the
    horizontal axis first. On a
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
    """Yield the fields of a data set, as `fields_at`."""
    train = data.train
    return fields_at(train.x, data.layout, train.units, train.unit_of_states)


def fields_at(
    places: Array, layout: DofLayout | None, units: Mapping[str, str], unit_of_states: str
) -> Iterator[Field]:
    """Yield the fields with numbers at ``places`` (d, n). Those that no picture shows are numbered.

    ``units`` has that of the places as "x". Without a ``layout`` there is one field.
    """
    layout = layout or DofLayout.plain(places.shape[1], unit_of_states)
    names = axes_of(layout, places, units.get("x", ""))
    if is_turned(names):
        names, places = names[::-1], places[::-1]
    for f, name in enumerate(layout.field):
        rows = np.flatnonzero(layout.of_field == f)
        unit, x = layout.unit[f], places[:, rows]
        known = units.get("x") != INDEX and len(x) in (1, 2)
        first = _first_component(x) if known else rows[:0]
        if not len(first):
            counted = np.arange(float(len(rows)))[None]
            yield Field(_called(name), unit, rows, counted, ((OF_DOFS, ""),))
        else:
            words = "" if len(first) == len(rows) else "first component"
            first = first[np.lexsort(x[::-1, first])]
            x = x[:, first]
            yield Field(_called(name), unit, rows[first], x, names, _is_grid(x), words)


def _called(name: str) -> str:
    """Return the name of a field in a label; that without a name is u."""
    return U_NAME if name == "U" else name


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


def has_one_measure(field: Field) -> bool:
    """Return whether lengths along both axes have one unit, and are not too different."""
    width, height = np.ptp(field.x, axis=1)
    return field.axis[0][1] == field.axis[1][1] and 1 / 3 <= width / max(height, 1e-300) <= 3


def is_line(field: Field) -> bool:
    """Return whether the numbers of a field stand along a line."""
    return len(field.x) == 1 and (field.x.shape[1] == 1 or is_monotonic(field.x[0]))


def partly(fields: Sequence[Field]) -> str:
    """Return sentences of captions on what is not shown of the ``fields``, each after a blank."""
    most = f" {FIELDS} of {len(fields)} fields are shown." if len(fields) > FIELDS else ""
    words = next((field.words for field in fields if field.words), "")
    return most + (f" Of vectors the {words} is shown." if words else "")
