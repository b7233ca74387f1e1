"""What attributes and scales of HDF5 state about snapshots: times, parameters and their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from mornet.snapshots.formats.contents import Contents, field_of, is_doubtful, meaning
from mornet.snapshots.formats.dates import kind_of
from mornet.storage.foreign import Described, ForeignReader


def with_attributes(reader: ForeignReader, contents: Contents, *, shared: bool = False) -> Contents:
    """Return contents with t and mu in the attributes of their dataset, or of its group.

    What the contents know from an array stays. A time in words is a date or a number; a note names
    any other one. The time of a group that several steps have ``shared`` is that of none of them.
    """
    if contents.name is None:
        return contents
    own, of_group = reader.attributes(contents.name)
    if shared:
        of_group = {word: of for word, of in of_group.items() if meaning(word) != "t"}
    known = {*map(meaning, contents.coordinates), *contents.fields}
    for word, value in (*own.items(), *of_group.items()):
        field = meaning(word)
        if field in ("t", "mu") and field not in known and not is_doubtful(word):
            stating = _with_time if field == "t" else _with_parameters
            contents = stating(contents, word, value)
            known = {*known, *contents.coordinates}
    return contents


def with_names(reader: ForeignReader, contents: Contents, found: Iterable[Described]) -> Contents:
    """Return contents with the names of the entries of mu, which is one of the datasets."""
    if "mu" not in contents.fields and "mu" not in contents.coordinates:
        return contents
    several = (e for e in found if max(e.shape, default=1) > 1)
    names = (reader.labels(e.name) for e in several if field_of(e.name, e.shape) == "mu")
    return contents._replace(parameters=next(names, ()))


def _with_time(contents: Contents, word: str, value: Any) -> Contents:
    text, number = _text(value), _number(value)
    if number is not None:
        return _stating(contents, "t", number)
    if kind_of(text) != "number":
        units = {**contents.units, "t": "s"}
        return _stating(contents, "t", 0.0)._replace(units=units, origin=text)
    note = f"the attribute {word} of {contents.name} is left out: {text!r} is no time"
    return contents._replace(notes=(*contents.notes, note))


def _with_parameters(contents: Contents, word: str, value: Any) -> Contents:
    mu: Any = np.squeeze(value)
    if mu.dtype.kind in "biuf" and mu.ndim < 2:
        return _stating(contents, "mu", mu)
    note = f"the attribute {word} of {contents.name} is left out: it holds no list of numbers"
    return contents._replace(notes=(*contents.notes, note))


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
