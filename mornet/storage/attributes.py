"""What attributes and scales of HDF5 state about snapshots: times, parameters and their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from mornet.errors import DataError
from mornet.snapshots.formats.contents import Contents, field_of, meaning
from mornet.snapshots.formats.groups import group_of, is_single, last_of, single_numbers
from mornet.snapshots.formats.stated import stating
from mornet.storage.foreign import Described, ForeignReader


def with_attributes(reader: ForeignReader, contents: Contents, *, shared: bool = False) -> Contents:
    """Return contents with t and mu in the attributes of their dataset, or of its group.

    Other single numbers may be parameters, those of the groups above too.

    What the contents know from an array stays. A time in words is a date or a number; a note names
    any other one. The time of a group that several steps have ``shared`` is that of none of them.
    """
    if contents.name is None:
        return contents
    own, of_group, *above = reader.attributes(contents.name)
    if shared:
        of_group = {word: of for word, of in of_group.items() if meaning(word) != "t"}
    far = [(word, of) for group in above for word, of in group.items() if meaning(word) is None]
    return stating(contents, [*own.items(), *of_group.items(), *far])


def with_singles(reader: ForeignReader, contents: Contents, found: Iterable[Described]) -> Contents:
    """Return contents with the single numbers that are datasets of its group, as its attributes.

    Raises StorageError for a damaged dataset, DataError for a number that an attribute contradicts.
    """
    own = contents.name or ""
    numbers = (e for e in found if is_single(e.shape) and e.dtype.kind in "iuf")
    single = (e for e in numbers if group_of(e.name) == group_of(own))
    near = single_numbers((e.name for e in single if e.name != own), reader.array)
    _require_alike(near, contents.stated)
    stated = {last_of(name): number for name, number in near.items()}
    contents = stating(contents, stated.items())
    mine = sorted(stated.keys() & contents.stated.keys())
    note = f"single numbers in each group count as its attributes: {', '.join(mine)}"
    others = {n: of for n, of in contents.numbers.items() if group_of(n) != group_of(own)}
    return contents._replace(notes=(*contents.notes, *([note] if mine else [])), numbers=others)


def _require_alike(near: Mapping[str, float], stated: Mapping[str, float]) -> None:
    """Raise DataError for a number that an attribute of the same name contradicts."""
    for name, number in near.items():
        known = stated.get(last_of(name), number)
        if not _agree(number, known):
            raise DataError(
                f"{name} is {number:g}, but an attribute states {last_of(name)} = {known:g}: keep "
                "the right one alone"
            )


def _agree(one: float, other: float) -> bool:
    """Return whether two numbers are the same in single precision, in which one of them may be."""
    eps = float(np.finfo(np.float32).eps)
    return bool(np.isclose(one, other, rtol=eps, atol=0, equal_nan=True))


def with_names(reader: ForeignReader, contents: Contents, found: Iterable[Described]) -> Contents:
    """Return contents with the names of the entries of mu, which is one of the datasets."""
    if "mu" not in contents.fields and "mu" not in contents.coordinates:
        return contents
    several = (e for e in found if max(e.shape, default=1) > 1)
    names = (reader.labels(e.name) for e in several if field_of(e.name, e.shape) == "mu")
    return contents._replace(parameters=next(filter(None, names), contents.parameters))
