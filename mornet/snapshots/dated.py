"""Times of snapshots that are dates written as numbers, in whatever format they are stored."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from mornet.errors import DataError
from mornet.records import Array
from mornet.snapshots.formats.contents import is_datenum
from mornet.snapshots.formats.numeric_dates import are_datenums, are_months, dates_of, first_of
from mornet.snapshots.layout import SINCE, Matrix

FORM = re.compile(r"(days? as )?%?Y+%?m+%?d+\S*", re.IGNORECASE)  # day as %Y%m%d.%f


def with_dates(where: str, matrix: Matrix) -> Matrix:
    """Return ``matrix`` with times in seconds, if its times are dates written as numbers.

    They are if two times at least differ, all of them are dates such as 20000131, and no unit says
    anything else. Serial dates of MATLAB become days. A note says so. Raises DataError for a day
    that the calendar does not have, and for numbers whose unit says that they are dates if they are
    none.
    """
    t, unit = matrix.fields.get("t"), matrix.units.get("t", "")
    stated = FORM.fullmatch(unit.strip())
    if t is None or len(np.unique(t)) < 2:
        return matrix
    if is_datenum(unit):
        return _with_datenums(matrix, t)
    if unit and not stated:
        return matrix
    dates = dates_of(f"{where}: t", np.asarray(t, dtype=float))
    if dates is None and stated:
        raise DataError(
            f"{where}: t has the unit {unit!r}, but {t[0]:g} is no such date: correct it"
        )
    if dates is None and are_datenums(t):
        return _with_datenums(matrix, t)
    if dates is None:
        return _with_doubt(matrix, t)
    note = f"times are dates, {dates.form}: they are taken as seconds after {dates.origin}"
    fields, units = (
        {**matrix.fields, "t": dates.seconds},
        {**matrix.units, "t": "s", SINCE: dates.origin},
    )
    return replace(matrix, fields=fields, units=units, notes=(*matrix.notes, note))


def _with_datenums(matrix: Matrix, t: Array) -> Matrix:
    """Return ``matrix`` with serial dates of MATLAB as days after midnight of the first one."""
    first, days = first_of(t)
    note = (
        f"times from {t.min():.10g} to {t.max():.10g} are taken as dates of MATLAB (datenum), in "
        f"days: they count from {first}; state their unit if they are none"
    )
    fields, units = {**matrix.fields, "t": days}, {**matrix.units, "t": "days", SINCE: first}
    return replace(matrix, fields=fields, units=units, notes=(*matrix.notes, note))


def _with_doubt(matrix: Matrix, t: Array) -> Matrix:
    """Return ``matrix`` with a note on times that may be months of several years."""
    if not are_months(t) or np.ptp(t // 100) == 0:
        return matrix
    note = (
        f"times from {t.min():g} to {t.max():g} may be months, YYYYMM, and are taken as numbers: "
        "write them as dates, such as 2000-01-31, or YYYYMMDD, if they are"
    )
    return replace(matrix, notes=(*matrix.notes, note))
