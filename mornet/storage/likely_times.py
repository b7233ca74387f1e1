"""Numbers in the names of steps that are likely times, as in 0.5/u, and what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from mornet.snapshots.formats.attributes import differing
from mornet.snapshots.formats.contents import NUMBER, PART, Contents, meaning, means_time
from mornet.snapshots.formats.parameters import LIKE_PARAMETERS, rounding_of

IN_NAME = rf"(?:([A-Za-z]+)-?)?[=_]?({NUMBER})"  # the minus of t-0.5 is no sign, that of t=-0.5 is
STEPS = ("step", "timestep", "time_step", "frame", "snapshot", "snap", "iteration", "iter", "cycle")
HOLDERS = ("data", "field", "output", "result", "solution")  # names of groups that say nothing


class Decimals(NamedTuple):
    """The numbers, some with a decimal point, that tell the names of steps apart.

    ``timed`` says whether a word in the names calls them times, or something else; None is neither.
    """

    numbers: list[float]
    timed: bool | None = None


def decimals_in(names: Sequence[str]) -> Decimals | None:
    """Return the numbers that name groups or datasets, alone or behind a word; None for others.

    Whole numbers may count the steps.

    >>> decimals_in(["0.0/u", "0.5/u"]), decimals_in(["t-0.5/u", "t-1/u"])
    (Decimals(numbers=[0.0, 0.5], timed=None), Decimals(numbers=[0.5, 1.0], timed=True))
    >>> decimals_in(["nu/0.1/u", "nu/0.2/u"]).timed, decimals_in(["run/1/u", "run/2/u"])
    (False, None)
    """
    columns = list(zip(*(name.split("/") for name in names), strict=True))
    places = [i for i, words in enumerate(columns) if len(set(words)) > 1]
    found = _decimal_names(columns[places[0]]) if len(places) == 1 else []
    if not found:
        return None
    front = columns[places[0] - 1][0] if places[0] else ""
    timed = means_time(found[0][1]) if found[0][1] else _are_times(front, columns[-1][0])
    return Decimals([float(m[2]) for m in found], timed)


def _decimal_names(words: Sequence[str]) -> list[re.Match[str]]:
    """Return words of which each is or ends in a number, some with a decimal point; [] else."""
    found = [match for word in words if (match := re.fullmatch(IN_NAME, word))]
    decimal = any(re.search("[.eE]", match[2]) for match in found)
    return found if decimal and len(found) == len(words) else []


def _are_times(front: str, last: str) -> bool | None:
    """Return what the name in ``front`` says of numbers; a field's is in front of the ``last``."""
    word = re.sub(PART, "", front).strip("_-=. ").removesuffix("s")
    of_field = re.fullmatch(IN_NAME, last) and not LIKE_PARAMETERS.fullmatch(word)
    says_nothing = word.lower() in ("", *STEPS, *HOLDERS) or meaning(word) == "trajectory"
    if says_nothing or (of_field and meaning(word) is None):
        return None
    return means_time(word)


def likely_times(found: Decimals | None, parts: Sequence[Contents]) -> list[float] | None:
    """Return the numbers in names if these, or the numbers that the ``parts`` state, let them.

    A number that each part states, and that is the one of its name, is a parameter.
    """
    if found is None or found.timed is False:
        return None
    stated = [[part.stated[name] for part in parts] for name in differing(parts)]
    return found.numbers if found.timed or not repeated(found.numbers, stated) else None


def repeated(numbers: Sequence[float], rows: Any) -> bool:
    """Return whether one of the ``rows`` (p, m) holds the ``numbers`` (m,), which are rounded."""
    named = np.array(numbers)
    same = [np.shape(row) == named.shape and abs(row - named) <= rounding_of(named) for row in rows]
    return any(map(np.all, same))


def likely_note(key: str) -> str:
    """Return the note on numbers in names that are taken as times; ``key`` has braces for them."""
    key = key.replace("{}", "{step}")
    return f"the numbers in the names are taken as the times: give the key {key} if they are none"


def order_note(key: str) -> str:
    """Return the note on numbers in names that are lost; ``key`` has braces for them."""
    timed = key.replace("{}", "{time}")
    advice = f"give the key {timed} if they are times, and state fields"
    return f"the numbers in the names give the order alone: {advice} {{mu: ...}} if parameters"
