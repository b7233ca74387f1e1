"""A table, as CSV and in Markdown; `booktabs.py` holds its form in LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from mornet.errors import OptionError
from mornet.tables.words import marked, plain


@dataclass(frozen=True)
class Column:
    """A column: its name in CSV, its header in LaTeX and the format of its entries.

    A column without a format holds text. Columns beside each other with the same ``group`` have
    this word above their headers.
    """

    name: str
    header: str
    format: str = ""
    group: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of values under columns, with a caption.

    The first ``keys`` columns name a row; where a wide table is split, each part repeats them.
    ``best`` holds the (row, column) of entries that are bold. Caption and headers may hold formulas
    between dollars.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    keys: int = 1
    best: frozenset[tuple[int, int]] = frozenset()


def of_kind(records: Sequence[Any], kind: str) -> list[Any]:
    """Return the records.

    Raises OptionError if there is no record or one is of another kind.
    """
    wrong = [record.kind for record in records if record.kind != kind]
    if wrong or not records:
        raise OptionError(f"this table shows results of kind {kind!r}, not {wrong or 'nothing'}")
    return list(records)


def least(
    rows: Sequence[Sequence[Any]], columns: Sequence[int], among: Sequence[int] = ()
) -> frozenset[tuple[int, int]]:
    """Return the (row, column) of the least number of each column, to four digits.

    Rows compete if they agree in the columns ``among``; a row without a rival is not the best, and
    neither are words.
    """
    groups: dict[tuple[Any, ...], list[int]] = {}
    for k, row in enumerate(rows):
        groups.setdefault(tuple(row[i] for i in among), []).append(k)
    found = set()
    for members, i in product((g for g in groups.values() if len(g) > 1), columns):
        numbers = {k: rows[k][i] for k in members if not isinstance(rows[k][i], str)}
        bound = min(numbers.values(), default=0.0) * (1 + 5e-4)
        found |= {(k, i) for k, value in numbers.items() if value <= bound}
    return frozenset(found)


def shown(value: Any, column: Column) -> str:
    """Return an entry as people read it; words in a column of numbers stay words."""
    if isinstance(value, str) or not column.format:
        return str(value)
    return format(value, column.format).removesuffix(".") if value else "0"


def comma_separated(table: Table) -> str:
    """Return the table as CSV with one header line and full precision."""
    from mornet.storage.csv_text import csv_text  # late: storage takes h5py along

    return csv_text([[column.name for column in table.columns], *table.rows])


def markdown(table: Table) -> str:
    """Return the table in Markdown."""
    names = [marked(plain(f"{c.group} {c.header}".strip())) for c in table.columns]
    head = "| " + " | ".join(names) + " |"
    rule = "|" + "|".join("---:" if column.format else ":---" for column in table.columns) + "|"
    rows = [
        "| "
        + " | ".join(
            _bold(shown(v, c), (k, i) in table.best)
            for i, (v, c) in enumerate(zip(row, table.columns, strict=True))
        )
        + " |"
        for k, row in enumerate(table.rows)
    ]
    return "\n".join([head, rule, *rows]) + "\n"


def _bold(text: str, best: bool) -> str:
    return f"**{marked(text)}**" if best else marked(text)
