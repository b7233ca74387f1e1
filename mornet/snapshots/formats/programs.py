"""What OpenFOAM, Fluent and Tecplot write around the numbers of a table, as plain headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mornet.errors import DataError
from mornet.snapshots.formats.headings import PLACE, columns_of
from mornet.snapshots.formats.tecplot import NUMBERS, VARIABLES, ZONE, time_in, variables_of

PROBE = re.compile(r"\s*Probe\s+\d+\s+\(([^()]*)\)")  # of OpenFOAM: Probe 0 (0.1 0 0)
AXIS = re.compile(r"\s*([xyz])\s+([-+.\deE\s]+)")  # of older ones: x 0.1 0.2
VECTORS = re.compile(r"[-+.\deE]+\s+\([-+.\deE\s()]+\)\s*")  # 0.5 (1 0 0) (2 0 0)
IN_BRACKETS = re.compile(r'\s*\((\s*".*")\s*\)\s*')  # of Fluent: ("Time Step" "flow-time")
STATED = re.compile(r"\b(\w+)\s*=\s*[-+.\d]")


def without_brackets(line: str) -> str:
    """Return a line without the brackets of vectors, or of all headings.

    >>> without_brackets("0.5 (1 0 0)").split(), without_brackets('("step" "drag")')
    (['0.5', '1', '0', '0'], '"step" "drag"')
    """
    if "(" not in line:
        return line
    if VECTORS.fullmatch(line):
        return re.sub("[()]", " ", line)
    headings = IN_BRACKETS.fullmatch(line)
    return headings[1] if headings else line


def probes(comments: Sequence[str], columns: int) -> tuple[str, ...] | None:
    """Return the headings of OpenFOAM's probes: a time, and one place for each probe.

    Each probe has as many columns as its field has components. None stands for other comments.

    >>> probes([" Probe 0 (0 0 0)", " Probe 1 (1 0 0)", " Time"], 3)
    ('time', 'x=0, y=0, z=0', 'x=1, y=0, z=0')
    """
    if not comments or comments[-1].strip().lower() != "time":
        return None
    places = _places(comments)
    components, rest = divmod(columns - 1, len(places)) if places else (0, 1)
    if rest or components < 1 or {len(place) for place in places} != {3}:
        return ("time", *(f"column {j}" for j in range(1, columns)))
    said = [f"x={x}, y={y}, z={z}" for x, y, z in places]
    return ("time", *(place for place in said for _ in range(components)))


def _places(comments: Sequence[str]) -> list[list[str]]:
    """Return the coordinates of each probe, as new and as old versions of OpenFOAM write them."""
    places = [match[1].split() for line in comments if (match := PROBE.match(line))]
    axes = [match[2].split() for line in comments if (match := AXIS.fullmatch(line))]
    return places or [list(place) for place in zip(*axes, strict=False)]


def is_tecplot(words: Sequence[str]) -> bool:
    """Return whether lines of words are the head of a file of Tecplot."""
    return any(map(VARIABLES.match, words))


def tecplot(where: str, words: Sequence[str], columns: int) -> tuple[str, ...]:
    """Return the names of the variables, with the time of the zone if it states one.

    Raises DataError for another number of variables.
    """
    head = "\n".join(words)
    names = variables_of(where, head)
    if len(names) != columns:
        raise DataError(
            f"{where} is a file of Tecplot with {len(names)} variables and {columns} numbers a "
            "line: write one zone with DATAPACKING=POINT, a line for each point"
        )
    time = time_in(where, head)
    return tuple(names) if time is None else tuple(_at(name, time) for name in names)


def _at(name: str, time: str) -> str:
    """Return the heading of a variable at a time; coordinates have none."""
    plain = columns_of((name,))[0].name
    return name if PLACE.fullmatch(plain) else f"{name} @ t={time}"


def require_one_block(where: str, lines: Sequence[tuple[int, str]]) -> None:
    """Raise DataError for what begins a second block of numbers: a zone, or a value stated again.

    A value is one that a comment states, as in # t = 0.5.
    """
    words = [(k, line) for k, (_, line) in enumerate(lines) if line.lstrip()[:1] in tuple("#%zZ")]
    first = next((k for k, (_, line) in enumerate(lines) if NUMBERS.match(line)), len(lines))
    known = {word for k, line in words if k < first for word in _stated(line)}
    for k, line in words:
        if (
            k > first
            and NUMBERS.match(lines[min(k + 1, len(lines) - 1)][1])
            and (ZONE.match(line) or known & set(_stated(line)))
        ):
            raise DataError(
                f"{where}, line {lines[k][0]}: {line.strip()[:40]!r} begins another block of "
                "numbers: write each block to a file of its own"
            )


def _stated(line: str) -> list[str]:
    """Return the names of the values that a comment states."""
    return STATED.findall(line) if line.lstrip()[0] in "#%" else []
