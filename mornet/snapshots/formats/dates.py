"""Dates and times of the day in text, and what they are in seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mornet.errors import DataError
from mornet.records import Array
from mornet.snapshots.formats.units import SECONDS

UTC = r"(?:Z|\+00:?00)"
DATE = re.compile(
    rf"\d{{4}}-\d\d-\d\d(?:[T _]\d\d:\d\d(?::\d\d(?:\.\d+)?)?{UTC}?)?"
)  # ISO 8601, and WRF
END = re.compile(r"T24:00(:00(\.0+)?)?$")
DAY = 86400.0
CLOCK = re.compile(r"(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)")
ANY = re.compile(r"\d{4}-\d\d-\d\d|\d:[0-5]\d:[0-5]\d")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
OF_MATLAB = re.compile(
    r"(?P<day>\d\d)-(?P<month>[A-Za-z]{3})-(?P<year>\d{4})(?: (?P<clock>\d\d:\d\d:\d\d(\.\d+)?))?"
)  # datestr
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
    plain = re.sub(f"{UTC}$", "", field).replace(" ", "T").replace("_", "T")
    ends = END.sub("", plain)  # 24:00 is the end of a day
    try:
        date = np.datetime64(ends, "us")
    except ValueError:
        return None
    after_1970 = float((date - np.datetime64(0, "us")) / np.timedelta64(1, "s"))
    return after_1970 + DAY * (ends != plain)


def of_words(values: Any) -> Any:
    """Return dates in words, such as 2000-01-31 23:00, as dates of NumPy; other arrays stay.

    >>> of_words(np.array(["2000-01-31_23:00:00", "31-Jan-2000"]))
    array(['2000-01-31T23:00:00.000000', '2000-01-31T00:00:00.000000'],
          dtype='datetime64[us]')
    """
    if values.dtype.kind not in "USO" or values.size == 0:
        return values
    seconds = [seconds_of(word) for word in map(_plain, values.ravel())]
    if not all(kind_of(word) == "date" for word in map(_plain, values.ravel())):
        return values
    return np.array([round(1e6 * (of or 0.0)) for of in seconds], "M8[us]").reshape(values.shape)


def require_words(where: str, values: Any) -> None:
    """Raise DataError if some of the words are dates, and others are not."""
    words = list(map(_plain, np.ravel(values))) if values.dtype.kind in "USO" else []
    other = [k for k, word in enumerate(words) if kind_of(word) != "date"]
    if 0 < len(other) < len(words):
        date = next(word for word in words if kind_of(word) == "date")
        raise DataError(
            f"{where} has {words[other[0]]!r} in entry {other[0]}, which is no date as {date} is: "
            "correct it, or cut its snapshot"
        )


def require_dates(where: str, values: Any) -> None:
    """Raise DataError for a date or a duration of NumPy that is missing (NaT)."""
    lost = np.isnat(np.ravel(values))
    if lost.any():
        raise DataError(
            f"{where} has no date in entry {int(lost.argmax())}: correct it, or cut its snapshot"
        )


def after_first(dates: Any) -> tuple[Array, str]:
    """Return dates of NumPy in seconds after the first one, and this date."""
    return (dates - dates.min()) / np.timedelta64(1, "s"), str(dates.min().astype("M8[us]"))


def _plain(word: Any) -> str:
    """Return a word without blanks around it; a date as MATLAB writes it, in the ISO's order."""
    plain = (word.decode(errors="replace") if isinstance(word, bytes) else str(word)).strip()
    found = OF_MATLAB.fullmatch(plain)
    if found is None or found["month"].lower() not in MONTHS:
        return plain
    month = 1 + MONTHS.index(found["month"].lower())
    clock = f"T{found['clock']}" if found["clock"] else ""
    return f"{found['year']}-{month:02d}-{found['day']}{clock}"


def past_midnight(where: str, seconds: Array) -> tuple[Array, str]:
    """Return times of the day with a day added after each midnight that they pass, and a note.

    They pass it where they fall, if the step is then no longer than others. Where they fall by less
    than half a day, they begin again, and stay. Raises DataError if it is not clear what a fall is.
    """
    steps = np.diff(seconds)
    later = steps[steps < 0] + DAY
    if not np.any(later <= DAY / 2) or seconds.max() > DAY:
        return seconds, ""
    longest = np.max(steps, initial=0.0)
    most = 1.5 * longest if longest else DAY / 2
    first = int(np.argmax(steps < 0))
    pair = f"from {clock_of(seconds[first])} to {clock_of(seconds[first + 1])}"
    if longest > DAY / 2 or np.any(later > most):
        raise DataError(
            f"{where}: times of the day go back {pair}, and it is not clear whether midnight lies "
            "between: write dates, as 2000-01-31 23:50:00, or number trajectories in a column run"
        )
    note = f"times of the day pass midnight {pair}: a day is added to those after it"
    return seconds + DAY * np.cumsum(np.r_[False, steps < 0]), note


def clocks_note(names: Sequence[str], advice: str) -> tuple[str, ...]:
    """Return a note on names that hold times of the day: their order is that within one day."""
    if len(names) < 2 or not all(re.search(r"(?<!\d)\d\d:[0-5]\d", name) for name in names):
        return ()
    if all(re.search(r"\d{4}-?\d\d-?\d\d", name) for name in names):
        return ()
    return (f"names hold times of the day, {names[0]} first: {advice} if they pass midnight",)


def dates_note(names: Sequence[str], advice: str) -> Iterator[str]:
    """Yield a note on names that hold dates, which give the order alone."""
    if all(map(DATE.search, names)):
        yield f"names hold dates, {names[0]} first, which give the order alone: {advice}"


def clock_of(seconds: float) -> str:
    """Return a time of the day.

    >>> clock_of(85800.5)
    '23:50:00.5'
    """
    minutes, rest = divmod(float(seconds), 60)
    whole, part = divmod(rest, 1)
    end = f"{part:.6f}".strip("0").rstrip(".")
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}:{int(whole):02d}{end}"


def date_of(seconds: float) -> str:
    """Return the date that is so many seconds after 1970.

    >>> date_of(86400.0), date_of(90.5)
    ('1970-01-02', '1970-01-01T00:01:30.500000')
    """
    date = np.datetime64(round(1e6 * float(seconds)), "us")
    return str(date).removesuffix(".000000").removesuffix("T00:00:00")


def dates_at(t: Array, unit: str, since: str) -> list[str]:
    """Return the dates of times ``t`` (m,), all of one form, down to days, minutes or seconds.

    There are none unless ``since`` is a date and ``unit`` is known, or if the times are finer.

    >>> dates_at(np.array([0.0, 366.0]), "hours", "2001-02-10")
    ['2001-02-10 00:00', '2001-02-25 06:00']
    >>> dates_at(np.array([0.0, 1.0]), "d", "2001-02-10"), dates_at(np.array([0.5]), "s", "")
    (['2001-02-10', '2001-02-11'], [])
    """
    if kind_of(since) != "date" or unit not in SECONDS:
        return []
    after_1970 = (seconds_of(since) or 0.0) + SECONDS[unit] * np.asarray(t, dtype=float)
    seconds = np.round(after_1970)
    if not np.allclose(seconds, after_1970, rtol=0, atol=0.01):
        return []
    length = 10 if not np.any(seconds % DAY) else 16 if not np.any(seconds % 60) else 19
    return [word[:length].replace("T", " ") for word in seconds.astype("M8[s]").astype(str)]


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
