"""Published numbers beside those computed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from mornet.tables.table import Column, Table, of_kind

NUMBERS = (
    Column("case", "case"),
    Column("published", "published", ".12g"),
    Column("computed", "computed", ".12g"),
    Column("digits", "digits"),
    Column("difference", "difference", ".1e"),
    Column("tolerance", "tolerance"),
    Column("verdict", "verdict"),
    Column("note", "note"),
)
QUANTITY, SOURCE = Column("quantity", "quantity"), Column("source", "source")
NAN = float("nan")


class Row(NamedTuple):
    """One published number in the columns `NUMBERS`."""

    case: str
    published: float
    computed: float
    digits: str
    difference: float
    tolerance: str
    verdict: str
    note: str

    @property
    def met(self) -> bool:
        """Whether the number is reproduced, or keeps to its bound."""
        return not self.verdict.startswith("not ")


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


def numbers(record: Any) -> list[Row]:
    """Return one row of the columns `NUMBERS` for each published number of a record."""
    return [*_finite(record), *_nan(record)]


def met(records: Sequence[Any]) -> tuple[int, int]:
    """Return how many numbers of the records are met, and how many there are."""
    rows = [row for record in records for row in numbers(record)]
    return sum(row.met for row in rows), len(rows)


def _finite(record: Any) -> Iterator[Row]:
    for case, shown, computed, digits, every, difference, relation, tolerance, good, note in zip(
        record.case,
        map(float, record.published),
        map(float, record.computed),
        map(int, record.digits),
        record.all_digits,
        map(float, record.difference),
        record.relation,
        map(float, record.tolerance),
        record.met,
        record.note,
        strict=True,
    ):
        bound = relation in ("at most", "at least")
        agree = "" if bound or shown == 0 else "all" if every else str(digits)
        near = "" if bound else _near(tolerance, relation == "absolute" or shown == 0)
        verdict = f"{'' if good else 'not '}{relation if bound else 'reproduced'}"
        yield Row(case, shown, computed, agree, difference, near, verdict, note)


def _near(tolerance: float, absolute: bool) -> str:
    """Return the tolerance in words."""
    if tolerance == 0:
        return "exact"
    return f"{tolerance:.3g} {'absolute' if absolute else 'relative'}"


def _nan(record: Any) -> Iterator[Row]:
    """Yield the cases that are nan in the publication, here or in both."""
    for case in record.published_nan:
        both = case in record.diverged
        verdict = f"{'' if both else 'not '}reproduced"
        yield _without_numbers(case, verdict, "diverges here too" if both else "finite here")
    for case in record.diverged:
        if case not in record.published_nan:
            yield _without_numbers(case, "not reproduced", "diverged here")


def _without_numbers(case: str, verdict: str, note: str) -> Row:
    return Row(case, NAN, NAN, "", NAN, "", verdict, note)


def _caption(reproductions: Sequence[Any]) -> str:
    """Return sentences that say how many published numbers are met."""
    good, all_of_them = met(reproductions)
    words = f"Published numbers and those computed here: {good} of {all_of_them} are met."
    nan = [case for record in reproductions for case in record.published_nan]
    return words + (f" Printed as nan: {'; '.join(nan)}." if nan else "")
