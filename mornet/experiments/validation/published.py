"""Published numbers beside the same numbers computed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from inspect import signature
from math import isfinite
from numbers import Real
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np

from mornet.errors import DivergenceError, OptionError, counted
from mornet.records import Array, Indices, array, in_short

Relation = Literal["relative", "absolute", "at most", "at least"]
Origin = Literal["publication", "repository", "theorem", "goal"]
"""Where a number stands: printed in a publication; printed or stored in a repository of the
authors, or computed from what they store; in a theorem; a goal of our own. Or it is that of a
`Program`."""
MOST_DIGITS = 15  # of double precision
ROUNDED = 1e-9  # a difference of half a unit, up to rounding
NO_REASON = "no reason known"


@dataclass(frozen=True)
class Program:
    """An independent program, which computed numbers for the set-up of a source.

    Raises OptionError if it has no name.
    """

    name: str

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise OptionError("an independent program needs a name")


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and isfinite(value)


def _shown(value: Any) -> str:
    """Return a setting in words, a number with all its digits."""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.15g}"
    return str(value)


SCRIPT = Program("a script in NumPy and SciPy")


@dataclass(frozen=True)
class Published:
    """One published number; ``value`` is None where the publication prints nan.

    ``settings`` are those of the function that computes it. The computed number must differ by at
    most the ``tolerance``, "relative" to the published number or "absolute"; or it must be "at
    most" or "at least" the published number. A tolerance of None is that of the table. ``reason``
    says why the number is not met, if it is not; without one, the note says that none is known. An
    ``origin`` of None is that of the table.

    Raises OptionError, with the settings, for another relation, a value that is no finite number, a
    tolerance that is none or above 100 per cent, and a number that is relative to zero.
    """

    settings: Mapping[str, Any]
    value: float | None
    tolerance: float | None = None
    relation: Relation = "relative"
    reason: str = ""
    origin: Origin | Program | None = None

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise OptionError(f"published number of {self.case}: {problem}")

    def _problems(self) -> Iterator[str]:
        if self.relation not in get_args(Relation):
            yield f"relation = {self.relation!r} is none of {', '.join(get_args(Relation))}"
        if self.value is not None and not _is_number(self.value):
            yield f"{self.value!r} is no finite number; what is printed as nan is None"
        if self.tolerance is not None and not (_is_number(self.tolerance) and self.tolerance >= 0):
            yield f"tolerance = {self.tolerance!r} must be a number, at least 0"
        if self.relation == "relative" and self.tolerance is not None and self.tolerance > 1:
            yield f"tolerance = {self.tolerance:g} is relative: 1e-2 is one per cent"
        if self.relation == "relative" and self.value == 0:
            yield 'nothing is relative to zero: take the relation "absolute"'

    @property
    def case(self) -> str:
        """The settings in words."""
        return ", ".join(
            f"{key.replace('_', ' ')} = {_shown(value)}" for key, value in self.settings.items()
        )


class Measured(NamedTuple):
    """A computed number with a note, such as its scatter over the seeds."""

    value: float
    note: str = ""


def median(errors: Sequence[float]) -> Measured:
    """Return the median of the ``errors`` of several seeds, with their range as the note.

    >>> median([3.0, 1.0, 2.0])
    Measured(value=2.0, note='3 seeds: 1 to 3')
    """
    if len(errors) == 1:
        return Measured(float(errors[0]), "one seed")
    words = f"{counted(len(errors), 'seed')}: {min(errors):.3g} to {max(errors):.3g}"
    return Measured(float(np.median(errors)), words)


@dataclass(frozen=True, eq=False)
class Reproduction:
    """Published numbers beside the numbers that were computed here.

    ``difference`` is |computed / published - 1|, or |computed - published| for an absolute
    tolerance. ``digits`` are those of ``published`` that ``computed`` has, see
    `agreeing_digits`. A number is ``met`` if it satisfies its ``relation``. ``published_nan`` names
    the cases that the publication prints as nan, ``diverged`` those whose computation left the
    finite numbers here; both have the ``origin`` of the table. ``program`` names the independent
    program, if there is one.
    """

    kind: ClassVar[str] = "reproduction"
    __repr__ = in_short
    source: str
    place: str
    configuration: str
    quantity: str
    origin: str
    program: str
    case: tuple[str, ...] = array("case", about="settings of the number")
    published: Array = array("case", about="as printed")
    computed: Array = array("case", about="computed here")
    difference: Array = array("case", about="relative, or absolute if the tolerance is so")
    relation: tuple[str, ...] = array("case", about="of computed to published")
    tolerance: Array = array("case", about="difference up to which a number is reproduced")
    digits: Indices = array("case", about="significant digits that agree")
    met: Indices = array("case", about="1 if the relation holds, else 0")
    origins: tuple[str, ...] = array("case", about="where the published number stands")
    note: tuple[str, ...] = array("case", about="scatter; reason if the number is not met")
    published_nan: tuple[str, ...] = array("published_nan", about="cases printed as nan")
    diverged: tuple[str, ...] = array("diverged", about="cases that diverged here")

    @property
    def all_digits(self) -> list[bool]:
        """Whether all digits that a published number shows agree, by case."""
        return [
            bool(agree >= shown_digits(value))
            for agree, value in zip(self.digits, self.published, strict=True)
        ]


def reproduce(
    numbers: tuple[Published, ...],
    compute: Callable[..., float | Measured],
    *,
    source: str,
    place: str,
    configuration: str,
    quantity: str,
    tolerance: float,
    origin: Origin | Program,
) -> Reproduction:
    """Return the published ``numbers`` beside those that ``compute`` returns for their settings.

    ``source`` names the publication or the theorem, ``place`` the table, file or section in it,
    ``configuration`` what was computed, ``quantity`` the numbers, ``origin`` where those stand that
    have no origin of their own.

    Raises OptionError if one of the words is empty, for an unknown origin, for two numbers with the
    same settings, for settings that ``compute`` does not take, and if it returns no number. A
    number that is computed as nan or as infinite counts as diverged.
    """
    _refuse_unfit(numbers, compute)
    _refuse_empty(source=source, place=place, configuration=configuration, quantity=quantity)
    origins = {number.case: number.origin or origin for number in numbers}
    found = {number.case: _computed(compute, number) for number in numbers}
    both = [
        (number, number.value, measured)
        for number in numbers
        if number.value is not None and (measured := found[number.case]) is not None
    ]
    limits = np.array([tolerance if n.tolerance is None else n.tolerance for n, *_ in both])
    published = np.array([value for _, value, _ in both], dtype=float)
    computed = np.array([measured.value for *_, measured in both], dtype=float)
    relation = tuple(number.relation for number, *_ in both)
    difference = np.array(list(map(_difference, relation, published, computed)))
    met = np.array(list(map(_holds, relation, published, computed, difference, limits)), dtype=int)
    return Reproduction(
        source=source,
        place=place,
        configuration=configuration,
        quantity=quantity,
        origin=_kind(origin),
        program=", ".join({o.name: None for o in origins.values() if isinstance(o, Program)}),
        case=tuple(number.case for number, *_ in both),
        published=published,
        computed=computed,
        difference=difference,
        relation=relation,
        tolerance=limits,
        digits=np.array(list(map(agreeing_digits, published, computed)), dtype=int),
        met=met,
        origins=tuple(_kind(origins[number.case]) for number, *_ in both),
        note=tuple(_note(n, m.note, good) for (n, _, m), good in zip(both, met, strict=True)),
        published_nan=tuple(n.case for n in numbers if n.value is None),
        diverged=tuple(case for case, value in found.items() if value is None),
    )


def agreeing_digits(published: float, computed: float) -> int:
    """Return how many significant digits of ``published`` agree with ``computed``.

    These are the first d digits if |computed - published| is at most half a unit of the d-th; at
    most `shown_digits`.

    >>> agreeing_digits(0.12345, 0.12346), agreeing_digits(1.0, 2.0), agreeing_digits(3.0, 3.0)
    (4, 0, 15)
    """
    if computed == published:
        return shown_digits(published)
    if published == 0:
        return 0
    first = np.floor(np.log10(abs(published)))
    digits = np.floor(first + 1 - np.log10(2 * abs(computed - published)) + ROUNDED)
    return int(np.clip(digits, 0, shown_digits(published)))


def shown_digits(published: float) -> int:
    """Return how many significant digits ``published`` has, 15 for an integer: it is exact.

    >>> shown_digits(0.0779), shown_digits(727.0)
    (3, 15)
    """
    if float(published).is_integer():
        return MOST_DIGITS
    return min(len(Decimal(repr(float(published))).as_tuple().digits), MOST_DIGITS)


def _refuse_unfit(numbers: Any, compute: Callable[..., Any]) -> None:
    if isinstance(numbers, Published):
        raise OptionError("published numbers are a tuple: a comma is missing")
    cases = [number.case for number in numbers]
    for number in numbers:
        if cases.count(number.case) > 1:
            raise OptionError(f"two published numbers have the settings {number.case}")
        try:
            signature(compute).bind(**number.settings)
        except TypeError as error:
            raise OptionError(f"published number of {number.case}: {error}") from None


def _refuse_empty(**about: str) -> None:
    empty = [name for name, words in about.items() if not words.strip()]
    if empty:
        raise OptionError(f"a table of published numbers needs words for {' and '.join(empty)}")


def _kind(origin: Origin | Program) -> str:
    if isinstance(origin, Program):
        return "program"
    known = get_args(Origin)
    if origin not in known:
        raise OptionError(f"the origin {origin!r} is none of {', '.join(known)}, nor a Program")
    return origin


def _difference(relation: str, published: float, computed: float) -> float:
    if relation == "absolute" or published == 0:
        return abs(computed - published)
    return abs(computed / published - 1)


def _holds(
    relation: str, published: float, computed: float, difference: float, tolerance: float
) -> bool:
    match relation:
        case "at most":
            return computed <= published
        case "at least":
            return computed >= published
    return difference <= tolerance


def _note(number: Published, note: str, met: int) -> str:
    return "; ".join(filter(None, (note, "" if met else number.reason or NO_REASON)))


def _computed(compute: Callable[..., float | Measured], number: Published) -> Measured | None:
    try:
        value = compute(**number.settings)
    except DivergenceError:
        return None
    found, note = value if isinstance(value, Measured) else Measured(value)
    try:
        return Measured(float(found), note) if isfinite(found) else None
    except TypeError:
        raise OptionError(f"{found!r} was computed for {number.case}: it is no number") from None
