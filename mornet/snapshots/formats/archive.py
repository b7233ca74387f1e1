"""Files that hold several named arrays: which are the snapshots, and which belong to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import counted
from mornet.snapshots.formats.clocks import split_since
from mornet.snapshots.formats.contents import (
    ALONG,
    MOST,
    Contents,
    chosen_key,
    field_of,
    increases,
    is_date,
    is_doubtful,
    is_sample_axis,
    may_be_times,
    meaning,
    names_parameters,
    times_note,
)
from mornet.snapshots.formats.dates import after_first, of_words, require_words
from mornet.snapshots.formats.groups import group_of, is_single, last_of, single_numbers
from mornet.snapshots.formats.left_notes import left_note
from mornet.snapshots.formats.parameter_names import with_names_beside


class Entry(NamedTuple):
    """An array of a file: its name, its shape, the names of its axes and its unit, if known.

    ``scales`` are the names of the arrays with the coordinates along its axes, "" without one. With
    ``of_runs`` an array of several axes holds the times of several runs.
    """

    name: str
    shape: tuple[int, ...]
    axes: tuple[str, ...] | None = None
    units: str | None = None
    scales: tuple[str, ...] = ()
    of_runs: bool = False

    @property
    def field(self) -> str | None:
        """What the array is by its name; None for what may be snapshots, such as temperatures T."""
        return "t" if self.of_runs else field_of(self.name, self.shape, self.units)


def choose(
    where: str, key: str | None, entries: Sequence[Entry], load: Callable[[str], Any]
) -> Contents:
    """Return the snapshots ``key`` among ``entries``, with the times, ... that lie beside them.

    Without a key the snapshots are the only array of two or more axes, or of one, whose name does
    not mean something else. Times, parameters, trajectories and coordinates are found by their
    names, if their length is that of an axis. An array called T may be temperatures: it is taken as
    times if it has one number a snapshot, these increase, and no array has a better name. Raises
    OptionError, which lists the arrays, for an unknown key, or if several arrays could be the
    snapshots; DataError for times in words of which some alone are dates.
    """
    names = [e.name for e in entries if e.name != key and names_parameters(e.name)]
    found = _chosen(where, key, [e for e in entries if e.name not in names], load)
    return with_names_beside(found, names, load)


def _chosen(
    where: str, key: str | None, entries: Sequence[Entry], load: Callable[[str], Any]
) -> Contents:
    """Return the snapshots ``key`` with what lies beside them, but the names of parameters."""
    entries = [e._replace(of_runs=_are_times_of_runs(e, entries)) for e in entries]
    known = {entry.name: entry for entry in entries}
    others = [e for e in entries if not e.field]
    wide = [e.name for e in others if sum(n > 1 for n in e.shape) > 1]
    wide = wide or [e.name for e in others if max(e.shape, default=1) > 1]
    if len(entries) == 1 and key is None:
        wide = [entries[0].name]
    name = chosen_key(where, key, list(known), wide)
    entry, array = known[name], load(name)
    shape = np.shape(array)
    _require_times(where, shape, entries, load)
    notes = () if key is not None or len(entries) == 1 else (f"{name} holds the snapshots",)
    axes, coordinates, units = _of_axes(entry, shape, entries, load)
    units |= {"U": entry.units} if entry.units else {}
    if coordinates:
        fields, left = _along_samples(entry, entries, coordinates, load)
    else:
        fields, left = beside_of(name, shape, entries, load)
        coordinates = {a: fields.pop(a) for a in ALONG if np.ndim(fields.get(a, 0)) == 1}
        units |= _units_of_places(_places(name, shape, entries), stacked="x" in fields)
    of_all = of_all_samples(name, shape, entries, load)
    coordinates |= {word: of for word, of in of_all.items() if word not in fields}
    left += [_of_file(e) for e in entries if _are_parameters(e, shape) and "mu" in coordinates]
    left += _left_numbers(entry, axes, fields, entries)
    found = Contents(array, axes, fields, coordinates, units, (*notes, *left), name)
    return _with_clock(found, entries)._replace(numbers=_numbers(name, entries, load))


def _of_axes(
    entry: Entry, shape: Sequence[int], entries: Sequence[Entry], load: Callable[[str], Any]
) -> tuple[str | None, dict[str, Any], dict[str, str]]:
    """Return the axes that a file names, if it does, the coordinates along them and the units."""
    if entry.axes is None or len(set(entry.axes)) != len(shape):
        return None, {}, {}
    beside = _scales(entry, entries)
    words = {axis: _word(axis, beside.get(axis)) for axis in entry.axes}
    coordinates = {words[a]: load(beside[a].name) for a in entry.axes if a in beside}
    units = {words[a]: str(e.units) for a, e in beside.items() if a in words and e.units}
    return " ".join(words.values()), coordinates, units


def _are_times_of_runs(entry: Entry, entries: Sequence[Entry]) -> bool:
    """Return whether an array called as times has several axes, all of which a larger one has."""
    times = meaning(entry.name) == "t" and may_be_times((), entry.units)
    if not times or is_doubtful(entry.name) or len(_long(entry)) < 2:
        return False
    larger = (e for e in entries if not e.field and len(e.shape) > len(entry.shape))
    return any(not Counter(entry.shape) - Counter(e.shape) for e in larger)


def _numbers(name: str, entries: Sequence[Entry], load: Callable[[str], Any]) -> dict[str, float]:
    """Return the single real numbers beside the array ``name`` whose names mean no field."""
    single = [e.name for e in entries if is_single(e.shape) and not (e.field or _is_scale(e))]
    return single_numbers([other for other in single if other != name], load)


def left_numbers(
    name: str, length: int, entries: Sequence[Entry], each: str = "sample or run"
) -> Iterator[str]:
    """Yield the note on arrays beside ``name`` that have ``length`` numbers, but no meaning."""
    vectors = [e for e in entries if e.name != name and not e.field and not _is_scale(e)]
    yield from left_note([e.name for e in vectors if _long(e) == [length]], each)


def _left_numbers(
    entry: Entry, axes: str | None, fields: Mapping[str, Any], entries: Sequence[Entry]
) -> list[str]:
    """Return notes on arrays with one number for each sample, or for each entry of an axis."""
    lengths = _lengths_of_samples(entry.shape, axes, fields)
    if lengths is not None:
        return [note for n in sorted(lengths) for note in left_numbers(entry.name, n, entries)]
    notes: list[str] = []
    for n in sorted(set(_long(entry))) if len(_long(entry)) > 1 else ():
        notes += left_numbers(entry.name, n, entries, f"of {n} entries along an axis")
    return notes


def _scales(entry: Entry, entries: Sequence[Entry]) -> dict[str, Entry]:
    """Return the arrays with the coordinates along the axes of ``entry``, by axis.

    They are those that the file attaches to it, or vectors with the name of an axis.
    """
    found: dict[str, Entry] = {}
    attached = entry.scales or [""] * len(entry.shape)
    for axis, n, scale in zip(entry.axes or (), entry.shape, attached, strict=True):
        others = [e for e in entries if e.name != entry.name]
        exact = [e for e in others if e.name == scale]
        called = [e for e in others if last_of(e.name) == axis]
        marked = [e for e in called if _is_scale(e)]
        fitting = [*exact, *marked, *(e for e in called if e.shape == (n,))]
        found |= {axis: fitting[0]} if fitting else {}
    return found


def _is_scale(entry: Entry) -> bool:
    """Return whether an array holds the coordinates along an axis of its own name."""
    return entry.axes == (last_of(entry.name),)


def _lengths_of_samples(
    shape: Sequence[int], axes: str | None, fields: Mapping[str, Any]
) -> set[int] | None:
    """Return the lengths of the axes along which samples lie; None if that is not known."""
    if axes is not None:
        pairs = zip(axes.split(), shape, strict=True)
        return {length for word, length in pairs if is_sample_axis(word)}
    of_fields = {np.size(fields[word]) for word in ("t", "trajectory") if word in fields}
    return of_fields & set(shape) or None


def _word(axis: str, scale: Entry | None) -> str:
    """Return one word for an axis; one called as times are, but in kelvins, is of parameters."""
    times = scale is None or may_be_times(scale.shape, scale.units)
    return axis.replace(" ", "_") if times or meaning(axis) != "t" else "parameter"


def _along_samples(
    entry: Entry,
    entries: Sequence[Entry],
    coordinates: Mapping[str, Any],
    load: Callable[[str], Any],
) -> tuple[dict[str, Any], list[str]]:
    """Return times, parameters and trajectories beside an array whose axes have names."""
    axes = zip(entry.axes or (), entry.shape, strict=True)
    lengths = tuple(length for word, length in axes if is_sample_axis(word))
    wanted = {"t", "mu", "trajectory"} - set(map(meaning, coordinates))
    near = [e for e in entries if e.field in wanted]
    return beside_of(entry.name, lengths, near, load)


def of_all_samples(
    name: str, shape: Sequence[int], entries: Sequence[Entry], load: Callable[[str], Any]
) -> dict[str, Any]:
    """Return t, mu and trajectory that are one number for the whole array ``name``, or mu (p,)."""
    found: dict[str, Any] = {}
    for entry in entries:
        word, one = entry.field, is_single(entry.shape) and entry.name != name
        one = (one and not _doubt(entry.name)) or _are_apart(entry, shape)
        if one and word in ("t", "mu", "trajectory") and word not in found:
            values = _values(entry, load)
            known = values.dtype.kind in ("biufUSO" if word == "trajectory" else "biufM")
            found |= {word: values} if known else {}
    return found


def _values(entry: Entry, load: Callable[[str], Any]) -> Any:
    """Return the values of a field; times may be dates in words."""
    values = np.squeeze(load(entry.name))
    return of_words(values) if entry.field == "t" else values


def _require_times(
    where: str, shape: Sequence[int], entries: Sequence[Entry], load: Callable[[str], Any]
) -> None:
    """Raise DataError for times in words, of which some are dates, and others are not."""
    for entry in entries:
        if entry.field == "t" and set(_long(entry)) & set(shape):
            require_words(f"{where}, {entry.name}", load(entry.name))


def _are_parameters(entry: Entry, shape: Sequence[int]) -> bool:
    """Return whether an array holds the parameters of all samples in an array of ``shape``."""
    return len(_long(entry)) == 1 and _are_apart(entry, shape)


def _are_apart(entry: Entry, shape: Sequence[int]) -> bool:
    """Return whether an array holds parameters whose lengths are those of no axis of ``shape``."""
    return entry.field == "mu" and bool(_long(entry)) and not set(_long(entry)) & set(shape)


def _of_file(entry: Entry) -> str:
    """Return the note on an array that is taken as the parameters of all samples of its file."""
    count = counted(max(entry.shape), "parameter")
    return f"{entry.name} is {count} of all snapshots of the file, as no axis has its length"


def _doubt(name: str) -> int:
    """Return 0 for the name of times, 1 for that of dates, and 2 for T, which may be none."""
    return 2 if is_doubtful(name) else int(is_date(name))


def _long(entry: Entry) -> list[int]:
    return [length for length in entry.shape if length > 1]


def _with_clock(contents: Contents, entries: Sequence[Entry]) -> Contents:
    """Return contents with the unit and the date of their times, as an array of times has them."""
    fields, date = in_seconds(contents.fields)
    coordinates, of_all = in_seconds(contents.coordinates)
    lasting = any(np.asarray(of.get("t", 0)).dtype.kind == "m" for of in (fields, coordinates))
    known = "t" in {meaning(word) for word in (*fields, *coordinates)}
    of_times = [of for word, of in contents.units.items() if meaning(word) == "t"]
    of_times += [e.units for e in entries if e.field == "t" and e.units and known]
    unit, origin = split_since(str(of_times[0])) if of_times else ("", None)
    if dated := date or of_all:
        unit, origin = "s", dated
    if lasting:
        unit, origin = "s", None
    if not unit:
        return contents
    units = {word: of for word, of in contents.units.items() if meaning(word) != "t"}
    return contents._replace(
        fields=fields, coordinates=coordinates, units={**units, "t": unit}, origin=origin
    )


def in_seconds(fields: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Return fields whose times, if they are dates, count from the first one, and this date."""
    t = np.asarray(fields.get("t", 0.0))
    if t.dtype.kind != "M" or np.isnat(t).any():
        return dict(fields), None
    seconds, first = after_first(t)
    return {**fields, "t": seconds}, first


