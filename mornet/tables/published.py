"""Published numbers beside those computed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.tables.table import Column, Table, of_kind


def published(records: Sequence[Any]) -> Table:
    """Return published and computed numbers with their relative difference."""
    columns = (
        Column("source", "source"),
        Column("quantity", "quantity"),
        Column("case", "case"),
        Column("published", "published", ".8e"),
        Column("computed", "computed", ".8e"),
        Column("relative difference", "difference", ".1e"),
    )
    reproductions = of_kind(records, "reproduction")
    rows = tuple(
        (record.source, record.quantity, case, *map(float, numbers))
        for record in reproductions
        for case, *numbers in zip(
            record.case, record.published, record.computed, record.difference, strict=True
        )
    )
    return Table(" ".join(map(_words, reproductions)), columns, rows)


def _words(record: Any) -> str:
    """Return sentences that say how many published numbers were reproduced."""
    good = int((record.difference <= record.tolerance).sum())
    words = (
        f"{record.quantity.capitalize()} ({record.source}): {good} of {len(record.case)} published "
        f"numbers are reproduced to a relative difference of {record.tolerance:.0e}."
    )
    if record.published_nan:
        words += f" Printed as nan: {'; '.join(record.published_nan)}."
    if record.diverged:
        words += f" Diverged here: {'; '.join(record.diverged)}."
    return words
