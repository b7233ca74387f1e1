"""The times that files of a series state: in one unit, from one date, as their names say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import DataError
from mornet.records import Array
from mornet.snapshots.formats.dates import clock_of, kind_of, past_midnight, seconds_of
from mornet.snapshots.formats.numeric_dates import dates_of
from mornet.snapshots.formats.units import OF_DATE, SECONDS

BESIDE = 0.2  # of the smallest step between names: their rounding is smaller
MONTH = 31 * SECONDS["day"]  # by how much the first day of a month differs from others of it
# dates of the CF conventions: 2000-1-1 0:0:0.0 UTC
CF_DATE = re.compile(
    r"(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}(?:\.\d*)?))?)?"
    r"\s*(?:Z|UTC|[-+]?0{1,2}(?::?00)?)?"
)


class Times(NamedTuple):
    """Times in a file; ``origin`` is the date, or the time of the day, from which they count."""

    values: Array
    unit: str = ""
    origin: str | None = None


def split_since(units: str) -> tuple[str, str | None]:
    """Return the unit and the date in units of time as the CF conventions have them.

    >>> split_since("days since 2000-1-1 0:0"), split_since("s")
    (('days', '2000-01-01T00:00:00.0'), ('s', None))
    """
    unit, _, date = units.partition(OF_DATE)
    found = CF_DATE.fullmatch(date.strip())
    if found is None:
        return unit, date.strip() or None
    year, month, day, hour, minute = (int(word or 0) for word in found.groups()[:5])
    whole, _, part = f"{float(found[6] or 0):09.6f}".partition(".")
    clock = f"{hour:02d}:{minute:02d}:{whole}.{part.rstrip('0') or '0'}"
    return unit, f"{year:04d}-{month:02d}-{day:02d}T{clock}"


def on_one_clock(found: Sequence[tuple[Any, Times | None]]) -> list[Times | None]:
    """Return times in the first unit that is known, all counted from the earliest origin.

    They come with the names of their places; None stands where no times are known. Raises DataError
    for units or origins of which one does not follow from the other.
    """
    known = [(place, time) for place, time in found if time is not None]
    unit = _unit(known)
    first, seconds = _origin(known)
    if any(seconds.values()) and unit not in SECONDS:
        raise DataError(
            f"{known[-1][0]} has times in {unit or 'no unit'} from another date than "
            f"{known[0][0]}: write times in seconds, hours or days"
        )
    return [None if time is None else _moved(time, unit, first, seconds) for _, time in found]


def _moved(time: Times, unit: str, first: str | None, seconds: dict[str | None, float]) -> Times:
    shift = seconds[time.origin] / SECONDS[unit] if seconds[time.origin] else 0.0
    return Times(time.values * _factor(time.unit, unit) + shift, unit, first)


def _unit(known: Sequence[tuple[Any, Times]]) -> str:
    """Return the first unit that is known; DataError for another one that it does not contain."""
    units = {time.unit: place for place, time in known if time.unit}
    unit = next(iter(units), "")
    for word, place in units.items():
        if word != unit and not {word, unit} <= SECONDS.keys():
            raise DataError(
                f"{place} has times in {word}, but {units[unit]} in {unit}: convert the numbers, "
                "so that all files state one unit"
            )
    return unit


def _factor(unit: str, other: str) -> float:
    known = {unit, other} <= SECONDS.keys() and unit != other
    return SECONDS[unit] / SECONDS[other] if known else 1.0


def _origin(
    known: Sequence[tuple[Any, Times]],
) -> tuple[str | None, dict[str | None, float]]:
    """Return the earliest origin of times, and how many seconds after it each origin is."""
    places = {time.origin: place for place, time in known}
    if len(places) < 2:
        return next(iter(places), None), dict.fromkeys(places, 0.0)
    first, *others = places
    kind = kind_of(first or "")
    for origin in others:
        if kind == "number" or kind_of(origin or "") != kind:
            raise DataError(
                f"{places[origin]} counts its times from {origin or 'no date'}, but "
                f"{places[first]} from {first or 'no date'}: write the times of all files as dates "
                "of one calendar, or as numbers"
            )
    seconds = {origin: seconds_of(origin or "") or 0.0 for origin in places}
    least = min(seconds, key=seconds.__getitem__)
    return least, {origin: second - seconds[least] for origin, second in seconds.items()}


def after_midnight(where: str, time: Times, runs: Any = None) -> tuple[Times, tuple[str, ...]]:
    """Return times of the day that go on after midnight, and a note; other times stay.

    ``runs`` are the trajectories, each of which begins again. Raises what `past_midnight` raises.
    """
    if kind_of(time.origin or "") != "time of the day":
        return time, ()
    seconds = time.values * SECONDS[time.unit] + (seconds_of(time.origin or "") or 0.0)
    number = np.zeros(len(seconds)) if runs is None else runs
    notes: list[str] = []
    for run in np.unique(number):
        own = number == run
        seconds[own], note = past_midnight(where, seconds[own])
        notes += [note] if note else []
    first = seconds.min()
    moved = Times((seconds - first) / SECONDS[time.unit], time.unit, clock_of(first))
    return moved, tuple(dict.fromkeys(notes))


def require_names(names: Array, found: Sequence[tuple[Any, Times | None]]) -> None:
    """Raise DataError if times in the names of files contradict those that the files state.

    A name states no unit, and no date: it agrees if it does in one of the units of time, and, if
    the file counts from a date, up to an offset that all names share.
    """
    if wrong := contradiction(names, found):
        name, place, time = wrong
        unit = f" {time.unit}" if time.unit else ""
        raise DataError(
            f"{place} has the time {name:.12g} in its name, but {time.values[0]:g}{unit} in the "
            "file: correct one of them, or write {step} for numbers that are only an order"
        )


def contradiction(
    names: Array, found: Sequence[tuple[Any, Times | None]]
) -> tuple[float, Any, Times] | None:
    """Return the first time in ``names`` that the file contradicts, the file, and its times."""
    known: list[tuple[float, Any, Any]]
    known = [(n, *of) for n, of in zip(names, found, strict=True) if of[1] is not None]
    times = [time for _, _, time in known]
    if not known:
        return None
    named = np.array([name for name, *_ in known])
    ends = np.array([[time.values.min(), time.values.max()] for time in times]).T
    factors = [1.0, *_factors(times[0].unit)]
    wrong = [_outside(named, factor * ends, times[0].origin) for factor in factors]
    wrong += _outside_of_dates(named, ends, times[0])
    least = min(wrong, key=np.count_nonzero)
    return known[int(np.argmax(least))] if least.any() else None


def _outside_of_dates(named: Array, ends: Array, time: Times) -> list[Any]:
    """Return which names are other dates than those of their file, if names and times are dates."""
    dates = None
    if time.origin and time.unit in SECONDS:
        with suppress(DataError):  # no day of the calendar
            dates = dates_of("a name", named)
    if dates is None:
        return []
    seconds = SECONDS[time.unit] * ends
    low, high = seconds - seconds[0, 0] + dates.seconds[0]
    months = dates.form == "YYYYMMDD" and np.all(named % 100 == 1)
    rounding = MONTH if months else dates.precision
    return [(dates.seconds < low - rounding) | (dates.seconds > high + rounding)]


def _factors(unit: str) -> Iterator[float]:
    """Yield by what times in ``unit`` are multiplied to have them in other units of time."""
    if unit in SECONDS:
        yield from (SECONDS[unit] / other for other in set(SECONDS.values()))


def _outside(named: Array, ends: Array, origin: str | None) -> Any:
    """Return which names are outside of the times from the first to the last of their file."""
    rounding = _rounding(named)
    offset = 0.0 if origin is None else named[0] - ends[0, 0]
    low, high = ends + offset
    return (named < low - rounding) | (named > high + rounding)


def _rounding(named: Array) -> Array:
    """Return the rounding of times in names, which is little beside a step."""
    steps = np.diff(np.unique(named))
    least = 1e-6 * float(np.max(np.abs(named)))
    return rounding(named, least, BESIDE * float(steps.min()) if len(steps) else least)


def rounding(named: Array, least: Any, most: Any) -> Array:
    """Return half a unit of the last digit of each number of a name, within bounds.

    >>> rounding(np.array([0.25, 3.0]), least=0.0, most=0.1)
    array([0.005, 0.1  ])
    """
    digits = np.array([len(repr(float(n)).partition(".")[2]) if n % 1 else 0 for n in named])
    return np.maximum(least, np.minimum(0.5 * 10.0**-digits, most))
