"""Published numbers beside those computed here, by source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mornet.errors import counted
from mornet.tables.published import NUMBERS, ORIGINS, Row, met, met_of, numbers
from mornet.tables.table import Column, Table, markdown
from mornet.tables.words import listed

NUMBER = re.compile(r"-?\d+(\.\d+)?(e[-+]?\d+)?")
WORDS = (
    "Each table names its source, the place in the source, and what was computed. Each number says "
    "where it stands: printed in a *publication*; printed or stored in a *repository* of the "
    "authors, or computed from what they store; computed for the same set-up by an independent "
    "*program*, which the table names; stated by a *theorem*; or a *goal* of our own. Digits are "
    "the first significant digits of the published number that agree with the computed number, up "
    "to half a unit of the last of them; *all* are those that the table shows, and an integer "
    "agrees in all only if it is the same. "
    "The difference is absolute where the tolerance is absolute, and otherwise relative to the "
    "published number. A number is *reproduced* if its difference is within the tolerance; a "
    "published bound or error to reach is met if the computed number is *at most* (or *at least*) "
    "as large. What falls short says so."
)


def validation(records: Sequence[Any]) -> str:
    """Return the section on published numbers: how many are met, and one table for each source.

    Tables of the same quantity stand together, those of smaller settings first.
    """
    quantities = [record.quantity for record in records]
    records = sorted(records, key=lambda record: (quantities.index(record.quantity), _size(record)))
    good, all_of_them = met(records)
    head = (
        f"## Published numbers\n\n{good} of {all_of_them} numbers are met. They come from "
        f"{counted(len({record.source for record in records}), 'source')}. {WORDS}\n"
    )
    titles = [_title(record, records) for record in records]
    tables = (_totals(records), _overview(titles, records), *map(_table, titles, records))
    return "\n".join([head, *tables])


def _size(record: Any) -> list[float]:
    """Return the numbers among the first values of the settings."""
    values = (next(iter(values)) for values in _settings(record).values())
    return [float(value) for value in values if NUMBER.fullmatch(value)]


def _title(record: Any, records: Sequence[Any]) -> str:
    """Return the quantity, and the setting that tells it from others of the same quantity."""
    own = _settings(record)
    others = [_settings(r) for r in records if r is not record and r.quantity == record.quantity]
    for key, values in own.items():
        if others and all(set(values).isdisjoint(other.get(key, ())) for other in others):
            return f"{record.quantity}: {key} {listed(list(values))}"
    return str(record.quantity)


def _settings(record: Any) -> dict[str, dict[str, None]]:
    """Return the values of each setting in the cases, in their order."""
    found: dict[str, dict[str, None]] = {}
    for case in record.case:
        for key, _, value in (words.partition(" = ") for words in case.split(", ")):
            found.setdefault(key, {})[value] = None
    return found


def _totals(records: Sequence[Any]) -> str:
    """Return how many numbers of each origin are met, those to reproduce apart from bounds."""
    rows = [row for record in records for row in numbers(record)]
    parts = [[row for row in rows if row.origin == origin] for origin in ORIGINS]
    columns = (Column("", "origin"), Column("", "to reproduce", "s"), Column("", "bounds", "s"))
    named = zip((*ORIGINS.values(), "all"), (*parts, rows), strict=True)
    return markdown(Table("", columns, tuple((name, *_shares(part)) for name, part in named)))


def _shares(rows: Sequence[Row]) -> tuple[str, str]:
    """Return how many numbers to reproduce, and how many bounds, are met."""
    parts = ([row for row in rows if row.bound == bound] for bound in (False, True))
    exact, bounds = (" of ".join(map(str, met_of(part))) for part in parts)
    return exact, bounds


def _overview(titles: Sequence[str], records: Sequence[Any]) -> str:
    columns = (Column("", "numbers"), Column("", "source"), Column("", "met", "s"))
    rows = tuple(
        (title, record.source, " of ".join(map(str, met([record]))))
        for title, record in zip(titles, records, strict=True)
    )
    return markdown(Table("", columns, rows))


def _table(title: str, record: Any) -> str:
    """Return one table with its source and configuration; text before numbers, notes last."""
    words = [
        f"### {title[0].upper()}{title[1:]}",
        f"*Source*: {record.source}; {record.place}.",
        *([f"*Independent program*: {record.program}."] if record.program else []),
        f"*Configuration*: {record.configuration}",
        markdown(Table("", NUMBERS, tuple(numbers(record)))),
    ]
    return "\n\n".join(words)
