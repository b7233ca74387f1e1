"""The user's own snapshots: arrays and files become a `DataSet`.

The caller says what a file does not say: which axis is which, which snapshots are for testing, and
where times, parameters, coordinates, trajectories, weights and the inner product are. What is
chosen without the caller stands in the notes of ``DataSet.layout`` and in its split.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Unpack

import numpy as np

from mornet.errors import DataError, OptionError, ShapeError, counted
from mornet.linalg import column_mean
from mornet.records import Array, Indices
from mornet.snapshots.dated import with_dates
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.formats import place_of, read_contents
from mornet.snapshots.formats.attributes import stated_notes, without_attributes
from mornet.snapshots.formats.contents import Contents, origin_note
from mornet.snapshots.formats.left_notes import of_files_note, without_left, without_used
from mornet.snapshots.formats.objects import NAME, is_place
from mornet.snapshots.formats.parameter_names import OF_MU, names_of_mu
from mornet.snapshots.formats.samples import without_count
from mornet.snapshots.formats.units import INDEX, of_all
from mornet.snapshots.formats.used_columns import without_columns
from mornet.snapshots.gaps import filled, refuse_gaps, rows_with_numbers
from mornet.snapshots.given import Given, given_fields, names_used
from mornet.snapshots.layout import SINCE, Matrix, arranged, with_trajectories
from mornet.snapshots.snapshots import DataSet, Snapshots, positions
from mornet.snapshots.split import Mask, Sampled, Testing, split_columns
from mornet.snapshots.stacking import stacked
from mornet.snapshots.times import between

Place = Any  # a file, files, or arrays: see `read_snapshots`
UNNAMED = "U"  # the name of a field whose file states none
Scaling = Literal["deviation", "largest"]


@dataclass(frozen=True)
class Found:
    """What is read from files before it is split: the matrix, its fields and their names.

    ``source`` names the files. ``matrix`` holds the fields of the snapshots one below the other.
    ``names`` (f,), ``unit`` (f,) and ``first`` (f,) are the names, units and first rows of fields.
    Without ``named`` the files do not state the name of their field.
    """

    name: str
    source: str
    matrix: Matrix
    names: tuple[str, ...]
    unit: tuple[str, ...]
    first: tuple[int, ...]
    named: bool = True


class Reading(Testing, total=False):
    """The arguments of `read_snapshots` beside the file and the fields."""

    axes: str | None
    key: str | Sequence[str] | None
    units: str | None
    name: str | None
    scale: Scaling | Sequence[float] | None
    fill_rank: int | None


def read_snapshots(
    path: Place,
    *,
    fields: Mapping[str, Given] | None = None,
    **options: Unpack[Reading],
) -> DataSet:
    """Return the snapshots in the file ``path`` as a data set.

    ``path`` may also be ``FILE:KEY``, a folder, a list of files, or a pattern such as
    "case/{time}/U.csv", see `mornet.snapshots.formats.members`; or an array, a mapping of arrays or
    a labelled array of xarray, see `mornet.snapshots.formats.objects`. ``name`` is the name of the
    data set, by default that of the file without its suffix. ``key`` names the array in a file that
    holds several. Several keys are several fields of one state, one below the other.

    ``axes`` says what the axes of the array are, one word each: "dof sample" or "sample dof" for a
    matrix, "x y time" for three axes. Snapshots lie along axes called sample, time, mu or
    trajectory. Axes may be left out if the format names them, or if lengths decide; see
    `mornet.snapshots.layout`. In a series they are those of each file: "x y" if a file holds one
    snapshot on a grid. At most one of the arguments `Testing` says which snapshots are for
    testing, see `split_columns`. ``units`` is the unit of the snapshots.

    ``fields`` holds more data of the snapshots (n, m): the coordinates ``x`` (d, n) or (n,), or
    those along axes that are called ``x``, ``y`` and ``z``, one for each place of the axis; the
    times ``t`` (m,), the parameters ``mu`` (p, m) or (m,), the ``trajectory`` (m,), a number or a
    label, the ``weights`` (m,), and the ``inner_product``, weights (n,) or a matrix (n, n). Each
    field is an array or the place of an array: a key in the same file, another file, or
    ``FILE:KEY``. Each place in a list for ``mu`` is one parameter. Parameters and trajectories may
    have one entry for each file of a series; a table of them may have a column ``file``. One number
    as the trajectory is that of all snapshots, as of a series that is cut into several files.
    Without ``x`` the degrees of freedom are numbered, those of several axes along each of them.
    Without ``trajectory`` all snapshots are one trajectory.

    ``scale`` divides each field by one number: the root mean square of its deviation from its mean
    over the training snapshots ("deviation"), its largest absolute value ("largest"), or numbers,
    one for each field. Rows that are missing (NaN) in every snapshot, such as land, are left out;
    ``DataSet.layout`` puts them back. Other missing entries are refused, unless ``fill_rank`` is
    given: a linear autoencoder of this rank, fitted to the known entries of the training snapshots,
    then fills them (`mornet.linalg.known_entries`).

    Raises StorageError for a file that cannot be read, OptionError for an unknown format, key,
    field, axes or split, DataError for numbers that are not real and finite, ShapeError for an
    array of another shape.
    """
    how: dict[str, Any] = dict(options)
    of_file = {word: how.pop(word, None) for word in ("axes", "key", "units", "name")}
    return data_set(find(path, fields=fields, **of_file), **how)


def find(
    path: Place,
    *,
    axes: str | None = None,
    key: str | Sequence[str] | None = None,
    units: str | None = None,
    name: str | None = None,
    fields: Mapping[str, Given] | None = None,
    rows: Sequence[int | None] | None = None,
) -> Found:
    """Return what the files hold, as `read_snapshots` reads it, before gaps and split.

    ``rows`` are the numbers of degrees of freedom of the fields, one for each key, if they are
    known.
    """
    file, key = _file_and_key(path, key)
    keys = [key] if key is None or isinstance(key, str) else list(key)
    if len(set(keys)) < len(keys):
        raise OptionError(f"{path}: keys = {keys} names a field twice")
    read = [read_contents(file, one, axes) for one in keys or [None]]
    given, of_given = given_fields(file, fields or {}, read[0].counts)
    used = {*names_used(file, fields or {}), *filter(None, keys)}
    source = str(path) if is_place(path) else NAME
    parts, names = [], []
    known_rows = rows or [None] * len(read)
    for one, contents, of_fit in zip(keys or [None], read, known_rows, strict=True):
        known_units = of_given if units is None else {**of_given, "U": units}
        contents = _with_given(without_columns(contents, used), known_units, given)
        where = f"{source}, array {one!r}" if one is not None else source
        stated = None if contents.counts else axes  # of a series each file has them
        part = _with_origin(arranged(where, contents, stated, given, of_fit))
        parts.append(replace(part, notes=without_used(part.notes, used)))
        names.append(one or contents.name)
    known = [one or UNNAMED for one in names]
    matrix, first = stacked(source, parts, known)
    matrix = with_trajectories(with_dates(source, matrix))
    unit = tuple(part.units.get("U", "") for part in parts)
    named = None not in names
    return Found(name or name_of(file), source, matrix, tuple(known), unit, first, named)


def _with_given(contents: Contents, units: Mapping[str, str], given: Mapping[str, Any]) -> Contents:
    """Return contents with stated units, and the notes that hold beside the ``given`` fields."""
    notes = contents.notes
    if "trajectory" in given:
        notes = without_count(notes)
    if contents.numbers:
        notes = (*notes, *of_files_note([contents.numbers]))
    if contents.stated:
        notes = (*notes, *stated_notes([contents]))
    if "mu" in given:
        notes = without_attributes(without_left(notes))
    return contents._replace(notes=notes, units={**contents.units, **units})


def _with_origin(matrix: Matrix) -> Matrix:
    """Return ``matrix`` with a note on the date from which its times count."""
    origin = matrix.units.get(SINCE)
    if origin is None or "t" not in matrix.fields or origin_note(origin) in matrix.notes:
        return matrix
    return replace(matrix, notes=(*matrix.notes, origin_note(origin)))


def data_set(
    found: Found,
    *,
    scale: Scaling | Sequence[float] | None = None,
    fill_rank: int | None = None,
    **test: Unpack[Testing],
) -> DataSet:
    """Return ``found`` as a data set, see `read_snapshots`."""
    matrix, fields = found.matrix, found.matrix.fields
    U, kept = rows_with_numbers(found.source, matrix.U)
    m = U.shape[1]
    if m == 1:
        raise OptionError(
            f"{found.source} holds one snapshot; name the folder of all of them, or a pattern such "
            "as case/{time}/U.csv, to read a series"
        )
    mu, trajectory = fields.get("mu"), fields.get("trajectory")
    try:
        names = names_of_mu(matrix.units, len(() if mu is None else mu))
        known = Sampled(m, fields.get("t"), mu, trajectory, matrix.labels, names)
        chosen, split = split_columns(known, **test)
    except OptionError as error:
        raise OptionError(f"{found.source}: {error}") from None
    split += _inner(fields, chosen)
    notes = matrix.notes
    if fill_rank is None:
        refuse_gaps(found.source, U, kept, matrix.U.shape[0])
    else:
        U, words = filled(found.source, U, ~chosen, fill_rank)
        notes = (*notes, *words)
    layout = _layout(found, kept, notes)
    fields = _of_rows(fields, kept, matrix.U.shape[0])
    if not np.isfinite(fields.get("x", 0.0)).all():
        raise DataError(f"{found.source}: coordinates x are not finite: name others in fields")
    try:
        scales = _scales(layout, U[:, ~chosen], scale)
    except (DataError, OptionError) as error:
        raise type(error)(f"{found.source}: {error}") from None
    if scales is not None:
        U = U / scales[:, None]
    try:
        whole = snapshots_of(U, fields, scales, _units(found, scaled=scales is not None))
        parts = whole.divided(chosen, "test")
        return DataSet(
            name=found.name,
            train=parts[0],
            test=parts[1],
            split=split,
            inner_product=fields.get("inner_product"),
            layout=layout,
            trajectory_name=matrix.labels or None,
        )
    except (DataError, ShapeError) as error:  # of weights and inner products
        raise type(error)(f"{found.source}: {error}") from None


def _layout(found: Found, kept: Indices, notes: tuple[str, ...]) -> DofLayout:
    """Return where the rows ``kept`` of the stored matrix stand in its arrays."""
    return DofLayout(
        row=kept,
        field=found.names,
        unit=found.unit,
        first=np.array(found.first),
        rows=found.matrix.U.shape[0],
        axis=found.matrix.axes,
        shape=np.array(found.matrix.shape),
        notes=notes,
        heading=found.matrix.heading or None,
        named=found.named,
        x_unit=found.matrix.x_unit if _has_places(found) else (),
    )


def _has_places(found: Found) -> bool:
    """Return whether x holds coordinates that somebody stated, along one axis at least."""
    return "x" in found.matrix.fields and found.matrix.counted != found.matrix.axes


def _units(found: Found, scaled: bool) -> dict[str, str]:
    """Return the units of U, t, mu and x, "" if not known; without coordinates x is an index.

    Numbers that are divided by a scale are pure, and the scale has the unit.
    """
    units = units_of_samples(found.matrix)
    x = of_all(found.matrix.x_unit) if _has_places(found) else INDEX
    states = of_all(found.unit)
    return units | {"x": x} | ({"U": "1", "scale": states} if scaled else {"U": states})


def units_of_samples(matrix: Matrix) -> dict[str, str]:
    """Return the units of t and mu, "" if not known, the date of the times and the names of mu."""
    units = {name: matrix.units.get(name, "") for name in ("t", "mu")}
    return units | {name: unit for name, unit in matrix.units.items() if name in (SINCE, OF_MU)}


def name_of(path: Any) -> str:
    """Return the name of a data set that is read from ``path``: the file without its suffixes.

    An array has no file; its name is "snapshots".
    """
    if not is_place(path):
        return NAME
    first = path[0] if isinstance(path, list | tuple) else path
    stem = Path(re.split(r"[{*?]", str(first))[0].rstrip("/=_-") or "snapshots").name
    return stem.split(".")[0] or stem or "snapshots"


def _file_and_key(path: Place, key: Any) -> tuple[Any, Any]:
    """Return the file, or files, and the key; the key may stand behind the name of the file."""
    if not is_place(path):
        return path, key
    if not isinstance(path, str | os.PathLike):
        return [Path(one) for one in path], key
    if key is not None or isinstance(path, os.PathLike):
        return Path(path), key
    return place_of(str(path))


def _inner(fields: Mapping[str, Any], chosen: Mask) -> str:
    """Return in words how many test snapshots lie between training ones in time."""
    m = len(chosen)
    t = fields.get("t", np.arange(float(m)))
    count = between(t, np.asarray(fields.get("trajectory", np.zeros(m))), chosen)
    if count == 0:
        return ""
    return f"; between training snapshots of their trajectory lie {counted(count, 'test snapshot')}"


def _of_rows(fields: Mapping[str, Any], kept: Indices, rows: int) -> dict[str, Any]:
    """Return the fields of the rows that are kept of all ``rows``."""
    of = dict(fields)
    if len(kept) == rows:
        return of
    if "x" in of and of["x"].shape[1] == rows:
        of["x"] = of["x"][:, kept]
    product = of.get("inner_product")
    if product is not None and np.shape(product)[0] == rows:
        if hasattr(product, "tocoo"):
            product = product.tocsr()
        of["inner_product"] = product[kept] if product.ndim == 1 else product[kept][:, kept]
    return of


def _scales(layout: DofLayout, U: Array, scale: Scaling | Sequence[float] | None) -> Array | None:
    """Return the scale (n,) of each degree of freedom: one number for each field."""
    if scale is None:
        return None
    count = len(layout.field)
    if isinstance(scale, str):
        parts = [U[layout.of_field == f] for f in range(count)]
        measures = {"deviation": _deviation, "largest": _largest}
        if scale not in measures:
            raise OptionError(f"scale = {scale!r} must be one of {', '.join(measures)} or numbers")
        numbers = np.array([measures[scale](part) for part in parts])
    else:
        numbers = np.asarray(scale, dtype=float)
    if numbers.shape != (count,):
        raise OptionError(
            f"scale holds {counted(numbers.size, 'number')} for {counted(count, 'field')}"
        )
    if not np.all((numbers > 0) & np.isfinite(numbers)):
        f = int(np.flatnonzero(~((numbers > 0) & np.isfinite(numbers)))[0])
        raise DataError(
            f"the field {layout.field[f]} has scale {numbers[f]}, not > 0, over the training "
            "snapshots: give scale a number > 0 for each field"
        )
    return numbers[layout.of_field]


def _deviation(part: Array) -> float:
    return float(np.sqrt(np.mean((part - column_mean(part)[:, None]) ** 2)))


def _largest(part: Array) -> float:
    return float(np.max(np.abs(part)))


def _numbers(trajectory: Array) -> Indices:
    """Return the whole numbers of trajectories that a file states; others are counted from 0."""
    whole = trajectory.astype(int)
    return whole if np.all(whole == trajectory) else positions(trajectory)


def snapshots_of(
    U: Array, fields: Mapping[str, Any], scale: Array | None, units: dict[str, str]
) -> Snapshots:
    """Return all snapshots U (n, m), without a split, with the ``fields`` that belong to them."""
    m = U.shape[1]
    return Snapshots(
        U,
        np.atleast_2d(fields.get("x", np.arange(float(len(U))))),
        trajectory=_numbers(np.asarray(fields.get("trajectory", np.zeros(m)))),
        units=units,
        scale=scale,
        **{name: fields[name] for name in ("t", "mu", "weights") if name in fields},
    )
