"""New files beside the data set of a fit: what both state about their rows must agree."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array, Indices
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.files import Found, find
from mornet.snapshots.layout import Matrix
from mornet.snapshots.snapshots import DataSet, Snapshots

UNNAMED = ("dof",)  # the axes of a file that names none
TOLERANCE = 4 * float(np.finfo(np.float32).eps)  # coordinates are often stored in single precision
SAME_PLACES = "write it for the places of the fit, in their order"


def found_for(data: DataSet | None, file: Path, key: str | None, axes: str | None) -> Found:
    """Return what a file holds under ``key``, by default under the names of the fields of ``data``.

    A file without these names is read without a key. Raises as `find` does.
    """
    if key is None and data is not None and data.layout is not None:
        with suppress(OptionError):
            return find(file, key=data.layout.field, axes=axes)
    return find(file, key=key, axes=axes)


def columns_for(data: DataSet | None, found: Found) -> Array:
    """Return the columns of a file; its rows must mean those of ``data``, if that is known.

    Raises OptionError for fields in another order, and for axes, units or coordinates that both
    state, and that differ. Another number of rows is left to the caller.
    """
    if data is not None and len(found.matrix.U) == _layout(data).rows:
        _require_same_order(_layout(data).field, found)
        _require_same_axes(_layout(data).axis, found)
        _require_same_units(_layout(data).unit, found)
        _require_same_places(data, found)
    return found.matrix.U


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

    Rows that the data set left out are missing (NaN).
    """
    layout = _layout(data)
    U = layout.put_back(part.to_states(part.U))
    fields = {} if part.units.get("x") == "index" else {"x": layout.put_back(part.x.T).T}
    matrix = Matrix(U, layout.axis, tuple(layout.shape), fields)
    return Found(data.name, source, matrix, layout.field, layout.unit, tuple(layout.first))


def _layout(data: DataSet) -> DofLayout:
    """Return the layout of ``data``; a data set that is of no file is one field without a unit."""
    n = data.train.n
    return data.layout or DofLayout(
        rows=n,
        row=np.arange(n),
        field=(data.name,),
        unit=("1",),
        first=np.array([0]),
        axis=UNNAMED,
        shape=np.array([n]),
        notes=(),
    )


def _require_same_order(field: tuple[str, ...], found: Found) -> None:
    if sorted(found.names) == sorted(field) and found.names != field:
        said = [", ".join(names) for names in (found.names, field)]
        raise _other(found, "fields", said, "stack its fields in this order")


def _require_same_axes(axis: tuple[str, ...], found: Found) -> None:
    axes = found.matrix.axes
    if UNNAMED not in (axis, axes) and axis != axes:
        said = [", ".join(names) for names in (axes, axis)]
        raise _other(found, "axes", said, "order its axes in this way")


def _require_same_units(unit: tuple[str, ...], found: Found) -> None:
    if len(unit) != len(found.unit):
        return
    for ours, theirs in zip(unit, found.unit, strict=True):
        if "1" not in (ours, theirs) and ours != theirs:
            raise _other(found, "units", (theirs, ours), "convert its numbers, and state this unit")


def _require_same_places(data: DataSet, found: Found) -> None:
    ours, theirs = _places_of_data(data), _places_of_file(data, found)
    if ours is None or theirs is None:
        return
    if len(ours) != len(theirs):
        counts = [f"{len(x)} for each row" for x in (theirs, ours)]
        raise _other(found, "coordinates", counts, SAME_PLACES)
    largest = np.max(np.abs(ours), axis=1, keepdims=True)
    apart = np.any(np.abs(ours - theirs) > TOLERANCE * largest, axis=0)
    if apart.any():
        places = [f"{_listed(x[:, apart][:, 0])} at a row" for x in (theirs, ours)]
        raise _other(found, "coordinates", places, SAME_PLACES)


def _other(found: Found, what: str, both: Iterable[str], advice: str) -> OptionError:
    here = f"{found.source} has other {what} than the snapshots of the fit"
    return OptionError(f"{here}: {' instead of '.join(both)}; {advice}")


def _listed(place: Array) -> str:
    return "(" + ", ".join(f"{number:.6g}" for number in place) + ")"


def _places_of_data(data: DataSet) -> Array | None:
    """Return the coordinates (d, n) that the files of ``data`` stated; None if they had none."""
    x, layout = data.train.x, _layout(data)
    if data.train.units.get("x") == "index":
        return None
    return None if _is_counted(x, tuple(layout.shape), layout.row) else x


def _places_of_file(data: DataSet, found: Found) -> Array | None:
    """Return the coordinates (d, n) that a file states for the rows of ``data``, or None."""
    x, row = found.matrix.fields.get("x"), _layout(data).row
    if x is None or x.shape[1] != len(found.matrix.U):
        return None
    kept: Array = x[:, row]
    return None if _is_counted(kept, found.matrix.shape, row) else kept


def _is_counted(x: Array, shape: tuple[int, ...], row: Indices) -> bool:
    """Whether ``x`` only counts the places along several axes, because no file had coordinates."""
    if len(shape) < 2:
        return False
    return np.array_equal(x, np.unravel_index(row % np.prod(shape), shape))
