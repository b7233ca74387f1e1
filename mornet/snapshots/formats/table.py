"""Tables in text, whose headings say what the columns are.

Headings are those of pandas, ParaView, COMSOL, OpenFOAM's probes and Fluent: ``t=0.05``,
``u (m/s) @ t=0.1, mu=2``, ``Points:0``, ``U:1``, ``x-coordinate``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import DataError, OptionError
from mornet.records import TIME_AXES, Array
from mornet.snapshots.formats.contents import Contents
from mornet.snapshots.formats.dialect import TIME_HEADINGS, Table, numbers
from mornet.snapshots.formats.numpy_files import no_key
from mornet.snapshots.formats.text import read_text

PLACE = re.compile(
    r"([xyz]|points?[:_ ]?[0-2]|coords?_?[xyz]|[xyz][-_ ]?(coordinate|coord))", re.IGNORECASE
)
UNIT = re.compile(r"^(.*?)\s*[(\[]([^()\[\]]*)[)\]]$")
VALUE = re.compile(r"(\w+)\s*=\s*([-+.\deE]+|[-+]?(?:nan|inf)\b)", re.IGNORECASE)


class _Column(NamedTuple):
    """A heading: its name, its unit, and the values that it states, such as t = 0.1."""

    name: str
    unit: str
    values: dict[str, float]


def read_table(path: Path, key: str | None) -> Contents:
    """Return a table of numbers in text; the key is the heading of a column, or of its vector.

    Without headings the table is the matrix. Raises DataError for what is no table of numbers,
    OptionError for an unknown key, or if headings leave open which columns are the snapshots.
    """
    text, notes = read_text(path)
    table = numbers(str(path), text)
    notes = (*notes, *table.notes)
    if table.headings is None:
        no_key(path, key)
        return Contents(table.numbers, notes=notes)
    contents = _labelled(path, key, table)
    return contents._replace(notes=(*notes, *contents.notes))


def _labelled(path: Path, key: str | None, table: Table) -> Contents:
    columns = _columns(table.headings or ())
    places = [j for j, column in enumerate(columns) if PLACE.fullmatch(column.name)]
    times = [j for j, column in enumerate(columns) if column.name.lower() in TIME_HEADINGS]
    times = [j for j in times if not columns[j].values]
    others = [j for j in range(len(columns)) if j not in places and j not in times]
    x = {"x": _varying(table.numbers[:, places].T)} if places else {}
    units = {"x": columns[places[0]].unit} if places and columns[places[0]].unit else {}
    if any(columns[j].values for j in others):
        return _of_columns(path, key, table, columns, others, x, units)
    if times and places:
        return _of_places_and_times(path, key, table, columns, (places, times[0], others))
    if times:
        chosen = others if key is None else _named(path, key, columns, others)
        array = table.numbers[:, chosen]
        units = {"t": columns[times[0]].unit} if columns[times[0]].unit else {}
        note = f"the column {columns[times[0]].name} holds times, so a row is a snapshot"
        fields = {"t": table.numbers[:, times[0]]}
        return Contents(array, "sample dof", fields, units=units, notes=(note,))
    if not places and key is None:
        return Contents(table.numbers, notes=("the first line holds headings",))
    chosen = _named(path, key, columns, others)
    array = table.numbers[:, chosen].T.reshape(-1, 1)
    x = {"x": np.tile(x["x"], len(chosen))} if x else {}
    units |= {"U": columns[chosen[0]].unit} if columns[chosen[0]].unit else {}
    note = f"the columns {', '.join(columns[j].name for j in chosen)} are one snapshot"
    name = key or columns[chosen[0]].name
    return Contents(array, "dof sample", x, units=units, notes=(note,), name=name)


def _columns(headings: tuple[str, ...]) -> list[_Column]:
    columns = []
    for heading in headings:
        name, _, stated = heading.strip().strip("\"'").partition("@")
        values = {word: float(value) for word, value in VALUE.findall(stated or name)}
        if values and not stated:
            name = VALUE.sub("", name).strip(" ,;_")
        unit = UNIT.match(name.strip())
        plain, of = (unit[1], unit[2]) if unit else (name.strip(), "")
        columns.append(_Column(plain, of, values))
    first = columns[0].values if columns else {}
    bare = [_float(column.name) for column in columns[1:]]
    if len(first) == 1 and bare and all(value is not None for value in bare):  # t=0, 1, 2
        (word,) = first
        columns[1:] = [_Column("", "", {word: float(value or 0)}) for value in bare]
    return columns


def _of_columns(
    path: Path,
    key: str | None,
    table: Table,
    columns: list[_Column],
    others: list[int],
    x: dict[str, Array],
    units: dict[str, str],
) -> Contents:
    """Return a table in which each column is a snapshot, whose heading states time, ...."""
    chosen = [j for j in others if columns[j].values]
    names = list(dict.fromkeys(columns[j].name for j in chosen))
    if key is None and len(names) > 1:
        raise OptionError(f"{path}: give the key of the snapshots; there are {', '.join(names)}")
    chosen = [j for j in chosen if key in (None, columns[j].name)]
    if not chosen:
        raise OptionError(f"{path}: no columns of {key!r}; there are {', '.join(names)}")
    words = list(dict.fromkeys(word for j in chosen for word in columns[j].values))
    stated = np.array([[columns[j].values.get(w, np.nan) for j in chosen] for w in words])
    fields: dict[str, Any] = dict(x)
    mu = [row for word, row in zip(words, stated, strict=True) if word.lower() not in TIME_AXES]
    for word, row in zip(words, stated, strict=True):
        if word.lower() in TIME_AXES and np.isfinite(row).all():
            fields["t"] = row
    if mu:
        fields["mu"] = np.array(mu)
    left = [columns[j].name for j in others if not columns[j].values]
    if columns[chosen[0]].unit:
        units = units | {"U": columns[chosen[0]].unit}
    notes = [f"the headings state {', '.join(words)}, so a column is a snapshot"]
    if left:
        notes.append(f"columns that state nothing are left out: {', '.join(left)}")
    return Contents(table.numbers[:, chosen], "dof sample", fields, units=units, notes=tuple(notes))


def _of_places_and_times(
    path: Path,
    key: str | None,
    table: Table,
    columns: list[_Column],
    found: tuple[list[int], int, list[int]],
) -> Contents:
    """Return a table with a row for each place and time; every place has every time once."""
    places, time, others = found
    x, place = np.unique(table.numbers[:, places], axis=0, return_inverse=True)
    t, at = np.unique(table.numbers[:, time], return_inverse=True)
    place, chosen = place.ravel(), _named(path, key, columns, others)
    full = len(x) * len(t)
    if len(place) != full or len(np.unique(place * len(t) + at)) != full:
        raise DataError(
            f"{path} has {len(place)} rows for {len(x)} places and {len(t)} times: a table with "
            "both needs one row for each place at each time"
        )
    array = np.empty((len(chosen), len(x), len(t)))
    array[:, place, at] = table.numbers[:, chosen].T
    fields = {"x": np.tile(_varying(x.T), len(chosen)), "t": t}
    units = {"t": columns[time].unit} if columns[time].unit else {}
    note = f"a row holds one place at one time: {len(x)} places, {len(t)} times"
    name = key or columns[chosen[0]].name
    stacked = array.reshape(-1, len(t))
    return Contents(stacked, "dof sample", fields, units=units, notes=(note,), name=name)


def _named(path: Path, key: str | None, columns: list[_Column], others: list[int]) -> list[int]:
    """Return the columns that ``key`` names: one heading, or all components of a vector."""
    names = [columns[j].name for j in others]
    if key is None and len(others) == 1:
        return others
    if key is None:
        raise OptionError(f"{path}: give the key of the snapshots; there are {', '.join(names)}")
    exact = [j for j in others if columns[j].name == key]
    component = re.compile(re.escape(key) + r"[:_ ]\d")
    chosen = exact or [j for j in others if component.fullmatch(columns[j].name)]
    if not chosen:
        raise OptionError(f"{path}: no column {key!r}; there are {', '.join(names)}")
    return chosen


def _varying(x: Array) -> Array:
    """Return the coordinates (d, n) without those that are the same everywhere."""
    varying = [row for row in x if np.ptp(row) > 0]
    return np.array(varying) if varying else x[:1]


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
