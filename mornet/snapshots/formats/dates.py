"""Dates and times of the day in text, and what they are in seconds."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from mornet.errors import DataError
from mornet.records import Array

UTC = r"(?:Z|\+00:?00)"
DATE = re.compile(rf"\d{{4}}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?{UTC}?)?")  # ISO 8601
CLOCK = re.compile(r"(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)")
ANY = re.compile(r"\d{4}-\d\d-\d\d|\d:[0-5]\d:[0-5]\d")
IN_TWO = re.compile(r"(?<!\S)(\d{4}-\d\d-\d\d)\s+(\d\d:\d\d)")  # a date and a time of the day


def kind_of(field: str) -> str:
    """Return "date", "time of the day" or "number"."""
    if CLOCK.fullmatch(field):
        return "time of the day"
    return "number" if seconds_of(field) is None else "date"


def seconds_of(field: str) -> float | None:
    """Return the seconds that a date (after 1970) or a time of the day means; None for others.

    >>> seconds_of("1970-01-02"), seconds_of("00:01:30.5"), seconds_of("12")
    (86400.0, 90.5, None)
    """
    if CLOCK.fullmatch(field):
        hours, minutes, seconds = field.split(":")
        return 3600 * float(hours) + 60 * float(minutes) + float(seconds)
    if not DATE.fullmatch(field):
        return None
    try:
        date = np.datetime64(re.sub(f"{UTC}$", "", field).replace(" ", "T"), "us")
    except ValueError:
        return None
    return float((date - np.datetime64(0, "us")) / np.timedelta64(1, "s"))


def with_dates_in_one(line: str) -> str:
    """Return a line with a T between a date and its time of the day, so that they are one field."""
    return IN_TWO.sub(r"\1T\2", line) if ":" in line else line


def dates_in(where: str, rows: Array, lines: Sequence[tuple[int, Sequence[str]]]) -> dict[int, str]:
    """Count the columns of dates in ``rows`` from their first dates, which are returned.

    ``lines`` are the fields of each line with its number. Raises DataError for a column in which
    dates, times of the day and numbers are mixed.
    """
    firsts: dict[int, str] = {}
    for j in range(rows.shape[1]):
        stated = np.flatnonzero(~np.isnan(rows[:, j])).tolist()
        column = [(lines[i][0], lines[i][1][j]) for i in stated]
        if dated := _require_one_kind(where, j, column):
            firsts[j] = min(dated, key=lambda field: seconds_of(field) or 0.0)
            rows[:, j] -= seconds_of(firsts[j]) or 0.0
    return firsts


def _require_one_kind(where: str, j: int, column: Sequence[tuple[int, str]]) -> list[str]:
    """Return the dates of a column, none if it holds numbers; DataError for a column of both."""
    kinds = [kind_of(field) for _, field in column]
    for (line, field), kind in zip(column, kinds, strict=True):
        if kind != kinds[0]:
            raise DataError(
                f"{where}, line {line}, column {j}: {field!r} is a {kind}, but {column[0][1]!r} is "
                f"a {kinds[0]}: write dates or numbers in all lines"
            )
    return [field for _, field in column] if kinds and kinds[0] != "number" else []
