"""Variables of xarray: their numbers, units and dates, and whether they are times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mornet.snapshots.formats.clocks import split_since
from mornet.snapshots.formats.contents import may_be_times
from mornet.snapshots.formats.conventions import physical
from mornet.snapshots.formats.dates import require_dates
from mornet.snapshots.formats.units import OF_DATE

USUAL = ("standard", "gregorian", "proleptic_gregorian")  # calendars
NOT_A_TIME = np.iinfo(np.int64).min


def says_time(coordinate: Any) -> bool:
    """Return whether a variable says that it holds times, whatever its name is."""
    attributes: Mapping[str, Any] = coordinate.attrs
    return (
        attributes.get("axis") == "T"
        or attributes.get("standard_name") == "time"
        or OF_DATE in str(attributes.get("units", ""))
        or coordinate.dtype.kind == "M"
    )


def is_temperature(variable: Any) -> bool:
    """Return whether a variable has the unit of temperatures."""
    return not may_be_times((), str(variable.attrs.get("units", "")))


def unit_of(variable: Any) -> str:
    """Return the unit; of times the part before "since", and seconds for dates of NumPy."""
    if variable.dtype.kind in "mM":
        return "s"
    return split_since(str(variable.attrs.get("units", "")))[0]


def origin_of(variable: Any) -> str | None:
    """Return the date from which times count: for dates of NumPy it is the first of them."""
    if variable.dtype.kind == "M":
        return str(np.ravel(variable.values)[0].astype("M8[us]"))
    date = split_since(str(variable.attrs.get("units", "")))[1]
    calendar = str(variable.attrs.get("calendar", "standard")).lower()
    return date if date is None or calendar in USUAL else f"{date} in the calendar {calendar}"


def numbers_of(coordinate: Any) -> Any:
    """Return the numbers of a coordinate; dates of NumPy become seconds after the first.

    Durations become seconds.
    """
    values = np.asarray(coordinate.values)
    _require_dates(getattr(coordinate, "name", "an array of times"), values)
    if values.dtype.kind == "M":
        return (values - np.ravel(values)[0]) / np.timedelta64(1, "s")
    if values.dtype.kind == "m":
        return values / np.timedelta64(1, "s")
    return np.ma.filled(physical(values, coordinate.attrs), np.nan) if is_real(values) else values


def _require_dates(name: Any, values: Any) -> None:
    """Raise DataError for an entry that is NaT, or the integer that stands for it in a file."""
    dates = values if values.dtype.kind in "mM" else _as_dates(values)
    require_dates(str(name), dates)


def _as_dates(values: Any) -> Any:
    """Return zeros, and NaT where a file has the integer that stands for it."""
    return np.where(values == NOT_A_TIME, np.timedelta64("NaT", "s"), np.timedelta64(0, "s"))


def is_real(values: Any) -> bool:
    """Return whether values are integers, real numbers or durations."""
    return values.dtype.kind in "iufm"
