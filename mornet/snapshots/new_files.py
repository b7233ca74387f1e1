"""New files beside the data set of a fit: what both state about their rows must agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import MornetError, OptionError, StorageError
from mornet.records import Array
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.files import UNNAMED, Found, find
from mornet.snapshots.formats import read_contents
from mornet.snapshots.formats.members import is_series
from mornet.snapshots.formats.orders import of_names
from mornet.snapshots.formats.places import apart
from mornet.snapshots.formats.units import INDEX, same_unit
from mornet.snapshots.layout import Matrix
from mornet.snapshots.ordered import by_axes, by_fields, by_headings, by_places
from mornet.snapshots.snapshots import DataSet, Snapshots, units_of_places

NO_NAMES = ("dof",)  # the axes of a file that names none
SAME_PLACES = "write it for the places of the fit, each once, or in their order"


def found_for(
    data: DataSet | None, file: Path, key: str | None, axes: str | None, n: int | None = None
) -> Found:
    """Return what a file holds under ``key``, by default under the names of the fields of ``data``.

    A file without these names is read without a key. Where nothing else says which axis of a matrix
    is which, the number of rows of the fit decides. It is that of ``data``, or ``n`` without data.
    Raises OptionError if the file states the name of another field, or only some of the fields, and
    as `find` does.
    """
    rows = n if data is None else _layout(data).rows
    if key is not None or data is None or data.layout is None:
        return _found(data, file, key, axes, [rows])
    layout = data.layout
    try:
        return _found(data, file, layout.field, axes, _rows_of_fields(layout))
    except (OptionError, StorageError):
        if _names_all(layout, file):
            raise
    found = _found(data, file, None, axes, [rows])
    _require_same_field(layout, found)
    return found


def found_as(
    data: DataSet, stated: str, file: Path, key: str | None, rows: int
) -> tuple[Found, bool]:
    """Return what a file holds, and whether it is read along the axes ``stated`` for the fit.

    It is, unless only its own axes give the ``rows`` of the fit. Raises what `found_for` raises.
    """
    like: Found | None = None
    with suppress(MornetError):
        like = found_for(data, file, key, stated)
    if like is not None and len(like.matrix.U) == rows:
        return like, True
    own = found_for(data, file, key, None)
    return (own, False) if like is None or len(own.matrix.U) == rows else (like, True)


def _rows_of_fields(layout: DofLayout) -> list[int]:
    return [stop - start for start, stop in pairwise([*map(int, layout.first), layout.rows])]


def _names_all(layout: DofLayout, file: Path) -> bool:
    """Return whether a file holds all fields of the fit; OptionError if it has only some of them.

    A matrix under the name of one field may hold all of them.
    """
    held = [name for name in layout.field if _shape_of(file, name)]
    missing = [name for name in layout.field if name not in held]
    if held and missing and layout.rows not in _shape_of(file, held[0]):
        raise OptionError(
            f"{file} has no field {', '.join(missing)}, only {', '.join(held)}: the fit is of "
            f"{', '.join(layout.field)}, so write all of them"
        )
    return not missing


def _shape_of(file: Path, key: str) -> tuple[int, ...]:
    """Return the shape of the array under a key of a file; () if it has no such array."""
    with suppress(MornetError):
        return np.shape(read_contents(file, key).array)
    return ()


def _found(
    data: DataSet | None,
    file: Path,
    key: str | Sequence[str] | None,
    axes: str | None,
    rows: Sequence[int | None],
) -> Found:
    """Return what a file holds; it may be one snapshot on the axes of the fit, without its time."""
    try:
        return find(file, key=key, axes=axes, rows=rows, fields=_parameters(data, file))
    except OptionError:
        if data is None or axes is not None or is_series(file):
            raise
        with suppress(MornetError):
            one = find([file], key=key)
            if sorted(one.matrix.axes) == sorted(_layout(data).axis) != [*NO_NAMES]:
                return replace(one, source=str(file))
        raise


def _parameters(data: DataSet | None, file: Path) -> dict[str, list[str]]:
    """Return the columns of a new table that are parameters, by their names in that of the fit."""
    of_table = data is not None and data.layout is not None and data.layout.heading
    names = list(data.train.names_of_mu) if data is not None and of_table else []
    return {"mu": names} if names and all(_shape_of(file, name) for name in names) else {}


def columns_for(data: DataSet | None, found: Found) -> Array:
    """Return the columns of a file; its rows must mean those of ``data``, if that is known.

    Rows in another order are put in that of ``data``, if the names of fields, axes or columns, or
    the places, decide it. Raises OptionError for fields, axes, columns, units or coordinates that
    both state, and that differ. Another number of rows is left to the caller.
    """
    if data is None or len(found.matrix.U) != _layout(data).rows:
        return found.matrix.U
    layout = _layout(data)
    found = by_axes(layout, by_fields(layout, found))
    _require_same_first_rows(layout, found)
    _require_same_axes(layout.axis, found)
    _require_same_headings(layout.heading, found)
    found = by_headings(layout.heading, found)
    _require_same_units(layout.unit, found)
    found = _as_earlier(data, found)
    _require_same_units_of_places(data, found)
    return _with_same_places(data, found).matrix.U


def part_of(source: str, data: DataSet, key: str | None) -> Snapshots:
    """Return the part "train", or "train/U", of the data set in the file ``source``.

    Raises OptionError, which lists the parts, for any other key.
    """
    name = (key or "").removesuffix("/U")
    if name not in data.parts:
        listed = ", ".join(f"{source}:{part}" for part in data.parts)
        raise OptionError(f"{source} is a data set of mornet: give one of its parts, {listed}")
    return data.parts[name]


def states_of(source: str, data: DataSet, part: Snapshots) -> Found:
    """Return the states of a ``part`` of ``data`` as those of a file, without its scale and shift.

    Rows that the data set left out are missing (NaN). Times, parameters and trajectories are those
    of the part.
    """
    layout = _layout(data)
    U = layout.put_back(part.to_states(part.U))
    has_places = part.units.get("x") != INDEX
    fields: dict[str, Any] = {"t": part.t, "mu": part.mu, "trajectory": part.trajectory}
    if has_places:
        fields["x"] = layout.put_back(part.x.T).T
    matrix = Matrix(
        U,
        layout.axis,
        tuple(layout.shape),
        {name: values for name, values in fields.items() if values is not None},
        dict(part.units),
        labels=data.trajectory_name or (),
        heading=layout.heading or (),
        x_unit=units_of_places(data) if has_places else (),
    )
    return Found(data.name, source, matrix, layout.field, layout.unit, tuple(layout.first))


def _layout(data: DataSet) -> DofLayout:
    """Return the layout of ``data``; a data set that is of no file is one field without a unit."""
    n = data.train.n
    return data.layout or DofLayout(
        rows=n,
        row=np.arange(n),
        field=(data.name,),
        unit=("",),
        first=np.array([0]),
        axis=NO_NAMES,
        shape=np.array([n]),
        notes=(),
    )


def _require_same_field(layout: DofLayout, found: Found) -> None:
    """Raise OptionError if a file states the name of another field than those of the fit."""
    ours, (theirs,) = ", ".join(layout.field), found.names
    named = layout.field != (UNNAMED,) if layout.named is None else layout.named
    if found.named and named and theirs not in layout.field:
        advice = f"if they are the same field, give its key, {found.source}:{theirs}"
        raise _other(found, "fields", (theirs, ours), advice)


def _require_same_first_rows(layout: DofLayout, found: Found) -> None:
    """Raise OptionError if the fields of a file begin at other rows than those of the fit."""
    bounds = [", ".join(map(str, first)) for first in (found.first, layout.first)]
    if len(found.first) == len(layout.first) and bounds[0] != bounds[1]:
        said = [f"they begin at rows {first}" for first in bounds]
        raise _other(found, "fields", said, "give each field the places of the fit")


def _require_same_headings(heading: tuple[str, ...] | None, found: Found) -> None:
    """Raise OptionError for other names of rows, and for another order of names that repeat."""
    theirs = found.matrix.heading
    if not heading or not theirs or theirs == heading:
        return
    if of_names(theirs, heading) is None:
        first = next(pair for pair in zip(theirs, heading, strict=True) if len(set(pair)) > 1)
        raise _other(found, "columns", map(repr, first), "write the columns of the fit")


def _require_same_axes(axis: tuple[str, ...], found: Found) -> None:
    axes = found.matrix.axes
    if NO_NAMES not in (axis, axes) and axis != axes:
        said = [", ".join(names) for names in (axes, axis)]
        raise _other(found, "axes", said, "give it these axes")


def _require_same_units(unit: tuple[str, ...], found: Found) -> None:
    if len(unit) != len(found.unit):
        return
    for ours, theirs in zip(unit, found.unit, strict=True):
        if not same_unit(ours, theirs):
            raise _other(found, "units", (theirs, ours), "convert its numbers, and state this unit")


def _require_same_units_of_places(data: DataSet, found: Found) -> None:
    if _places_of_data(data) is None or len(found.matrix.x_unit) != len(data.train.x):
        return
    both = found.matrix.x_unit, units_of_places(data)
    if not all(INDEX in pair or same_unit(*pair) for pair in zip(*both, strict=True)):
        said = [", ".join(unit or "unknown" for unit in units) for units in both]
        advice = "convert its coordinates, and state this unit"
        raise _other(found, "units of coordinates", said, advice)


def _as_earlier(data: DataSet, found: Found) -> Found:
    """Return a file as earlier versions read it, if one of them wrote ``data``.

    They left out coordinates that count places, if other axes had coordinates.
    """
    matrix = found.matrix
    stated = [i for i, unit in enumerate(matrix.x_unit) if unit != INDEX]
    same = len(stated) in (0, len(matrix.x_unit)) or len(stated) != len(data.train.x)
    if same or _layout(data).x_unit is not None:
        return found
    fields = {**matrix.fields, "x": matrix.fields["x"][stated]}
    units = tuple(matrix.x_unit[i] for i in stated)
    return replace(found, matrix=replace(matrix, fields=fields, x_unit=units))


def _with_same_places(data: DataSet, found: Found) -> Found:
    """Return a file whose rows have the places of ``data``; OptionError if it has others."""
    ours, theirs = _places_of_data(data), _places_of_file(data, found)
    if ours is None or theirs is None:
        return found
    if len(ours) != len(theirs):
        counts = [f"{len(x)} for each row" for x in (theirs, ours)]
        raise _other(found, "coordinates", counts, SAME_PLACES)
    both = list(zip(units_of_places(data), found.matrix.x_unit, strict=True))
    stated = [i for i, units in enumerate(both) if INDEX not in units]
    differ = apart(ours[stated], theirs[stated])
    if not differ.any():
        return found
    count_alike = all(units.count(INDEX) != 1 for units in both)
    ordered = by_places(_layout(data), found, ours) if count_alike else None
    if ordered is None:
        places = [f"{_listed(x[:, differ][:, 0])} at a row" for x in (theirs, ours)]
        raise _other(found, "coordinates", places, SAME_PLACES)
    return ordered


def _other(found: Found, what: str, both: Iterable[str], advice: str) -> OptionError:
    here = f"{found.source} has other {what} than the snapshots of the fit"
    return OptionError(f"{here}: {' instead of '.join(both)}; {advice}")


def _listed(place: Array) -> str:
    return "(" + ", ".join(f"{number:.10g}" for number in place) + ")"


def _places_of_data(data: DataSet) -> Array | None:
    """Return the coordinates (d, n) that the files of ``data`` stated; None if they had none."""
    return None if data.train.units.get("x") == INDEX else data.train.x


def _places_of_file(data: DataSet, found: Found) -> Array | None:
    """Return the coordinates (d, n) that a file states for the rows of ``data``, or None."""
    x, row = found.matrix.fields.get("x"), _layout(data).row
    if x is None or x.shape[1] != len(found.matrix.U):
        return None
    return None if found.matrix.counted == found.matrix.axes else x[:, row]
