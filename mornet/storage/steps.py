"""Datasets of HDF5 of one step each, which are the snapshots together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import OptionError, StorageError, counted
from mornet.records import Array
from mornet.snapshots.formats.alike import alike, some_without
from mornet.snapshots.formats.archive import (
    Entry,
    beside_of,
    choose,
    in_seconds,
    left_numbers,
    of_all_samples,
)
from mornet.snapshots.formats.attributes import stated_notes, with_stated
from mornet.snapshots.formats.clocks import (
    Times,
    after_midnight,
    contradiction,
    on_one_clock,
    require_names,
    split_since,
)
from mornet.snapshots.formats.contents import (
    IN_WORDS,
    NUMBER,
    ORDER,
    PART,
    Contents,
    field_of,
    means_time,
)
from mornet.snapshots.formats.dates import clocks_note, dates_note
from mornet.snapshots.formats.groups import group_of, is_single, last_of
from mornet.snapshots.formats.parameters import in_one_order
from mornet.snapshots.layout import real
from mornet.storage.attributes import with_attributes, with_names, with_singles
from mornet.storage.foreign import Described, ForeignReader
from mornet.storage.likely_times import (
    STEPS,
    Decimals,
    decimals_in,
    key_of_step,
    likely_note,
    likely_times,
    order_note,
    repeated,
    several_note,
    word_before,
)
from mornet.storage.matrices import ADVICE
from mornet.storage.results import blaming


class Steps(NamedTuple):
    """The names of datasets of one step each, in order, and the times that the names state.

    ``decimals`` are other numbers in the names, which may be times.
    """

    names: list[str]
    times: list[float] | None = None
    decimals: Decimals | None = None


def steps_of(path: Path, found: list[Described], key: str | None) -> Steps | None:
    """Return the datasets of one step each, in order; None if ``key`` names a single dataset.

    Raises OptionError for a key with other braces than one time or one step, and without a key for
    names in which two numbers count, such as those of two runs; StorageError if no name fits a key.
    """
    if key is None:
        return _steps_by_name(path, found)
    plain = any(key.strip("/") == entry.name for entry in found)
    return _steps_of_key(path, found, key) if re.search(r"\{\w*\}", key) and not plain else None


def _steps_of_key(path: Path, found: list[Described], key: str) -> Steps:
    before, word, after = _parts(path, key)
    pattern = re.compile(f"{re.escape(before)}({NUMBER}){re.escape(after)}")
    matches = [(float(m[1]), e.name) for e in found if (m := pattern.fullmatch(e.name))]
    if not matches:
        raise StorageError(f"{path}: no dataset has a name like {key}")
    numbers, names = zip(*sorted(matches, key=lambda pair: pair[0]), strict=True)
    return Steps(list(names), list(numbers) if means_time(word) else None)


def _parts(path: Path, key: str) -> list[str]:
    """Return a key as what is before, in and after its braces; OptionError for other braces."""
    parts = re.split(r"\{(\w*)\}", key)
    counts = [means_time(word) or word.lower() in ("", *STEPS, *ORDER) for word in parts[1::2]]
    if counts != [True]:
        raise OptionError(
            f"{path}: the key {key} may have one pair of braces, {{time}}, {{step}} or {{}}: write "
            "each run or parameter to a file of its own"
        )
    return parts


def _steps_by_name(path: Path, found: list[Described]) -> Steps | None:
    """Return the only datasets whose names differ in a number that counts steps."""
    found = [entry for entry in found if not _meaning(entry)]
    found = [e for e in found if not _is_of_group(e)] or found
    wide = [e for e in found if sum(n > 1 for n in e.shape) > 1]
    groups: dict[str, list[str]] = {}
    for entry in found:
        groups.setdefault(re.sub(PART, "\0", entry.name), []).append(entry.name)
    _require_signs_alike(path, groups)
    several = [names for names in groups.values() if len(names) > 1]
    if len(several) > 1 and len(wide) in (0, sum(map(len, several))):
        _require_one_array(path, several)
    if len(several) != 1 or (wide and len(wide) != len(several[0])):
        return None
    if wide and not _counts_steps(several[0][0]):
        return None  # such as u1 and u2, or run1 and run2: fields or trajectories
    names = _in_order(path, several[0])
    return Steps(names, decimals=decimals_in(names))


def run_names(found: Sequence[Described], key: str | None) -> list[str]:
    """Return the datasets of several axes if they may be runs, in the order of their numbers.

    They have one name, which is ``key`` if it is given, in groups of their own.
    """
    wide = [e.name for e in found if not _meaning(e) and sum(n > 1 for n in e.shape) > 1]
    if key is not None and key not in wide:
        wide = [name for name in wide if last_of(name) == key]
    if key in wide or len({last_of(name) for name in wide}) != 1:
        return []
    return sorted(wide, key=lambda name: [float(n) for n in re.findall(PART, name)])


def _require_one_array(path: Path, several: list[list[str]]) -> None:
    """Raise OptionError, which lists the keys, if a file holds steps of several arrays."""
    if all(_counts_steps(names[0]) for names in several):
        keys = [key_of_step(names) for names in several]
        raise OptionError(
            f"{path} holds steps of several arrays: give the key of one, {', '.join(keys)}, or the "
            "keys of several fields"
        )


def _require_signs_alike(path: Path, patterns: Iterable[str]) -> None:
    """Raise OptionError if some numbers behind one word have a sign, as t-1 and t1: it counts."""
    known = set(patterns)
    for pattern in known:
        bare = re.sub("[-+]\0", "\0", pattern)
        if pattern != bare in known and bare.count("\0") == 1:
            key = bare.replace("\0", "{time}" if means_time(word_before(bare)) else "{step}")
            raise OptionError(f"{path}: some numbers in names have a sign: give the key {key}")


def _in_order(path: Path, names: list[str]) -> list[str]:
    """Return names in the order of their numbers; OptionError if no single number tells them."""
    numbers = {name: [float(n) for n in re.findall(PART, name)] for name in names}
    counts = [len(set(column)) for column in zip(*numbers.values(), strict=True)]
    _require_other_numbers(path, numbers)
    if max(counts) < len(names):
        raise OptionError(
            f"{path}: no single number tells the datasets {names[0]} to {names[-1]} apart: give "
            f"the key of one run, such as {key_of_step(names)}"
        )
    return sorted(names, key=numbers.__getitem__)


def _require_other_numbers(path: Path, numbers: Mapping[str, list[float]]) -> None:
    """Raise OptionError for two names that hold the same numbers, such as 0.5 and 0.50."""
    first: dict[tuple[float, ...], str] = {}
    for name, found in numbers.items():
        if (other := first.setdefault(tuple(found), name)) != name:
            raise OptionError(
                f"{path}: the names {other} and {name} hold the same number: remove one of them, "
                "or rename it"
            )


def _counts_steps(name: str) -> bool:
    """Return whether the number in a name counts steps or is a time."""
    word = re.search(r"([A-Za-z]*)[^A-Za-z\d]*\d", name)
    return word is not None and (means_time(word[1]) or word[1].lower() in ("", *STEPS))


def stacked(
    path: Path, reader: ForeignReader, described: Sequence[Described], steps: Steps
) -> Contents:
    """Return datasets of one step each as one array whose last axis counts the steps.

    Arrays in the group of each step are those of the step, all others are those of the steps
    together. Raises StorageError for other shapes or coordinates, DataError for times that
    contradict the names or each other.
    """
    names = steps.names
    with blaming(path, ADVICE):
        words = reader.in_words(IN_WORDS)
        in_words = [Described(name, np.shape(of), of.dtype) for name, of in words.items()]
        found = {entry.name: entry for entry in (*described, *in_words)}
        load = _Load(reader, words)
        groups = _groups(list(found.values()), names)
        near = {name: groups.get(group_of(name), []) for name in names}
        read = [(f"{path}, {n}", _part(load, found[n], near[n], not groups)) for n in names]
        parts = list(alike(read))
        likely = likely_times(steps.decimals, parts)
        parts = with_stated(parts, told_apart=(steps.times or likely) is not None)
        shapes = {np.shape(part.array) for part in parts}
        if len(shapes) > 1:
            raise StorageError(f"{names[0]}, ... have different shapes: {sorted(shapes)}")
        array = np.stack([np.ravel(part.array) for part in parts], axis=-1)
        used = {*names, *(entry.name for group in groups.values() for entry in group)}
        others = [entry for name, entry in found.items() if name not in used]
        fields, left, of_all = _beside(load, others, found[names[0]], array.shape)
    stated, units, origin, more = _of_steps([where for where, _ in read], parts)
    if "t" in fields and "t" not in stated:
        fields, first = in_seconds(fields)
        unit, origin = ("s", first) if first else split_since(_unit_of_times(others))
        units |= {"t": unit} if unit else {}
    fields |= stated
    fields, of_names = _timed(path, steps, likely, fields)
    said = f"{len(names)} datasets {names[0]} to {names[-1]} are one snapshot each"
    left += [
        *_notes_on_dates(names, known="t" in fields),
        *of_names,
        *more,
        *stated_notes(parts),
        *parts[0].notes,
    ]
    notes = tuple(dict.fromkeys([said, *left, *some_without(names, parts, "step")]))
    of_all = {word: of for word, of in of_all.items() if word not in fields}
    name = field_in(names[0])
    names_of_mu = parts[0].parameters
    return Contents(array, "dof sample", fields, of_all, units, notes, name, origin, names_of_mu)


def _notes_on_dates(names: Sequence[str], *, known: bool) -> Iterator[str]:
    """Yield notes on dates and times of the day in names of steps, whose times may be ``known``."""
    advice = "write the time of each step as its attribute time"
    yield from clocks_note(names, advice)
    yield from () if known else dates_note(names, advice)


def _of_steps(
    places: list[str], parts: Sequence[Contents]
) -> tuple[dict[str, Any], dict[str, str], str | None, tuple[str, ...]]:
    """Return x, t, mu and trajectory of steps, the units, the date of the times, and notes."""
    found: dict[str, Any] = {w: _together(w, places, parts) for w in ("mu", "trajectory", "t")}
    found["x"] = next((part.fields["x"] for part in parts if "x" in part.fields), None)
    units = {"U": next((part.units["U"] for part in parts if "U" in part.units), "")}
    origin: str | None = None
    notes: tuple[str, ...] = ()
    if found["t"] is not None:
        time, notes = _on_one_clock(found["t"], places, parts)
        found["t"], units["t"], origin = time
    fields = {word: of for word, of in found.items() if of is not None}
    return fields, {w: u for w, u in units.items() if u}, origin, notes


def _on_one_clock(
    t: Array, places: list[str], parts: Sequence[Contents]
) -> tuple[Times, tuple[str, ...]]:
    """Return the times of all steps in one unit and from one date, and notes."""
    stated = [(part.units.get("t", ""), part.origin) for part in parts]
    times = [Times(t[j : j + 1], *of) for j, of in enumerate(stated)]
    known = [time for time in on_one_clock(list(zip(places, times, strict=True))) if time]
    joined = known[0]._replace(values=np.concatenate([time.values for time in known]))
    return after_midnight(places[0], joined)


def _groups(found: Sequence[Described], names: Sequence[str]) -> dict[str, list[Described]]:
    """Return what lies in the group of each step, by group; nothing if steps share a group."""
    groups: dict[str, list[Described]] = {group_of(name): [] for name in names}
    for entry in found:
        near = _meaning(entry) or _is_of_group(entry)
        if near and (folder := group_of(entry.name)) in groups:
            groups[folder].append(entry)
    return groups if 1 < len(names) == len(groups) else {}


@dataclass(frozen=True)
class _Load:
    """Reads arrays of a file, which are numbers with NaN for missing entries, or ``words``."""

    reader: ForeignReader
    words: Mapping[str, Any]

    def __call__(self, name: str) -> Any:
        return self.words[name] if name in self.words else _numbers(self.reader, name)


def _part(load: _Load, step: Described, near: Sequence[Described], shared: bool) -> Contents:
    """Return the dataset of one step, with its attributes and what lies in its group."""
    entries, reader = [Entry(e.name, e.shape, None, e.units) for e in (step, *near)], load.reader
    contents = choose(step.name, step.name, entries, load)
    contents = with_names(reader, with_attributes(reader, contents, shared=shared), near)
    contents = with_singles(reader, contents, near)
    return contents._replace(array=real(step.name, contents.array), name=None)


def _beside(
    read: _Load, others: Sequence[Described], step: Described, shape: tuple[int, int]
) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    """Return the arrays of all steps together, notes on those that are left out, and constants."""

    def load(name: str) -> Any:
        array = read(name)
        return np.ravel(array) if np.shape(array) == step.shape else array

    of_step = [shape[:1] if e.shape == step.shape else e.shape for e in others]
    entries = [Entry(e.name, k, None, e.units) for e, k in zip(others, of_step, strict=True)]
    of_all = of_all_samples(step.name, shape, entries, load)
    fields, left = beside_of(step.name, shape, entries, load)
    left += _without_number(step, others)
    return fields, [*left, *left_numbers(step.name, shape[-1], entries)], of_all


def _without_number(step: Described, others: Sequence[Described]) -> list[str]:
    """Return notes on arrays as that of a ``step``, whose names do not say which step it is."""
    field = field_in(step.name)
    own = [e.name for e in others if e.shape == step.shape and field_in(e.name) == field]
    advice = f"its name has no number as that of {step.name}"
    return [f"{name} is left out: {advice}" for name in own if field]


def _together(word: str, places: list[str], parts: Sequence[Contents]) -> Array | None:
    """Return a field that every step states, for all steps; None if no step does.

    Raises StorageError if only some steps state it, or if they state several numbers of t.
    """
    found = [part.coordinates.get(word, part.fields.get(word)) for part in parts]
    sizes = [0 if of is None else np.size(of) for of in found]
    for place, size in zip(places, sizes, strict=True):
        if size != sizes[0]:
            raise StorageError(
                f"{place} states {counted(size, 'number')} of {word}, but {places[0]} states "
                f"{sizes[0]}: write {word} for all steps alike, or for none"
            )
    if sizes[0] == 0:
        return None
    if word != "mu" and sizes[0] > 1:
        raise StorageError(
            f"{places[0]} states {sizes[0]} numbers of {word}: a step needs one, so write one"
        )
    rows = [np.ravel(of) for of in found]
    if word != "mu":
        return np.array(rows)[:, 0]
    return np.array(in_one_order(places, [part.parameters for part in parts], rows)).T


def _unit_of_times(others: Sequence[Described]) -> str:
    return next((e.units for e in others if _meaning(e) == "t" and e.units), "")


def _timed(
    path: Path, steps: Steps, likely: list[float] | None, fields: dict[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return fields with the times in the names of steps, and a note if nobody called them so."""
    if steps.times is not None:
        return {**fields, "t": _as_named(path, steps, fields.get("t"))}, ()
    if "t" in fields:
        return fields, _other_note(path, steps, likely, fields["t"])
    if steps.decimals is None:
        return fields, () if "mu" in fields else several_note(steps.names)
    of_mu = np.atleast_2d(fields.get("mu", ()))
    key = steps.decimals.key
    if likely is not None and (steps.decimals.timed or not repeated(likely, of_mu)):
        return {**fields, "t": np.array(likely)}, (likely_note(key),)
    return fields, () if "mu" in fields else (order_note(key),)


