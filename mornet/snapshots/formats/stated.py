"""What the attributes of an array, or of its file, state about its snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from mornet.errors import counted
from mornet.snapshots.formats.attributes import NO_PARAMETERS, numbers_of
from mornet.snapshots.formats.clocks import split_since
from mornet.snapshots.formats.contents import Contents, is_doubtful, meaning
from mornet.snapshots.formats.dates import kind_of

UNITS = ("time_units", "time_unit", "t_units", "t_unit")  # attributes beside that of a time
STEPS_OF_TIME = ("dt", "delta_t", "deltat", "time_step", "timestep")


def stating(contents: Contents, attributes: Iterable[tuple[str, Any]]) -> Contents:
    """Return contents with the t and mu that ``attributes`` state, the first of each counts.

    What the contents know from an array stays. A time in words is a date or a number; a note names
    any other one, and lists of numbers that are left out.
    """
    stated = list(attributes)
    words = (contents.axes or "").split()
    known = {*map(meaning, (*contents.coordinates, *words)), *contents.fields}
    for word, value in stated:
        field = meaning(word)
        if field in ("t", "mu") and field not in known and not is_doubtful(word):
            of_field = _with_time if field == "t" else _with_parameters
            contents = of_field(contents, word, value)
            known = {*known, *contents.coordinates, *contents.fields}
            if field == "t" and field in known:
                contents = _with_unit(contents, dict(stated))
    steps = () if "t" in known else _steps_note(contents, stated)
    numbers = dict(contents.stated)
    for word, number in numbers_of(stated):
        numbers.setdefault(word, number)
    lists = _lists_notes(contents, stated)
    return contents._replace(stated=numbers, notes=(*contents.notes, *steps, *lists))


def _lists_notes(contents: Contents, stated: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """Yield notes on attributes with a number for each snapshot that are left out."""
    known = [*contents.coordinates.items(), *contents.fields.items()]
    fields = {meaning(name): of for name, of in known}
    lists = [(word, value) for word, value in stated if _has_one_for_each(contents, value)]
    for word, value in lists:
        field = meaning(word)
        if field in ("t", "mu") and not np.array_equal(np.ravel(value), np.ravel(fields[field])):
            yield f"the attribute {word} is left out: {field} is known, and has other numbers"
        if field is None and not NO_PARAMETERS.fullmatch(word):
            yield (
                f"the attribute {word} is left out: it has a number for each of "
                f"{np.shape(value)[-1]} entries along an axis; if they are parameters, call it mu"
            )


def _steps_note(contents: Contents, stated: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """Yield a note on a step of time, which does not say when snapshots were written."""
    for word, value in stated:
        if word.lower() in STEPS_OF_TIME and (number := _number(value)) is not None:
            yield (
                f"the attribute {word} = {number:g} of {contents.name} gives no times: state them "
                "in fields, if snapshots lie so far apart"
            )
            return


def _with_unit(contents: Contents, stated: dict[str, Any]) -> Contents:
    """Return contents with the unit and the date of their time that another attribute states."""
    words = [_text(stated[name]) for name in UNITS if name in stated]
    if not words or contents.origin:
        return contents
    unit, origin = split_since(words[0])
    return contents._replace(units={**contents.units, "t": unit}, origin=origin)


def _with_time(contents: Contents, word: str, value: Any) -> Contents:
    text, number = _text(value), _number(value)
    if number is not None:
        return _stating(contents, "t", number)
    if _has_one_for_each(contents, value):
        return contents._replace(fields={**contents.fields, "t": np.ravel(value)})
    if kind_of(text) != "number":
        units = {**contents.units, "t": "s"}
        return _stating(contents, "t", 0.0)._replace(units=units, origin=text)
    why = f"{text!r} is no time"
    if np.size(value) > 1:
        why = f"it has {counted(np.size(value), 'entry')}, and no axis has its length"
    note = f"the attribute {word} of {contents.name} is left out: {why}"
    return contents._replace(notes=(*contents.notes, note))


def _with_parameters(contents: Contents, word: str, value: Any) -> Contents:
    mu: Any = np.squeeze(value)
    if _has_one_for_each(contents, value):
        return contents._replace(fields={**contents.fields, "mu": mu})
    if mu.dtype.kind in "biuf" and mu.ndim < 2:
        return _stating(contents, "mu", mu)
    note = f"the attribute {word} of {contents.name} is left out: it holds no list of numbers"
    return contents._replace(notes=(*contents.notes, note))


def _has_one_for_each(contents: Contents, value: Any) -> bool:
    """Return whether an attribute has a number for each entry along an axis without a name."""
    numbers: Any = np.squeeze(value)
    along = contents.axes is None and numbers.shape[-1:] in {(n,) for n in np.shape(contents.array)}
    return bool(along and numbers.dtype.kind in "iuf" and numbers.size > 1)


def _stating(contents: Contents, field: str, value: Any) -> Contents:
    return contents._replace(coordinates={**contents.coordinates, field: value})


def _text(value: Any) -> str:
    one = np.ravel(value)[0] if np.size(value) == 1 else value
    return one.decode(errors="replace") if isinstance(one, bytes) else str(one)


def _number(value: Any) -> float | None:
    try:
        (number,) = map(float, np.ravel(value))
    except (TypeError, ValueError):
        return None
    return number
