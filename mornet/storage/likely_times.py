"""Numbers in the names of steps that are likely times, as in 0.5/u, and what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from mornet.snapshots.formats.attributes import differing
from mornet.snapshots.formats.contents import PART, Contents, meaning, means_time
from mornet.snapshots.formats.parameters import LIKE_PARAMETERS, rounding_of
from mornet.snapshots.formats.units import SECONDS

STEPS = ("step", "timestep", "time_step", "frame", "snapshot", "snap", "iteration", "iter", "cycle")
HOLDERS = ("data", "field", "output", "result", "solution")  # names of groups that say nothing
ORDER_ALONE = "the numbers in the names give the order alone"
LINE = re.compile(r"[A-Za-z]-$")  # the minus of t-0.5 is no sign, that of t=-0.5 is


class Decimals(NamedTuple):
    """The numbers that tell the names of steps apart, and are times, parameters or neither.

    ``timed`` says whether a word in the names calls them times, or something else; None is neither.
    ``key`` is the name of a step with {} for the number.
    """

    numbers: list[float]
    timed: bool | None
    key: str


class Numbered(NamedTuple):
    """Names that differ in one number: what is before it, the numbers as words, what follows."""

    before: str
    words: list[str]
    after: str

    @property
    def decimal(self) -> bool:
        """Whether one of the numbers has a decimal point or an exponent."""
        return any(re.search("[.eE]", word) for word in self.words)

    @property
    def word(self) -> str:
        """The word to which the number belongs, such as t in u_t=0.5; "" without one."""
        return word_before(self.before)

    def keyed(self, brace: str) -> str:
        """Return the name with a brace for the number."""
        return f"{self.before}{{{brace}}}{self.after}"


def word_before(text: str) -> str:
    r"""Return the word at the end of ``text``, or that in front of the first "\0"; "" without one.

    >>> word_before("run/u_t="), word_before("t/"), word_before("t_\0/u")
    ('t', '', 't')
    """
    before = text.partition("\0")[0].rpartition("/")[2]
    found = re.search(r"([A-Za-z]+)[-=_. ]*$", before)
    return found[1] if found else ""


def numbered(names: Sequence[str]) -> list[Numbered]:
    """Return how names of one pattern differ: one entry for each number that is not the same.

    >>> [of.before for of in numbered(["mu_1/t_0.5/u", "mu_1/t_.75/u"])]
    ['mu_1/t_']
    """
    parts = [re.split(f"({PART})", name) for name in names]
    first, places = parts[0], range(1, len(parts[0]), 2)
    varying = [i for i in places if len({part[i] for part in parts}) > 1]
    words = {i: [part[i] for part in parts] for i in varying}
    return [Numbered("".join(first[:i]), words[i], "".join(first[i + 1 :])) for i in varying]


def key_of_step(names: Sequence[str]) -> str:
    """Return the key of names of one pattern, whose last number is a time, or counts the steps.

    >>> key_of_step(["mu_1/t_0/u", "mu_1/t_0.5/u"]), key_of_step(["0.5/u", "1.0/u"])
    ('mu_1/t_{time}/u', '{time}/u')
    >>> key_of_step(["step_1/u", "step_2/u"])
    'step_{step}/u'
    """
    last = numbered(names)[-1]
    likely = last.decimal and (not last.word or means_time(last.word))
    return last.keyed("time" if likely else "step")


def decimals_in(names: Sequence[str]) -> Decimals | None:
    """Return the numbers that name groups or datasets, alone or behind a word; None for others.

    Whole numbers may count the steps, unless a word calls them times or parameters.

    >>> decimals_in(["0.0/u", "0.5/u"])
    Decimals(numbers=[0.0, 0.5], timed=None, key='{}/u')
    >>> decimals_in(["t-0.5/u", "t-1/u"])
    Decimals(numbers=[0.5, 1.0], timed=True, key='t-{}/u')
    >>> decimals_in(["nu/0.1/u", "nu/0.2/u"]).timed, decimals_in(["run/1/u", "run/2/u"])
    (False, None)
    """
    found = numbered(names)
    if len(found) != 1 or not (found[0].decimal or _is_called(found[0])):
        return None
    timed = _are_times(found[0]) if found[0].decimal else False
    return Decimals([float(word) for word in found[0].words], timed, found[0].keyed(""))


def _is_called(of: Numbered) -> bool:
    """Return whether a word, or an equals sign, says that whole numbers do not count steps."""
    called = means_time(of.word) or LIKE_PARAMETERS.fullmatch(of.word)
    return bool(called or (of.before.endswith("=") and of.word.lower() not in STEPS))


def _are_times(of: Numbered) -> bool | None:
    """Return what the word in front of numbers, or else the group above them, says of them."""
    *above, own = of.before.split("/")
    if of.word or own not in ("", "-", "+"):
        return means_time(of.word)
    end = of.after.partition("/")[0].strip("_- ")
    if end and end not in SECONDS:
        return False
    return _said_above(above[-1] if above else "", last="/" not in of.after)


def _said_above(front: str, *, last: bool) -> bool | None:
    """Return what the name in ``front`` says of numbers; a field's is in front of the ``last``."""
    word = re.sub(PART, "", front).strip("_-=. ").removesuffix("s")
    of_field = last and not LIKE_PARAMETERS.fullmatch(word)
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
    said = f"the numbers in the names are taken as the times: give the key {_with(key, 'step')}"
    before, after = key.split("{}")
    signed = f", or {before[:-1]}{{time}}{after} if the minus is a sign"
    return f"{said} if they are none{signed if LINE.search(before) else ''}"


def order_note(key: str) -> str:
    """Return the note on numbers in names that are lost; ``key`` has braces for them."""
    advice = f"give the key {_with(key, 'time')} if they are times, and state fields"
    return f"{ORDER_ALONE}: {advice} {{mu: ...}} if parameters"


def several_note(names: Sequence[str]) -> tuple[str, ...]:
    """Return a note on several numbers that differ between names, some of which are decimal."""
    found = numbered(names)
    if len(found) < 2 or not any(of.decimal or _is_called(of) for of in found):
        return ()
    advice = "state fields {t: ...} if they are times, and {mu: ...} if parameters"
    return (f"{ORDER_ALONE}: {advice}",)


def _with(key: str, brace: str) -> str:
    return key.replace("{}", f"{{{brace}}}")
