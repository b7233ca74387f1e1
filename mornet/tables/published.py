"""Published numbers beside those computed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from mornet.tables.table import Column, Table, of_kind

NUMBERS = (
    Column("case", "case"),
    Column("published", "published", ".12g"),
    Column("computed", "computed", ".12g"),
    Column("digits", "digits"),
    Column("difference", "difference", ".1e"),
    Column("verdict", "verdict"),
    Column("note", "note"),
)
QUANTITY, SOURCE = Column("quantity", "quantity"), Column("source", "source")
NAN = float("nan")


def published(records: Sequence[Any]) -> Table:
    """Return published and computed numbers, the digits that agree, and the verdicts."""
    reproductions = of_kind(records, "reproduction")
    rows = tuple(
        (record.quantity, *row, record.source)
        for record in reproductions
        for row in numbers(record)
    )
    columns = tuple(replace(c, format=".8g") if c.format == ".12g" else c for c in NUMBERS)
    return Table(_caption(reproductions), (QUANTITY, *columns, SOURCE), rows, keys=2)


def numbers(record: Any) -> list[tuple[Any, ...]]:
    """Return one row of the columns `NUMBERS` for each published number of a record."""
    return [*_finite(record), *_nan(record)]


def met(records: Sequence[Any]) -> tuple[int, int]:
    """Return how many numbers of the records are met, and how many there are."""
    rows = [row for record in records for row in numbers(record)]
    return sum(not row[5].startswith("not ") for row in rows), len(rows)


def _finite(record: Any) -> Iterator[tuple[Any, ...]]:
    for case, shown, computed, digits, difference, relation, good, note in zip(
        record.case,
        map(float, record.published),
        map(float, record.computed),
        map(int, record.digits),
        map(float, record.difference),
        record.relation,
        record.met,
        record.note,
        strict=True,
    ):
        bound = relation in ("at most", "at least")
        verdict = relation if bound else "reproduced"
        agree = "" if bound or shown == 0 else str(digits)
        yield case, shown, computed, agree, difference, f"{'' if good else 'not '}{verdict}", note


def _nan(record: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the cases that are nan in the publication, here or in both."""
    for case in record.published_nan:
        both = case in record.diverged
        verdict = f"{'' if both else 'not '}reproduced"
        yield case, NAN, NAN, "", NAN, verdict, "diverges here too" if both else "finite here"
    for case in record.diverged:
        if case not in record.published_nan:
            yield case, NAN, NAN, "", NAN, "not reproduced", "diverged here"


def _caption(reproductions: Sequence[Any]) -> str:
    """Return sentences that say how many published numbers are met."""
    good, all_of_them = met(reproductions)
    words = f"Published numbers and those computed here: {good} of {all_of_them} are met."
    nan = [case for record in reproductions for case in record.published_nan]
    return words + (f" Printed as nan: {'; '.join(nan)}." if nan else "")
