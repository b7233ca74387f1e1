"""Fields of snapshots that the caller gives: arrays, or the places of arrays in files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from mornet.errors import OptionError, ShapeError, counted
from mornet.records import Array
from mornet.snapshots.formats import ALONG, FIELDS, Contents, place_of, read_contents
from mornet.snapshots.formats.clocks import Times, on_one_clock, split_since
from mornet.snapshots.formats.contents import LETTERS, is_sample_axis, without_part
from mornet.snapshots.formats.dates import after_first, of_words, require_words
from mornet.snapshots.formats.field_tables import Field, field_of_table
from mornet.snapshots.formats.members import is_series, members
from mornet.snapshots.formats.objects import NAME, is_place
from mornet.snapshots.formats.parameter_names import beside_units
from mornet.snapshots.formats.units import OF_DATE, SEVERAL, of_all, same_unit
from mornet.snapshots.layout import SINCE, real

Given = Array | str | Sequence[str] | int | None  # a field: see `read_snapshots`


def given_fields(
    path: Any, fields: Mapping[str, Given], counts: Sequence[int] = ()
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the fields that are given, and their units; one given by its place is read there.

    The date from which times count, and the names of parameters, stand beside the units. ``counts``
    are the numbers of snapshots in the files of a series.
    """
    if unknown := fields.keys() - set(FIELDS):
        raise OptionError(f"fields has {sorted(unknown)}; there are {', '.join(FIELDS)}")
    arrays, units = dict[str, Any](), dict[str, str]()
    for name, given in fields.items():
        unit = ""
        if isinstance(given, str) or (name == "mu" and _are_places(given)):
            given, unit, names = _read_places(name, path, given, counts)
            units |= beside_units(names) if name == "mu" else {}
        if given is not None:
            if name == "t":
                given, unit, units = _from_first(given, unit, units)
            units[name] = unit
            of_places = name in (*ALONG, "inner_product") and not hasattr(given, "tocoo")
            arrays[name] = real(name, given) if of_places else given
    return arrays, units


def _read_places(name: str, path: Any, given: str | Sequence[str], counts: Sequence[int]) -> Field:
    """Return a field that is given by its place, or by several, which are a parameter each."""
    words = [given] if isinstance(given, str) else given
    places = [_place(one, path) for one in words]
    read = [_read_field(name, path, *place, counts) for place in places]
    called = [of.names or (_name_at(at),) for of, at in zip(read, places, strict=True)]
    names = tuple(word for of in called for word in of)
    if isinstance(given, str):
        return read[0]._replace(names=names)
    return Field(*_in_rows([(one, *of[:2]) for one, of in zip(words, read, strict=True)]), names)


def names_used(path: Any, fields: Mapping[str, Given]) -> set[str]:
    """Return the names of the fields that are given, and of the arrays of ``path`` that they are.

    >>> sorted(names_used(Path("a.npz"), {"t": "times", "mu": ["Re", "b.npz:Ma"], "x": None}))
    ['Re', 'mu', 't', 'times']
    """
    used = {name: given for name, given in fields.items() if given is not None}
    lists = [[given] if isinstance(given, str) else given for given in used.values()]
    words = [one for given in lists if _are_places(given) for one in given]
    places = [_place(one, path) for one in words]
    own = [key for place, key in places if place is path or (is_place(path) and place == path)]
    return {*used, *(key for key in own if key)}


def _from_first(times: Any, unit: str, units: Mapping[str, str]) -> tuple[Any, str, dict[str, str]]:
    """Return times, their unit, and ``units`` with the date from which they count, if they do."""
    times, unit = _in_seconds(times, unit)
    unit, origin = split_since(unit)
    return times, unit, {**units, **({SINCE: origin} if origin else {})}


def _in_seconds(times: Any, unit: str) -> tuple[Any, str]:
    """Return dates, or dates in words, in seconds since the first one; other times stay.

    Durations of NumPy are in seconds.
    """
    values: Any = np.asarray(times)
    if values.dtype.kind == "m" and not np.isnat(values).any():
        return values / np.timedelta64(1, "s"), "s"
    if values.dtype.kind in LETTERS:
        require_words("t", values)
    dates = of_words(values) if values.dtype.kind in LETTERS else values
    if dates.dtype.kind != "M" or np.isnat(dates).any():
        return times, unit
    seconds, first = after_first(dates)
    return seconds, f"s{OF_DATE}{first}"


def _are_places(given: Any) -> TypeGuard[Sequence[str]]:
    several = isinstance(given, list | tuple) and len(given) > 0
    return several and all(isinstance(one, str) for one in given)


def _in_rows(found: Sequence[tuple[str, Any, str]]) -> tuple[Array, str]:
    """Return the parameters of several places as rows of one array, and their unit."""
    rows = [(place, np.atleast_2d(array)) for place, array, _ in found]
    first, known = rows[0]
    for place, row in rows:
        if row.shape[1] != known.shape[1]:
            raise ShapeError(
                f"mu: {place} has {counted(row.shape[1], 'number')}, but {first} has "
                f"{known.shape[1]}: each needs one for each snapshot"
            )
    unit = of_all([unit for _, _, unit in found])
    return np.vstack([row for _, row in rows]), "" if unit == SEVERAL else unit


