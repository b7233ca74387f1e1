"""Parameters mu of the parts of one data set, whose entries may have names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mornet.errors import DataError
from mornet.records import Array


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


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "without names"