def _as_named(path: Path, steps: Steps, t: Any) -> Array:
    """Return the times of the names; DataError if the file states others."""
    named = np.array(steps.times)
    if found := _clocks(path, steps, t):
        require_names(named, found)
    return named


def _other_note(path: Path, steps: Steps, likely: Any, t: Any) -> tuple[str, ...]:
    """Return a note on likely times in names that the times of the file contradict."""
    found = _clocks(path, steps, t) if likely is not None else []
    if not found or not (wrong := contradiction(np.array(likely), found)):
        return ()
    number, place, time = wrong
    has = f"{place} has {number:g} in its name, but the time {time.values[0]:g}"
    return (f"{has}, which counts: correct one of them if both are times",)


def _clocks(path: Path, steps: Steps, t: Any) -> list[tuple[str, Times]]:
    """Return the time of each step with its place; none if there is not one for each."""
    if t is None or np.size(t) != len(steps.names):
        return []
    places = [f"{path}, {name}" for name in steps.names]
    times = [Times(np.array([time], dtype=float)) for time in np.ravel(t)]
    return list(zip(places, times, strict=True))


def field_in(name: str) -> str | None:
    """Return the name of the field in that of a step: "u" for "step_01/u" and for "u_01"."""
    word = re.sub(PART, "", last_of(name)).strip("_-=. ")
    return None if means_time(word) or word.lower() in ("", *STEPS, *ORDER) else word


def _meaning(entry: Described) -> str | None:
    return field_of(entry.name, entry.shape, entry.units)


def _is_of_group(entry: Described) -> bool:
    """Return whether an array is a single number of its group, as its name has no number."""
    inside = bool(group_of(entry.name)) and is_single(entry.shape)
    return inside and re.search(PART, last_of(entry.name)) is None


def _numbers(reader: ForeignReader, name: str) -> Any:
    """Return an array with NaN for missing entries."""
    stored = reader.array(name)
    return stored.astype(float).filled(np.nan) if np.ma.is_masked(stored) else stored
