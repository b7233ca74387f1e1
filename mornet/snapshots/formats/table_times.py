"""The times of a table: numbers, dates, times of the day, or a date and a time of the day."""

from __future__ import annotations

from typing import Any

import numpy as np

from mornet.errors import DataError
from mornet.snapshots.formats.clocks import Times, after_midnight
from mornet.snapshots.formats.contents import DATES
from mornet.snapshots.formats.dates import date_of, kind_of, seconds_of
from mornet.snapshots.formats.dialect import Table
from mornet.snapshots.formats.headings import Column
from mornet.snapshots.formats.numeric_dates import dates_of, first_days


def times_of(
    where: str, table: Table, columns: list[Column], times: list[int], runs: Any = None
) -> tuple[Times | None, tuple[str, ...]]:
    """Return the times of the rows, None without a column of them, and notes.

    ``runs`` are the trajectories of the rows: times of the day begin again with each. Raises
    DataError for dates in numbers that are no dates, or whose form is not clear.
    """
    read = {columns[j].name: _column(where, table, columns[j], j) for j in times}
    if not read:
        return None, ()
    kinds = {kind_of(time.origin or ""): name for name, (time, _) in read.items()}
    if "date" in kinds and "time of the day" in kinds:  # in two columns
        (date, said), (clock, _) = (read[kinds[kind]] for kind in ("date", "time of the day"))
        return _together(date, clock), said
    name = next((name for name, (time, _) in read.items() if time.origin), next(iter(read)))
    time, notes = read.pop(name)
    if read:
        _require_different(where, [name, *read], time, runs)
        notes = (*notes, f"{', '.join(read)} is left out: the column {name} holds the times")
    time, said = after_midnight(where, time, runs)
    return time, (*notes, *said)


def _together(date: Times, clock: Times) -> Times:
    """Return dates and times of the day of two columns as one time, from the first one."""
    seconds = date.values + clock.values
    start = (seconds_of(date.origin or "") or 0.0) + (seconds_of(clock.origin or "") or 0.0)
    first = seconds.min()
    return Times(seconds - first, "s", date_of(start + first))


def _column(where: str, table: Table, column: Column, j: int) -> tuple[Times, tuple[str, ...]]:
    """Return the times of one column, and a note on dates that are written as numbers."""
    numbers, first = table.numbers[:, j], table.origins.get(column.name.lower())
    if first is not None:
        return Times(numbers, "s", first), ()
    if column.unit or column.name.lower() not in DATES:
        return Times(numbers, column.unit), ()
    place = f"{where}, column {column.name}"
    if (dates := dates_of(place, first_days(place, numbers))) is None:
        return Times(numbers), ()
    note = f"the column {column.name} holds dates, {dates.form}: times are seconds after the first"
    return Times(dates.seconds, "s", dates.origin), (note,)


def _require_different(where: str, names: list[str], time: Times, runs: Any) -> None:
    """Raise DataError for dates that repeat, as they do beside a column of times of the day."""
    number = np.zeros(len(time.values)) if runs is None else np.unique(runs, return_inverse=True)[1]
    pairs = np.vstack([time.values, number])
    if time.origin and np.unique(pairs, axis=1).shape[1] < len(time.values):
        raise DataError(
            f"{where}: the columns {' and '.join(names)} hold times, and {names[0]} repeats: write "
            "them in one column, as 2000-01-31 23:50:00"
        )
