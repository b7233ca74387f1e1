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
    Column("origin", "origin"),
    Column("note", "note"),
)
QUANTITY, SOURCE = Column("quantity", "quantity"), Column("source", "source")
NAN = float("nan")
ORIGINS = {
    "publication": "printed in a publication",
    "repository": "in a repository of the authors",
    "program": "of an independent program",
    "theorem": "of a theorem",
    "goal": "a goal of our own",
}
"""Where published numbers stand, in the order of the summary."""


class Row(NamedTuple):
    """One published number in the columns `NUMBERS`."""

    case: str
    published: float
    computed: float
    digits: str
    difference: float
    tolerance: str
    verdict: str
    origin: str
    note: str

    @property
    def met(self) -> bool:
        """Whether the number is reproduced, or keeps to its bound."""
        return not self.verdict.startswith("not ")

    @property
    def bound(self) -> bool:
        """Whether the published number is a bound."""
        return self.verdict.endswith(("at most", "at least"))


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
    return [*(_finite(record, k) for k in range(len(record.case))), *_nan(record)]


def met(records: Sequence[Any]) -> tuple[int, int]:
    """Return how many numbers of the records are met, and how many there are."""
    return met_of([row for record in records for row in numbers(record)])


def met_of(rows: Sequence[Row]) -> tuple[int, int]:
    """Return how many of the rows are met, and how many there are."""
    return sum(row.met for row in rows), len(rows)


def _finite(record: Any, k: int) -> Row:
    """Return the row of the k-th number that is finite in the publication and here."""
    shown, relation, bound = float(record.published[k]), record.relation[k], _bound(record, k)
    return Row(
        record.case[k],
        shown,
        float(record.computed[k]),
        "" if bound or shown == 0 else _agreeing(record, k),
        float(record.difference[k]),
        "" if bound else _near(record.tolerance[k], relation == "absolute" or shown == 0),
        f"{'' if record.met[k] else 'not '}{relation if bound else 'reproduced'}",
        record.origins[k],
        record.note[k],
    )


def _bound(record: Any, k: int) -> bool:
    return record.relation[k] in ("at most", "at least")


def _agreeing(record: Any, k: int) -> str:
    return "all" if record.all_digits[k] else str(record.digits[k])


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
        note = "diverges here too" if both else "finite here"
        yield _without_numbers(case, verdict, record.origin, note)
    for case in record.diverged:
        if case not in record.published_nan:
            yield _without_numbers(case, "not reproduced", record.origin, "diverged here")


def _without_numbers(case: str, verdict: str, origin: str, note: str) -> Row:
    return Row(case, NAN, NAN, "", NAN, "", verdict, origin, note)


def _caption(reproductions: Sequence[Any]) -> str:
    """Return sentences that say how many published numbers are met."""
    good, all_of_them = met(reproductions)
    words = f"Published numbers and those computed here: {good} of {all_of_them} are met."
    nan = [case for record in reproductions for case in record.published_nan]
    return words + (f" Printed as nan: {'; '.join(nan)}." if nan else "")
