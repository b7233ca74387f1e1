"""Promises of reliability, and how often they were kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.tables.table import Column, Table, of_kind


def reliability(records: Sequence[Any]) -> Table:
    """Return a row for each measure: trials asked and done, promises kept, whether it is met."""
    columns = (
        Column("promise", "promise"),
        Column("measure", "measure"),
        Column("asked", "asked", "d"),
        Column("tried", "tried", "d"),
        Column("kept", "kept", "d"),
        Column("slow", "stopped", "d"),
        Column("met", "met"),
    )
    rows = [row for record in of_kind(records, "reliability") for row in _rows(record)]
    return Table("Trials of what mornet promises.", columns, tuple(sorted(rows, key=_order)))


def _rows(record: Any) -> list[tuple[Any, ...]]:
    n = len(record.measure)
    numbers = record.number or ("",) * n
    asked = record.tried if record.asked is None else record.asked
    columns = (numbers, record.measure, asked, record.tried, record.kept, record.slow)
    return [
        (number, name, *map(int, counts), met)
        for (number, name, *counts), met in zip(zip(*columns, strict=True), record.met, strict=True)
    ]


def _order(row: tuple[Any, ...]) -> tuple[int, str]:
    first = row[0].partition(",")[0].removeprefix("R")
    return (int(first) if first.isdigit() else 99, row[1])
