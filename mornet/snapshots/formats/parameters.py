"""Parameters mu of the parts of one data set, whose entries may have names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mornet.errors import DataError
from mornet.records import Array

LEFT = "one number for each"  # so begins that note


def in_one_order(
    places: Sequence[Any],
    names: Sequence[tuple[str, ...]],
    found: Sequence[Array],
    wanted: Sequence[str] = (),
) -> list[Array]:
    """Return the parameters mu (p, ...) of parts, whose entries have ``names``, in one order.

    It is the order ``wanted`` if these are the names, otherwise that of the first part. Entries
    without names stay. Raises DataError for names that only some parts state, and for other names.
    """
    for place, ours in zip(places, names, strict=True):
        if sorted(ours) != sorted(names[0]):
            raise DataError(
                f"{place} has the parameters mu {_listed(ours)}, but {places[0]} has "
                f"{_listed(names[0])}: state the same names in all files, or in none"
            )
        if len(set(ours)) < len(ours):
            raise DataError(f"{place} has two parameters of one name, {_listed(ours)}: rename one")
    order = wanted if sorted(wanted) == sorted(names[0]) else names[0]
    pairs = zip(names, found, strict=True)
    return [mu[[ours.index(name) for name in order]] if ours else mu for ours, mu in pairs]


def names_note(names: Sequence[str]) -> Iterator[str]:
    """Yield the note on the names of several parameters."""
    if len(names) > 1:
        yield f"the parameters are, in this order: {', '.join(names)}"


def left_note(names: Sequence[str], each: str = "sample or run") -> Iterator[str]:
    """Yield the note on arrays that may be parameters, but have other names.

    They have one number for ``each`` of what it says.
    """
    if names:
        ours = sorted(names)
        places = ", ".join(f"FILE:{name}" for name in ours)
        place = places if len(ours) == 1 else f"[{places}]"
        yield (
            f"{LEFT} {each} is in {', '.join(ours)}, left out: if they are parameters, "
            f"state fields: {{mu: {place}}}"
        )


def of_files_note(numbers: Sequence[Mapping[str, float]]) -> Iterator[str]:
    """Yield the note on single numbers of files that may be parameters, ``numbers`` of each file.

    Of several files they are those that differ.
    """
    names = dict.fromkeys(name for of in numbers for name in of)
    several = len(numbers) > 1
    differ = [n for n in names if not several or len({of.get(n) for of in numbers}) > 1]
    yield from left_note(differ, "file")


def without_left(notes: Sequence[str]) -> tuple[str, ...]:
    """Return notes without those on arrays that may be parameters."""
    return tuple(note for note in notes if not note.startswith(LEFT))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "without names"
