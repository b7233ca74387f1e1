"""What attributes and scales of HDF5 state about snapshots: times, parameters and their names."""

from __future__ import annotations

import math
from collections.abc import Iterable

from mornet.snapshots.formats.contents import Contents, field_of, meaning
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
    """Return contents with the single numbers that are datasets of its group, as its attributes."""
    own = contents.name or ""
    single = (e for e in found if math.prod(e.shape) == 1 and e.dtype.kind in "iuf")
    singles = [e for e in single if _group(e.name) == _group(own)]
    stated = {_last(e.name): reader.array(e.name) for e in singles if e.name != own}
    contents = stating(contents, stated.items())
    mine = sorted(stated.keys() & contents.stated.keys())
    note = f"single numbers in each group count as its attributes: {', '.join(mine)}"
    others = {name: of for name, of in contents.numbers.items() if _group(name) != _group(own)}
    return contents._replace(notes=(*contents.notes, *([note] if mine else [])), numbers=others)


def _group(name: str) -> str:
    return name.rpartition("/")[0]


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def with_names(reader: ForeignReader, contents: Contents, found: Iterable[Described]) -> Contents:
    """Return contents with the names of the entries of mu, which is one of the datasets."""
    if "mu" not in contents.fields and "mu" not in contents.coordinates:
        return contents
    several = (e for e in found if max(e.shape, default=1) > 1)
    names = (reader.labels(e.name) for e in several if field_of(e.name, e.shape) == "mu")
    return contents._replace(parameters=next(filter(None, names), contents.parameters))
