"""Dates that are written as numbers, such as 20000131 and, with hours and minutes, 200001311230."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mornet.errors import DataError
from mornet.records import Array

YEARS = (1800, 2199)  # other numbers count something else, as 10000101 does
FORMS = {  # digits of a number -> the form of the date, and the seconds that its last part has
    8: ("YYYYMMDD", 86400.0),
    10: ("YYYYMMDDHH", 3600.0),
    12: ("YYYYMMDDHHMM", 60.0),
    14: ("YYYYMMDDHHMMSS", 1.0),
}
DAY = 86400.0
MONTHS = 6  # digits of YYYYMM
DATENUMS = (693962, 767011)  # 1900 and 2100 as serial dates of MATLAB, which count days
UNIX = 719529  # the serial date of 1970-01-01


class Dates(NamedTuple):
    """Dates as seconds after the earliest one, ``origin``; ``form`` is how they are written."""

    seconds: Array
    origin: str
    form: str
    precision: float


def dates_of(where: str, numbers: Array) -> Dates | None:
    """Return the dates that all ``numbers`` are; None if one of them cannot be a date.

    The fraction of YYYYMMDD is that of a day. Raises DataError if all are like dates, but the
    calendar has no such day, as of 20000230.
    """
    digits = _digits(numbers)
    if digits not in FORMS:
        return None
    form, precision = FORMS[digits]
    whole = np.floor(numbers)
    day, clock = np.divmod(whole, 10.0 ** (digits - 8))
    seconds = _seconds(clock * 10.0 ** (14 - digits))
    if seconds is None or not _are_days(day) or (digits > 8 and np.any(whole != numbers)):
        return None
    start = _calendar(where, day)
    return _from_first(start + seconds + DAY * (numbers - whole), form, precision)


def are_months(numbers: Array) -> bool:
    """Return whether all ``numbers`` are months YYYYMM."""
    return _digits(numbers) == MONTHS and not np.any(numbers % 1) and _are_days(100 * numbers + 1)


def are_datenums(numbers: Array) -> bool:
    """Return whether all ``numbers`` may be serial dates of MATLAB, from 1900 to 2100."""
    return bool(np.all((numbers >= DATENUMS[0]) & (numbers < DATENUMS[1])))


def first_of(datenums: Array) -> tuple[str, Array]:
    """Return the day of the earliest serial date of MATLAB, and all of them in days after it.

    >>> first_of(np.array([730486.5, 730487.0]))
    ('2000-01-01', array([0.5, 1. ]))
    """
    day = int(np.floor(datenums.min()))
    return str(np.datetime64(day - UNIX, "D")), datenums - day


def first_days(where: str, numbers: Array) -> Array:
    """Return dates YYYYMMDD of months YYYYMM under the name of dates; other numbers stay.

    Raises DataError for numbers that may be YYMMDD or DDMMYYYY.
    """
    if not np.isfinite(numbers).all():
        return numbers
    _require_known_form(where, numbers)
    return 100 * numbers + 1 if are_months(numbers) else numbers


def _require_known_form(where: str, numbers: Array) -> None:
    days = _digits(numbers) == MONTHS and _are_days(20000000 + numbers)
    years = numbers % 10000
    last = (numbers > 1e6) & (numbers < 1e8) & (years >= YEARS[0]) & (years <= YEARS[1])
    if days or np.all(last):
        raise DataError(
            f"{where} holds {numbers[0]:.0f}, and it is not clear which digits are the day, the "
            "month and the year: write dates as 2000-01-31"
        )


def _digits(numbers: Array) -> int:
    """Return how many digits all numbers have before the point; 0 if they differ."""
    if not np.all(np.isfinite(numbers)) or np.any(numbers < 1) or np.size(numbers) == 0:
        return 0
    found = set(np.floor(np.log10(numbers)).astype(int).tolist())
    return 1 + found.pop() if len(found) == 1 else 0


def _are_days(day: Array) -> bool:
    """Return whether all of YYYYMMDD have a year, a month, and a day up to 31."""
    year, month, of_month = _parts(day)
    in_years = (year >= YEARS[0]) & (year <= YEARS[1])
    return bool(np.all(in_years & (month >= 1) & (month <= 12) & (of_month >= 1) & (of_month < 32)))


def _parts(day: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    whole = day.astype(np.int64)
    return whole // 10000, whole // 100 % 100, whole % 100


def _seconds(clock: Array) -> Array | None:
    """Return the seconds of HHMMSS; None if it is no time of the day."""
    hours, minutes, seconds = clock // 10000, clock // 100 % 100, clock % 100
    if np.any(hours > 24) or np.any(minutes > 59) or np.any(seconds > 59):
        return None
    return np.asarray(3600 * hours + 60 * minutes + seconds)


def _calendar(where: str, day: Array) -> Array:
    """Return the seconds of YYYYMMDD after 1970; DataError for a day that a month does not have."""
    year, month, of_month = _parts(day)
    start = (12 * (year - 1970) + month - 1).astype("M8[M]")
    date = start.astype("M8[D]") + (of_month - 1)
    if (wrong := date.astype("M8[M]") != start).any():
        raise DataError(
            f"{where} has {day[int(wrong.argmax())]:.0f} among dates that are written as numbers, "
            "and no calendar has this day: correct it, or count times from 0, in days or seconds"
        )
    return np.asarray(date.astype("M8[s]").astype(float))


def _from_first(seconds: Array, form: str, precision: float) -> Dates:
    first = float(seconds.min())
    origin = str(np.datetime64(round(first), "s")).removesuffix("T00:00:00")
    return Dates(seconds - first, origin, form, precision)
