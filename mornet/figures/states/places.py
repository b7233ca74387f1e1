"""Where the numbers of a field stand in a picture: along a line, on a grid, or at points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

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
    """A field of the snapshots, or a component of one of vectors, and where its numbers stand.

    ``row`` (k,) are the degrees of freedom shown, and ``x`` (1, k) or (2, k) their places, the
    horizontal axis first. On a
    ``grid`` some places may be empty, such as land. ``axis`` are the names and units of the places.
    ``of_vectors`` says whether it is a component.
    """

    name: str
    unit: str
    row: Indices
    x: Array
    axis: tuple[tuple[str, str], ...]
    grid: bool = False
    of_vectors: bool = False


def fields_of(data: DataSet) -> Iterator[Field]:
    """Yield the fields of a data set, as `fields_at`."""
    train = data.train
    return fields_at(train.x, data.layout, train.units, train.unit_of_states)


def fields_at(
    places: Array, layout: DofLayout | None, units: Mapping[str, str], unit_of_states: str
) -> Iterator[Field]:
    """Yield the fields with numbers at ``places`` (d, n). Those that no picture shows are numbered.

    ``units`` has that of the places as "x". Without a ``layout`` there is one field. A field of
    vectors is one field for each component; the first components come before all others.
    """
    layout = layout or DofLayout.plain(places.shape[1], unit_of_states)
    names = axes_of(layout, places, units.get("x", ""))
    if is_turned(names):
        names, places = names[::-1], places[::-1]
    known = units.get("x") != INDEX and len(places) in (1, 2)
    parts = [
        _components(layout, f, places if known else None, names) for f in range(len(layout.field))
    ]
    yield from (one for of_rank in zip_longest(*parts) for one in of_rank if one is not None)


def _components(
    layout: DofLayout, f: int, places: Array | None, axis: tuple[tuple[str, str], ...]
) -> Iterator[Field]:
    """Yield the field f, or its components, at ``places`` (d, n), or numbered without them."""
    name, unit = _called(layout, f), layout.unit[f]
    rows = np.flatnonzero(layout.of_field == f)
    x = np.zeros((1, 0)) if places is None else places[:, rows]
    first = _first_component(x)
    if not len(first):
        yield Field(name, unit, rows, np.arange(float(len(rows)))[None], ((OF_DOFS, ""),))
        return
    order, count = first[np.lexsort(x[::-1, first])], len(rows) // len(first)
    x = x[:, order]
    for k in range(count):
        called = name if count == 1 else f"component {k + 1} of {name}"
        row = rows[order + k * len(first)]
        yield Field(called, unit, row, x, axis, _is_grid(x), of_vectors=count > 1)


def _called(layout: DofLayout, f: int) -> str:
    """Return the name of a field in a label; that without a name is u."""
    return U_NAME if layout.field[f] == "U" and not layout.named else layout.field[f]


def _first_component(x: Array) -> Indices:
    """Return the rows of the first of all components at the same places; none if they differ."""
    if not x.size:
        return np.arange(0)
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
    what = "fields and components of vectors" if any(f.of_vectors for f in fields) else "fields"
    return f" {FIELDS} of {len(fields)} {what} are shown." if len(fields) > FIELDS else ""
