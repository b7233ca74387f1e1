"""Numbers in the names of files that give the order of a series, and are lost otherwise."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Any

from mornet.snapshots.formats.contents import PART, means_time
from mornet.snapshots.formats.dates import DATE
from mornet.snapshots.formats.members import Member

WORD = re.compile(r"([A-Za-z]+)[=_-]?$")  # that to which the number behind it belongs
NUMBERS = re.compile(f"({PART})")


def unread_note(path: Any, files: Sequence[Member], known: Container[str]) -> tuple[str, ...]:
    """Return a note on numbers that name times or parameters, and that give the order alone.

    They stand in all names of a folder, or of a pattern without braces: behind an equals sign, as
    decimals, or several of them. A single whole number counts the files. ``known`` are the fields
    that the files state themselves, such as "t" and "mu".
    """
    if isinstance(path, list | tuple) or files[0].values:
        return ()
    pattern = pattern_of([member.path.as_posix() for member in files]) or ""
    fields = ["t" if means_time(word) else "mu" for word in re.findall(r"\{(\w+)\}", pattern)]
    if all(field in known for field in fields):
        return ()
    advice = f'give "{pattern}" if they are times or parameters'
    return (f"the numbers in the names of the files give the order alone: {advice}",)


def pattern_of(names: Sequence[str]) -> str | None:
    """Return the pattern with braces for the numbers that name what differs, or None.

    >>> pattern_of(["a/mu=1_k=2.csv", "a/mu=1_k=3.csv", "a/mu=2_k=2.csv"])
    'a/mu={mu}_k={k}.csv'
    >>> pattern_of(["u_t0.1.csv", "u_t0.2.csv"]), pattern_of(["u_0001.vtu", "u_0002.vtu"])
    ('u_t{t}.csv', None)
    """
    if any(map(DATE.search, names)):
        return None
    parts = [_parts(name) for name in names]
    if len({tuple(part[::2]) for part in parts}) > 1:
        return None
    first = parts[0]
    varying = [i for i in range(1, len(first), 2) if len({part[i] for part in parts}) > 1]
    named = {i: _word(first[i - 1]) for i in varying}
    if not all(named.values()) or len(set(named.values())) < len(varying):
        return None
    stated = [i for i in varying if first[i - 1].endswith("=") or any("." in p[i] for p in parts)]
    if len(varying) < 2 and not stated:
        return None
    return "".join(f"{{{named[i]}}}" if i in named else part for i, part in enumerate(first))


def _parts(name: str) -> list[str]:
    """Return a path in parts, every second one a number; its suffix holds none."""
    stem, dot, suffix = name.rpartition(".")
    *parts, last = NUMBERS.split(stem)
    return [*parts, last + dot + suffix]


def _word(text: str) -> str:
    """Return the letters at the end of ``text``, before an equals sign or a line; "" for none.

    >>> _word("a/alpha="), _word("_t"), _word("_beta_"), _word("12-")
    ('alpha', 't', 'beta', '')
    """
    found = WORD.search(text)
    return found[1] if found else ""
