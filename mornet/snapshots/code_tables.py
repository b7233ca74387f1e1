"""Tables of codes in text, as `mornet export` and `mornet encode` write them.

A row is a snapshot. The columns are snapshot, part, trajectory, trajectory_name, t, mu or mu_0,
mu_1, ..., and code_0, code_1, ...; all but those of the codes may be missing. Parameters that have
names stand under these instead of mu.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import DataError, MornetError, counted
from mornet.records import Array
from mornet.snapshots.files import Found, find
from mornet.snapshots.formats.parameter_names import beside_units
from mornet.snapshots.formats.text import read_text

CODE, CODES = "code", "codes"
NAMES = "trajectory_name"
PLACES = ("trajectory", NAMES, "t", "mu")  # columns before the codes
DELIMITERS = ",;\t"


def codes_of_table(file: Path) -> Found | None:
    """Return the codes (r, k) in a table with columns code_0, ..., with their times and parameters.

    It is None for any other file. Raises DataError, which names the line, for a row that is too
    short or too long, and for a word that is no number; and for a table without rows.
    """
    if file.suffix.lower() not in (".csv", ".txt") or not file.is_file():
        return None
    table = _table(file)
    codes = _rows(file, table, CODE)
    if not len(codes):
        return None
    mu, names = _rows(file, table, "mu"), [] if _has_rows(table, "mu") else _parameters(table)
    mu = np.array([table[name] for name in names], dtype=float) if names else mu
    fields: dict[str, Any] = {"t": _rows(file, table, "t"), "mu": mu}
    fields["trajectory"] = table.get(NAMES) or _rows(file, table, "trajectory")
    given = {name: np.squeeze(values) for name, values in fields.items() if len(values)}
    try:
        found = find(codes, axes="latent sample", fields=given)
        matrix = replace(found.matrix, units=found.matrix.units | beside_units(names))
        return replace(found, source=str(file), matrix=matrix)
    except MornetError as error:
        raise type(error)(f"{file}: {error}") from None


def _table(file: Path) -> dict[str, list[str]]:
    """Return the words in each column of a file by its heading; {} if no heading is code_0."""
    lines = read_text(file)[0].splitlines(keepends=True)
    delimiter = next((c for c in DELIMITERS if lines and c in lines[0]), ",")
    head, *rows = list(csv.reader(lines, delimiter=delimiter)) or [[]]
    if f"{CODE}_0" not in head:
        return {}
    if not rows:
        raise DataError(f"{file} has a heading alone: give it a row for each snapshot")
    for k, row in enumerate(rows, 2):
        if len(row) != len(head):
            entries = counted(len(row), "entry")
            raise DataError(f"{file}, line {k} has {entries}, but the heading has {len(head)}")
    return {name: [row[i] for row in rows] for i, name in enumerate(head)}


def is_column(name: str) -> bool:
    """Return whether a table of codes has a column of this name that holds no parameters."""
    return name in ("snapshot", "part", *PLACES) or re.fullmatch(r"(code|mu)_\d+", name) is not None


def _parameters(table: Mapping[str, list[str]]) -> list[str]:
    """Return the other columns of numbers before the codes: they are parameters by their names."""
    before = list(table)[: list(table).index(f"{CODE}_0")] if table else []
    return [name for name in before if not is_column(name) and all(map(_is_number, table[name]))]


def _is_number(word: str) -> bool:
    with suppress(ValueError):
        return math.isfinite(float(word))
    return False


def _has_rows(table: Mapping[str, list[str]], word: str) -> bool:
    return word in table or f"{word}_0" in table


def _rows(file: Path, table: Mapping[str, list[str]], word: str) -> Array:
    """Return the column ``word``, or the columns word_0, word_1, ..., as rows (k, m) of numbers."""
    names = [word] if word in table else []
    while (name := f"{word}_{len(names)}") in table:
        names.append(name)
    rows = [[_number(file, name, k, w) for k, w in enumerate(table[name])] for name in names]
    return np.array(rows)


def _number(file: Path, name: str, k: int, word: str) -> float:
    try:
        return float(word)
    except ValueError:
        where = f"{file}, line {k + 2}, column {name}"
        raise DataError(f"{where}: {word!r} is not a number: correct it") from None
