"""The headings of a table: the name of a column, its unit, and the values that it states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array
from mornet.snapshots.formats.contents import ALONG, COLUMN, NUMBER, is_doubtful
from mornet.snapshots.formats.dates import DATE, seconds_of
from mornet.snapshots.formats.units import SECONDS, same_unit

PLACE = re.compile(
    r"([xyz]|points?[:_ ]?[0-2]|coord(inate)?s?_?[xyz]|[xyz][-_ ]?(coordinate|coord))",
    re.IGNORECASE,
)
UNIT = re.compile(r"^(.*?)\s*[(\[]([^()\[\]]*)[)\]]$")
TIMED = re.compile(rf"(t|time)\s*[/_]\s*({'|'.join(SECONDS)})", re.IGNORECASE)  # time_s, time / s
# not a part of a number with a decimal comma, or of a date or a time of the day
WHOLE = rf"{NUMBER}(?!\.?\d|[,:-]\d)"
VALUE = re.compile(rf"(\w+)\s*=\s*({WHOLE}|[-+]?(?:nan|inf)\b)", re.IGNORECASE)
LIKE_TIMES = re.compile(r".*(^|[\s_:/-])time", re.IGNORECASE)  # flow-time, Test_Time
FUNCTIONS = ("abs", "avg", "count", "mag", "max", "mean", "min", "norm", "rms", "std", "sum", "var")
CORNER = re.compile(r"([xyz]|t|time|mu)\s*[/\\]\s*([xyz]|t|time|mu)", re.IGNORECASE)  # x/t
AT_DATE = re.compile(rf"\b(?:t|time|date)\s*=\s*({DATE.pattern})(?![\d-])", re.IGNORECASE)
AFTER_1970 = "s since 1970-01-01"  # the unit of dates in headings
MOST = 8  # columns that a note names
OF_VALUE = re.compile(rf"(=\s*{WHOLE})\s*[(\[]([^()\[\]]*)[)\]]")  # t=0.1 (s)


class Column(NamedTuple):
    """A heading: its name, its unit, and the values that it states, such as t = 0.1.

    ``of_values`` is the unit that stands behind a value, as in t = 0.1 (s).
    """

    name: str
    unit: str
    values: dict[str, float]
    of_values: str = ""


def columns_of(headings: tuple[str, ...]) -> list[Column]:
    """Return what each heading says."""
    columns = []
    for heading in headings:
        date = AT_DATE.search(heading)
        heading = AT_DATE.sub(lambda found: f"t={seconds_of(found[1])!r}", heading)
        behind = OF_VALUE.search(heading)
        heading = OF_VALUE.sub(r"\1", heading)
        name, _, stated = heading.strip().strip("\"'").partition("@")
        values = {word: float(value) for word, value in VALUE.findall(stated or name)}
        if values and not stated:
            name = VALUE.sub("", name).strip(" ,;_")
        unit = UNIT.match(name.strip()) or TIMED.fullmatch(name.strip())
        named = unit is not None and unit[1].lower() not in FUNCTIONS  # avg(p) has no unit
        plain, of = (unit[1], unit[2]) if unit and named else (name.strip(), "")
        of_values = AFTER_1970 if date else behind[2] if behind else ""
        columns.append(Column(plain, of, values, of_values))
    if _are_dates(columns):
        dates = [DATE.fullmatch(column.name) for column in columns]
        pairs = zip(columns, dates, strict=True)
        return [_at_date(date[0]) if date else column for column, date in pairs]
    bare = [_float(column.name) for column in columns[1:]]
    if not bare or any(value is None for value in bare):
        return columns
    word, first = _of_bare(columns[0])
    at = [Column("", "", {word: float(value or 0)}) for value in bare]
    return [first, *at] if word else columns


def _are_dates(columns: Sequence[Column]) -> bool:
    """Return whether all names but the first, and those of places, are dates."""
    others = [c.name for c in columns if not PLACE.fullmatch(c.name)]
    return len(others) > 1 and all(map(DATE.fullmatch, others[-len(columns) + 1 :]))


def _at_date(date: str) -> Column:
    """Return the heading of what belongs to a date, in seconds after 1970."""
    return Column("", "", {"t": seconds_of(date) or 0.0}, AFTER_1970)


def _of_bare(first: Column) -> tuple[str, Column]:
    """Return what the numbers mean that are all other headings, and the first column.

    They are times in x/t, 0, 1, 2, where the first column has places; and in t=0, 1, 2.
    """
    if corner := CORNER.fullmatch(first.name):
        return corner[2].lower(), Column(corner[1], "", {})
    return next(iter(first.values), "") if len(first.values) == 1 else "", first


def may_hold_times(column: Column) -> bool:
    """Return whether a column has a unit of time, or a name such as flow-time; T is one too."""
    like = LIKE_TIMES.fullmatch(column.name) or is_doubtful(column.name)
    return bool(like or column.unit in SECONDS) and not column.values


def stated_by(columns: list[Column], chosen: list[int]) -> dict[str, Array]:
    """Return the values that the headings state, by name, with NaN where one states none."""
    words = dict.fromkeys(word for j in chosen for word in columns[j].values)
    return {w: np.array([columns[j].values.get(w, np.nan) for j in chosen]) for w in words}


def state_places(columns: list[Column], chosen: list[int]) -> bool:
    """Return whether all headings state coordinates, of the same names, and nothing else."""
    words = {frozenset(map(str.lower, columns[j].values)) for j in chosen}
    return len(words) == 1 and frozenset() < words.pop() <= set(ALONG)


def unit_of_values(columns: list[Column], chosen: Sequence[int]) -> str:
    """Return the unit of the values that headings state; "" if they state several, or none."""
    units = {columns[j].of_values for j in chosen}
    return units.pop() if len(units) == 1 else ""


def unit_of(columns: list[Column], chosen: Sequence[int]) -> str:
    """Return the unit that all columns state; "" if one states another one, or none."""
    units = [columns[j].unit for j in chosen]
    same = all(unit and same_unit(unit, units[0]) for unit in units)
    return units[0] if units and same else ""


def units_note(columns: list[Column], chosen: Sequence[int], *, advice: str = "") -> Iterator[str]:
    """Yield a note on columns that have several units, or of which only some state one."""
    if any(columns[j].unit for j in chosen) and not unit_of(columns, chosen):
        named = [f"{columns[j].name} ({columns[j].unit or 'no unit'})" for j in chosen]
        more = ", ..." if len(named) > MOST else ""
        yield (
            "columns do not state one unit, so that of the snapshots is not known: "
            f"{', '.join(named[:MOST])}{more}{advice}"
        )


def require_one_unit(path: Path, columns: list[Column], chosen: Sequence[int]) -> None:
    """Raise OptionError if the snapshots of one field state several units."""
    stating = [columns[j] for j in chosen if columns[j].unit]
    for column in stating:
        if not same_unit(column.unit, stating[0].unit):
            raise OptionError(
                f"{path}: the columns {stating[0].name} and {column.name} are in "
                f"{stating[0].unit} and {column.unit}: convert the numbers, so that all columns "
                "have one unit"
            )


def labels_of(
    columns: list[Column], chosen: Sequence[int], *, sure: bool = False
) -> dict[str, list[str]]:
    """Return the headings of columns, by which tables are compared.

    Numbers alone are headings only if the first line is ``sure`` to hold some. Numbers in the
    heading of a single column are left out: they may be those of the table.
    """
    names = [" ".join((columns[j].name, *map(str, columns[j].values.items()))) for j in chosen]
    if len(names) == 1:
        names = [re.sub(NUMBER, "#", names[0])]
    values = [_float(columns[j].name) for j in chosen]
    if any(value is None for value in values):
        return {COLUMN: names}
    return {COLUMN: [f"{value:.12g}" for value in values]} if sure and len(names) > 1 else {}


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
