"""Dates in several columns of a table: year, month and day, and the hour beside a date."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mornet.errors import DataError
from mornet.records import Array
from mornet.snapshots.formats.contents import DATES
from mornet.snapshots.formats.dates import DAY, date_of, seconds_of
from mornet.snapshots.formats.dialect import Table
from mornet.snapshots.formats.headings import columns_of
from mornet.snapshots.formats.numeric_dates import dates_of

OF_DAY = {"hour": 3600.0, "minute": 60.0, "second": 1.0}


def in_one_column(where: str, table: Table) -> Table:
    """Return a table in which columns of years, months, ..., seconds are one column of dates.

    Years come with months at least, and hours with dates. Raises DataError for numbers that are no
    date or no time of the day.
    """
    names = [column.name.lower() for column in columns_of(table.headings or ())]
    at = {name: names.index(name) for name in ("year", "month", "day", *OF_DAY) if name in names}
    days = _days(where, table, at) if {"year", "month"} <= at.keys() else None
    if days is None:
        date = next((name for name in names if name in DATES), None)
        at = {word: j for word, j in at.items() if word in OF_DAY}
        days = _of_date(where, table, date, names.index(date)) if date and "hour" in at else None
        at = {str(date): names.index(date), **at} if date else at
    if days is None:
        return table
    seconds = days + _of_day(where, table, at)
    note = f"the columns {', '.join(at)} are one date: times are seconds after the first"
    found = _with_dates(table, seconds, [j for j in range(len(names)) if j not in at.values()])
    return found._replace(notes=(*table.notes, note))


def _with_dates(table: Table, seconds: Array, left: list[int]) -> Table:
    """Return the columns ``left`` of a table behind one of dates, ``seconds`` after 1970."""
    first = seconds.min()
    rows = np.column_stack([seconds - first, table.numbers[:, left]])
    headings = ("date", *((table.headings or ())[j] for j in left))
    return table._replace(
        numbers=rows, headings=headings, origins={**table.origins, "date": date_of(first)}
    )


def _days(where: str, table: Table, at: Mapping[str, int]) -> Array | None:
    """Return the seconds after 1970 of years, months and days; without days of the first ones."""
    year, month = (table.numbers[:, at[word]] for word in ("year", "month"))
    day = table.numbers[:, at["day"]] if "day" in at else np.ones(len(year))
    dates = dates_of(f"{where}, columns {', '.join(at)}", 10000 * year + 100 * month + day)
    if dates is None:
        raise DataError(
            f"{where}: the columns {', '.join(at)} hold no dates from 1800 to 2199 in all rows: "
            "correct them, or give them other headings"
        )
    return dates.seconds + (seconds_of(dates.origin) or 0.0)


def _of_date(where: str, table: Table, name: str, j: int) -> Array | None:
    """Return the seconds after 1970 of dates without times of the day; None for others."""
    numbers, origin = table.numbers[:, j], table.origins.get(name)
    if origin is None:
        dates = dates_of(f"{where}, column {name}", numbers)
        numbers, origin = (numbers, "") if dates is None else (dates.seconds, dates.origin)
    start = seconds_of(origin)
    found = None if start is None else numbers + start
    return None if found is None or np.any(found % DAY) else found


def _of_day(where: str, table: Table, at: Mapping[str, int]) -> Array:
    """Return the seconds of hours, minutes and seconds; DataError for no time of the day."""
    known = {word: table.numbers[:, at[word]] for word in OF_DAY if word in at}
    seconds = np.sum([OF_DAY[word] * of for word, of in known.items()], axis=0)
    if known and not np.all((seconds >= 0) & (seconds <= DAY)):
        raise DataError(
            f"{where}: the columns {', '.join(known)} hold no times of the day in all rows: "
            "correct them, or give them other headings"
        )
    return np.asarray(seconds)
