"""Notes on arrays of files that are left out, unless the caller states what they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

BY_NAME = ("weights",)  # fields that are never taken by their name
LEFT = "one number for each"  # so begins that note
MAY_BE = re.compile(rf"{LEFT} (?P<each>.+?) is in (?P<names>.+?), left out: ")
IS_LEFT = re.compile(r"(?P<name>.+?)( \([\d, ]*\))? is left out: ")


def left_note(names: Sequence[str], each: str = "sample or run") -> Iterator[str]:
    """Yield the note on arrays that may be parameters, but have other names.

    They have one number for ``each`` of what it says. Notes on those that are called as other
    fields are name these fields.
    """
    other = [name for name in names if _last(name) in BY_NAME]
    for name in sorted(other):
        yield (
            f"{name} is left out: if the snapshots have these {_last(name)}, state "
            f"fields: {{{_last(name)}: FILE:{name}}}"
        )
    if ours := sorted(set(names) - set(other)):
        places = ", ".join(f"FILE:{name}" for name in ours)
        place = places if len(ours) == 1 else f"[{places}]"
        yield (
            f"{LEFT} {each} is in {', '.join(ours)}, left out: if they are parameters, "
            f"state fields: {{mu: {place}}}"
        )


def _last(name: str) -> str:
    """Return the last part of a name, in small letters."""
    return re.split(r"[/.]", name)[-1].lower()


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


def without_used(notes: Sequence[str], used: Collection[str]) -> tuple[str, ...]:
    """Return notes that do not say of arrays with the names ``used`` that they are left out.

    >>> notes = ["t (3,) is left out: no axis has its length", *left_note(["a", "tr"])]
    >>> without_used(notes, {"t", "tr"}) == tuple(left_note(["a"]))
    True
    """
    kept: list[str] = []
    for note in notes:
        if found := MAY_BE.match(note):
            left = [name for name in found["names"].split(", ") if name not in used]
            kept += left_note(left, found["each"])
        elif not ((found := IS_LEFT.match(note)) and found["name"] in used):
            kept.append(note)
    return tuple(kept)