def beside_of(
    name: str, shape: tuple[int, ...], entries: Sequence[Entry], load: Callable[[str], Any]
) -> tuple[dict[str, Any], list[str]]:
    """Return the arrays whose names say that they are times, parameters or coordinates.

    Notes name those that are left out, because they have no numbers or another length. Beside an
    array of several axes, numbers called x, y or z stand along the axis of this name.
    """
    folder = group_of(name)
    near = sorted(entries, key=lambda e: (group_of(e.name) != folder, _doubt(e.name)))
    fields: dict[str, Any] = {}
    names: dict[str, str] = {}
    notes: list[str] = []
    for entry in near:
        field = entry.field
        if entry.name == name or field is None:
            continue
        if not set(entry.shape) & set(shape):
            if _doubt(entry.name) and max(entry.shape, default=1) == 1:
                notes.append(f"{entry.name} is left out: it is not taken as times")
            elif max(entry.shape, default=1) > 1 and not _are_parameters(entry, shape):
                notes.append(f"{entry.name} {entry.shape} is left out: no axis has its length")
            continue
        if field != "x":
            values = _values(entry, load)
            if is_doubtful(entry.name) and ("t" in fields or not increases(values)):
                notes.append(f"{entry.name} is left out: it is not taken as times")
            elif field == "trajectory" or values.dtype.kind in "biufmM":
                first = names.setdefault(field, entry.name)
                notes += _second(entry.name, values, first, fields.setdefault(field, values))
                notes += [times_note(entry.name)] if is_doubtful(entry.name) else []
            else:
                notes.append(f"{entry.name} is left out: it holds {values.dtype}")
    known = {axis: np.squeeze(load(e.name)) for axis, e in _places(name, shape, near).items()}
    rows = list(known.values())
    if grids := _grids(known, shape):
        fields["x"] = np.array([grid.ravel() for grid in grids])
    elif x := [row for row in rows if row.ndim == 1]:
        alike = len({len(row) for row in x}) == 1
        if len(shape) > 2 or not alike:
            fields |= {axis: known[axis] for axis in ALONG if np.ndim(known.get(axis, 0)) == 1}
        else:
            fields["x"] = np.array(x)
    elif rows:
        fields["x"] = rows[0]
    return fields, notes