def _place(words: str, path: Any) -> tuple[Any, str | None]:
    """Return the file, or the mapping of arrays, and the key that ``words`` mean."""
    if not is_place(path):
        return (path, words) if _has_name(path, words) else place_of(words)
    if isinstance(path, Path):
        return place_of(words, path)
    place = place_of(words, path[0])
    return (path, words) if place == (path[0], words) else place


def _name_at(place: tuple[Any, str | None]) -> str:
    """Return the last part of the key of a place, without the part of a data set, or ""."""
    return without_part(re.split(r"[/.]", place[1] or "")[-1])


def _has_name(source: Any, name: str) -> bool:
    """Return whether arrays in memory, or all those in a list, have an array of this name."""
    parts = source if isinstance(source, list | tuple) else [source]
    return all(hasattr(part, "keys") and name in part for part in parts)


def _read_field(name: str, path: Any, place: Any, key: str | None, counts: Sequence[int]) -> Field:
    """Return a field of the snapshots of ``path`` in a place of its own."""
    whole = is_place(place) and not is_series(place)
    several = isinstance(place, list | tuple) or (is_place(place) and is_series(place))
    if several and not (name == "x" or key is None):
        own = [member.path for member in members(place)] if is_place(place) else list(place)
        places = own if is_place(place) else [f"{NAME}[{k}]" for k in range(len(own))]
        parts = [read_contents(one, key) for one in own]
        of_samples = all(map(_is_of_samples, parts)) or _have_lengths(parts, counts)
        if of_samples and name == "t":
            return Field(*_on_one_clock(places, parts))
        if of_samples:
            values = np.concatenate([np.ravel(p.array) for p in parts])
            return Field(values, _unit(name, places, parts))
    found = field_of_table(name, Path(place), key, _files(path)) if whole else None
    return found or Field(*_only_number_of(name, read_contents(place, key)))


def _unit(name: str, places: Sequence[Any], parts: Sequence[Contents]) -> str:
    """Return the unit of a field of several files; OptionError if two of them state others."""
    stated = [(place, part.units.get("U", "")) for place, part in zip(places, parts, strict=True)]
    known = [(place, unit) for place, unit in stated if unit]
    for place, unit in known:
        if not same_unit(unit, known[0][1]):
            raise OptionError(
                f"{place} has {name} in {unit}, but {known[0][0]} has it in {known[0][1]}: convert "
                "the numbers, so that all files state one unit"
            )
    return known[0][1] if known else ""


def _on_one_clock(places: Sequence[Any], parts: Sequence[Contents]) -> tuple[Array, str]:
    """Return the times of several files in one unit and since one date."""
    read = [(np.ravel(of), split_since(unit)) for of, unit in map(_clock, parts)]
    times = [Times(np.asarray(of, dtype=float), *unit) for of, unit in read]
    known = [t for t in on_one_clock(list(zip(places, times, strict=True))) if t is not None]
    unit = f"{known[0].unit}{OF_DATE}{known[0].origin}" if known[0].origin else known[0].unit
    return np.concatenate([t.values for t in known]), unit


def _clock(contents: Contents) -> tuple[Any, str]:
    """Return times and their unit, with the date from which they count, as "s since 2000-01-31"."""
    unit = contents.units.get("U", "")
    if contents.origin and OF_DATE not in unit:
        unit = f"{unit}{OF_DATE}{contents.origin}"
    return _in_seconds(contents.array, unit)


def _files(path: Any) -> list[Path]:
    """Return the files of snapshots; none for arrays."""
    if not is_place(path):
        return []
    return [member.path for member in members(path)] if is_series(path) else [Path(path)]


def _is_of_samples(contents: Contents) -> bool:
    """Return whether an array is one number, or has one for each sample of its file."""
    axes = contents.axes.split() if contents.axes else [""]
    return np.size(contents.array) == 1 or all(map(is_sample_axis, axes))


def _have_lengths(parts: Sequence[Contents], counts: Sequence[int]) -> bool:
    """Return whether the vectors of files have as many entries as these have snapshots."""
    sizes = [np.size(part.array) for part in parts]
    longest = [max(np.shape(part.array), default=1) for part in parts]
    return longest == sizes == list(counts)


def _only_number_of(name: str, contents: Contents) -> tuple[Any, str]:
    """Return a field in a file of its own, and its unit; a table of one row is a vector."""
    array, unit = _clock(contents) if name == "t" else (contents.array, contents.units.get("U", ""))
    if name in contents.fields and np.ndim(array) != 1:
        origin = contents.origin if name == "t" else None
        unit = contents.units.get(name, "")
        return contents.fields[name], f"{unit}{OF_DATE}{origin}" if origin else unit
    vector = np.ndim(array) == 2 and 1 in array.shape
    return np.ravel(array) if vector else array, unit
