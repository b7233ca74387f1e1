"""Tables that hold a field of snapshots alone, such as their coordinates or parameters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mornet.errors import OptionError
from mornet.records import Array
from mornet.snapshots.formats.contents import ALONG, meaning
from mornet.snapshots.formats.dialect import numbers
from mornet.snapshots.formats.headings import PLACE, Column, columns_of, require_one_unit, unit_of
from mornet.snapshots.formats.places import varying
from mornet.snapshots.formats.registry import is_table
from mornet.snapshots.formats.text import read_text

BY_HEADINGS = (*ALONG, "mu", "trajectory")


def field_of_table(name: str, path: Path, key: str | None) -> tuple[Array, str] | None:
    """Return the field ``name`` of a table with headings, a row for each of its columns.

    It comes with its unit. The columns are those called ``key``; without a key those whose headings
    mean the field, or else all of them. Coordinates that are the same everywhere are left out. It
    is None for other files, and for fields that any other reader finds. Raises OptionError for an
    unknown key.
    """
    by_headings = name in BY_HEADINGS or (name == "t" and key is not None)
    if not by_headings or not (path.is_file() and is_table(path)):
        return None
    table = numbers(str(path), read_text(path)[0])
    if table.headings is None:
        return None
    columns = columns_of(table.headings)
    chosen = _chosen(name, columns, key)
    if not chosen and not any(column.name.startswith(key or "") for column in columns):
        names = ", ".join(column.name for column in columns)
        raise OptionError(f"{path}: no column {key!r}; there are {names}")
    if not chosen:
        return None
    rows, dated = table.numbers[:, chosen].T, columns[chosen[0]].name.lower() in table.origins
    rows = varying(rows) if name == "x" and key is None else rows
    unit = "s" if dated else _unit(name, path, columns, chosen)
    return (rows[0] if len(rows) == 1 else rows), unit


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
