"""Tables that hold a field of snapshots alone, such as their coordinates or parameters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import DataError, OptionError, counted
from mornet.snapshots.formats.contents import ALONG, meaning
from mornet.snapshots.formats.dialect import Table, numbers
from mornet.snapshots.formats.headings import PLACE, Column, columns_of, require_one_unit, unit_of
from mornet.snapshots.formats.places import varying
from mornet.snapshots.formats.registry import is_table
from mornet.snapshots.formats.text import read_text
from mornet.snapshots.formats.units import OF_DATE

FILE = ("file", "files", "filename", "file name", "file_name", "path")  # of columns, small letters
OF_FILES = ("t", "mu", "trajectory")
BY_HEADINGS = (*ALONG, *OF_FILES)


class Field(NamedTuple):
    """The values of a field, their unit, and the names of parameters, if a heading gives them."""

    values: Any
    unit: str
    names: tuple[str, ...] = ()


def field_of_table(
    name: str, path: Path, key: str | None, files: Sequence[Path] = ()
) -> Field | None:
    """Return the field ``name`` of a table with headings, a row for each of its columns.

    The columns are those called ``key``; without a key those whose headings
    mean the field, or else all of them. Coordinates that are the same everywhere are left out. If a
    column holds the names of ``files``, those of the snapshots, the field has an entry for each
    file. It is None for other files, and for fields that any other reader finds. Raises OptionError
    for an unknown key, DataError for a file without a row of its own.
    """
    if name not in BY_HEADINGS or not (path.is_file() and is_table(path)):
        return None
    of_words = () if key is None or name != "trajectory" else (key.lower(),)
    of_files = FILE if files and name in OF_FILES else ()
    text = read_text(path)[0]
    table = numbers(str(path), text, (*of_words, *of_files), all_dated=name == "t")
    if table.headings is None:
        return _only_dates(table)
    columns = columns_of(table.headings)
    named = next((j for j, c in enumerate(columns) if c.name.lower() in of_files), None)
    if named is not None:
        table = _by_files(path, table, named, files)
    chosen = [j for j in _chosen(name, columns, key) if j != named]
    if not chosen and not any(column.name.startswith(key or "") for column in columns):
        names = ", ".join(column.name for column in columns)
        raise OptionError(f"{path}: no column {key!r}; there are {names}")
    if not chosen or (name == "t" and len(chosen) > 1):
        return None
    if labels := table.labels.get(columns[chosen[0]].name.lower()):
        return Field(np.array(labels)[table.numbers[:, chosen[0]].astype(int)], "")
    rows, first = table.numbers[:, chosen].T, table.origins.get(columns[chosen[0]].name.lower())
    rows = varying(rows) if name == "x" and key is None else rows
    unit = f"s{OF_DATE}{first}" if first else _unit(name, path, columns, chosen)
    called = tuple(columns[j].name for j in chosen) if name == "mu" else ()
    return Field(rows[0] if len(rows) == 1 else rows, unit, called)


def _only_dates(table: Table) -> Field | None:
    """Return the dates of a table that is one column of them, without a heading."""
    dated = table.numbers.shape[1] == 1 and "" in table.origins
    return Field(table.numbers[:, 0], f"s{OF_DATE}{table.origins['']}") if dated else None


def _by_files(path: Path, table: Table, column: int, files: Sequence[Path]) -> Table:
    """Return a table with a row for each of ``files``, whose names are in a column."""
    heading = columns_of(table.headings or ())[column].name
    labels = table.labels.get(heading.lower())
    if labels is None:
        raise DataError(f"{path}: the column {heading} holds no names of files: rename it")
    words = [labels[int(k)] for k in table.numbers[:, column]]
    found = [_row_of(path, words, file) for file in files]
    for file, row in zip(files, found, strict=True):
        if found.count(row) > 1:
            raise DataError(
                f"{path}: {words[row]} may be {file} and other files: write names with folders"
            )
    return table._replace(numbers=table.numbers[found])


def _row_of(path: Path, words: Sequence[str], file: Path) -> int:
    """Return the only row with the name of a file; DataError for none, and for several."""
    rows = [row for row, word in enumerate(words) if _names(Path(word), file)]
    if len(rows) != 1:
        raise DataError(
            f"{path} has {counted(len(rows), 'row')} for {file}: write one row for each file"
        )
    return rows[0]


def _names(word: Path, file: Path) -> bool:
    """Return whether a name, with or without folders and suffix, is that of a file."""
    ends = [of.parts[-len(word.parts) :] for of in (file, file.with_suffix(""))]
    return word.parts in ends


def _unit(name: str, path: Path, columns: list[Column], chosen: Sequence[int]) -> str:
    """Return the unit that all columns state; only parameters may have several units."""
    if name != "mu":
        require_one_unit(path, columns, chosen)
    return unit_of(columns, chosen)


def _chosen(name: str, columns: Sequence[Column], key: str | None) -> list[int]:
    """Return the columns of a field, coordinates in the order of their names."""
    if key is not None:
        return [j for j, column in enumerate(columns) if column.name == key]
    if name == "x":
        found = [j for j, column in enumerate(columns) if PLACE.fullmatch(column.name)]
        found.sort(key=lambda j: columns[j].name.lower())
    elif name in ALONG:
        found = [j for j, column in enumerate(columns) if column.name.lower() == name]
    else:
        found = [j for j, column in enumerate(columns) if meaning(column.name) == name]
    return found or list(range(len(columns)))