def _second(name: str, values: Any, first: str, known: Any) -> Iterator[str]:
    """Yield a note if an array differs from the ``first`` one that means the same beside it."""
    beside = group_of(name) == group_of(first)
    if beside and not (np.shape(values) == np.shape(known) and np.all(values == known)):
        yield f"{name} is left out: {first} stands for it, and has other numbers"


def _grids(known: Mapping[str, Any], shape: Sequence[int]) -> list[Any]:
    """Return the coordinates of each place of a grid, as meshgrid makes them; none for others.

    They have one shape, whose axes are some of those of the snapshots, in their order. Those of all
    axes may move with the snapshots.
    """
    if whole := [grid for grid in known.values() if grid.shape == tuple(shape)]:
        return whole if len(shape) > 1 and min(shape) > MOST else []
    grids = [known[axis] for axis in ALONG if axis in known]
    shapes = {grid.shape for grid in grids}
    axes = iter(shape)
    one = len(shapes) == 1 and 1 < min(map(len, shapes)) < len(shape)
    return grids if one and all(n in axes for n in grids[0].shape) else []


def _places(name: str, shape: tuple[int, ...], entries: Sequence[Entry]) -> dict[str, Entry]:
    """Return the coordinates beside the array ``name``, in the order of their last names."""
    folder = group_of(name)
    near = sorted(entries, key=lambda e: group_of(e.name) != folder)
    found: dict[str, Entry] = {}
    for entry in near:
        if entry.name != name and entry.field == "x" and set(entry.shape) & set(shape):
            found.setdefault(last_of(entry.name).lower(), entry)
    return dict(sorted(found.items()))


def _units_of_places(places: Mapping[str, Entry], *, stacked: bool) -> dict[str, str]:
    """Return the units of coordinates: of the rows of x if they are ``stacked``, or of axes."""
    vectors = {axis: entry for axis, entry in places.items() if len(_long(entry)) <= 1}
    if not stacked:
        return {axis: entry.units for axis, entry in vectors.items() if entry.units}
    if not vectors and len(places) > 1:
        return {f"x[{i}]": entry.units or "" for i, entry in enumerate(places.values())}
    if not vectors:
        return {"x": next(iter(places.values())).units or ""}
    return {f"x[{i}]": entry.units or "" for i, entry in enumerate(vectors.values())}
