"""Zones of Tecplot's ASCII files: the variables at the nodes, whatever their packing is.

A zone in blocks, or of finite elements, is written again as a list of points, which a table is. The
fields stay the words of the file, so that no digit is lost. The elements themselves are left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from mornet.errors import DataError, counted
from mornet.snapshots.formats.contents import NUMBER
from mornet.snapshots.formats.packed import require_honest

VARIABLES = re.compile(r"\s*VARIABLES\s*=", re.IGNORECASE)
ZONE = re.compile(r"\s*ZONE\b", re.IGNORECASE)
ZONES = re.compile(rf"^{ZONE.pattern}", re.IGNORECASE | re.MULTILINE)
FORM = re.compile(r"\b(?:F|DATAPACKING|ZONETYPE)\s*=\s*\"?(\w+)", re.IGNORECASE)
TYPE = re.compile(r"\b(?:ET|ZONETYPE)\s*=\s*\"?(?:FE)?(\w+)", re.IGNORECASE)
SIZE = re.compile(r"\b(I|J|K|N|NODES|E|ELEMENTS)\s*=\s*(\d+)", re.IGNORECASE)
CENTRED = re.compile(r"VARLOCATION\s*=\s*\(.*?CELLCENTERED", re.IGNORECASE | re.DOTALL)
QUOTED = re.compile(r"\b(T|TITLE)\s*=\s*\"[^\"]*\"", re.IGNORECASE)
SOLUTION = re.compile(r"\bSOLUTIONTIME\s*=\s*\"?([-+.\w]+)", re.IGNORECASE)
RECORD = re.compile(
    r"^\s*(?:ZONE|TEXT|GEOMETRY|DATASETAUXDATA|VARAUXDATA|CUSTOMLABELS|TITLE|FILETYPE)\b",
    re.IGNORECASE | re.MULTILINE,
)
NUMBERS = re.compile(r"\s*[-+.]?\d")
REPEATED = re.compile(r"(\d+)\*(.+)")  # 3*0.5 is three numbers
LOOK = 100_000  # characters that hold the names of the variables
CORNERS = {  # nodes of an element
    "LINESEG": 2,
    "TRIANGLE": 3,
    "QUADRILATERAL": 4,
    "TETRAHEDRON": 4,
    "BRICK": 8,
}


def by_points(where: str, text: str) -> str:
    """Return the text of a zone in blocks or of finite elements as that of a list of points.

    Other texts stay. Raises DataError for several zones, for variables in the centres of cells or
    of one name, for a packing that is not stated, and for another count of numbers than the zone
    states.
    """
    if "VARIABLES" not in text[:LOOK].upper():
        return text
    lines = [line for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"]
    first = next((k for k, line in enumerate(lines) if NUMBERS.match(line)), len(lines))
    head = "\n".join(lines[:first])
    zone = QUOTED.sub("", head)
    forms = {form.upper() for form in FORM.findall(zone)}
    if not any(map(VARIABLES.match, lines[:first])):
        return text
    names = variables_of(where, head)
    if forms <= {"POINT", "ORDERED"}:
        _require_points(where, zone, names, lines[first:])
        return text
    _require_one_zone(where, lines[first:])
    rows = rows_of_zone(where, zone, names, "\n".join(lines[first:]))
    return point_text(names, time_in(where, zone), rows)


def _require_points(where: str, zone: str, names: Sequence[str], lines: Sequence[str]) -> None:
    """Raise DataError if a zone of points states another count of nodes than it has."""
    if ZONES.search(zone) and (sizes := _sizes(zone)):
        there = sum(len(line.replace(",", " ").split()) for line in lines)
        nodes = _of_grid(sizes)
        _require_count(where, zone, {}, nodes, (nodes * len(names), there))


def _sizes(zone: str) -> dict[str, int]:
    """Return the counts in the line of a zone, of nodes along its axes, or of all its parts."""
    return {name.upper(): int(size) for name, size in SIZE.findall(zone)}


def time_in(where: str, head: str) -> str | None:
    """Return the time that the head of a zone states, or None; DataError for what is no number."""
    found = SOLUTION.search(head)
    if found is None:
        return None
    time = re.sub("[dD]", "e", found[1])  # of Fortran, 1.0D-01
    if not re.fullmatch(NUMBER, time):
        raise DataError(f"{where} has SOLUTIONTIME={found[1]}, which is no number: correct it")
    return time


def point_text(names: Sequence[str], time: str | None, rows: Sequence[tuple[str, ...]]) -> str:
    """Return the text of a zone that is a list of points, with the time that it states."""
    head = "VARIABLES = " + " ".join(f'"{name}"' for name in names)
    stated = "" if time is None else f"SOLUTIONTIME={time}"
    return "\n".join([head, f"ZONE F=POINT {stated}", *map(" ".join, rows)])


def rows_of_zone(where: str, head: str, names: Sequence[str], stored: str) -> list[tuple[str, ...]]:
    """Return the numbers ``stored`` in a zone, as words: one for each variable at each node.

    Raises what `by_points` raises.
    """
    zone = QUOTED.sub("", head)
    forms = {form.upper() for form in FORM.findall(zone)}
    _require_nodal(where, zone)
    forms = {"POINT"} if forms <= {"POINT", "ORDERED"} else forms
    return _rows(where, zone, forms, names, list(_words(where, stored)))


def variables_of(where: str, head: str) -> list[str]:
    """Return the names of the variables in the head of a file; DataError for a name that repeats.

    >>> variables_of("wake.dat", 'VARIABLES = "X", "P"')
    ['X', 'P']
    """
    listed = RECORD.split(VARIABLES.split(head, 1)[1])[0]
    names = re.findall(r'"([^"]*)"', listed) or re.split(r"[\s,]+", listed.strip())
    if other := next((name for k, name in enumerate(names) if name in names[:k]), None):
        raise DataError(f"{where} has two variables of the name {other!r}: rename one of them")
    return names


def _words(where: str, stored: str) -> Iterator[str]:
    """Yield numbers as they stand there; 3*0.5 is three of them.

    Raises StorageError for numbers that expand without bounds.
    """
    words = stored.replace(",", " ").split()
    repeated = [REPEATED.fullmatch(word) for word in words] if "*" in stored else []
    size = sum(int(found[1]) for found in repeated if found)
    require_honest(where, 8 * size, len(stored))
    for word, found in zip_longest(words, repeated):
        yield from [found[2]] * int(found[1]) if found else [word]


def _require_one_zone(where: str, lines: Sequence[str]) -> None:
    if other := next(filter(ZONE.match, lines), None):
        raise DataError(
            f"{where}: {other.strip()[:40]!r} begins another zone of Tecplot: write each zone to a "
            "file of its own"
        )


def _require_nodal(where: str, zone: str) -> None:
    if CENTRED.search(zone):
        raise DataError(
            f"{where} is a file of Tecplot with variables in the centres of cells (VARLOCATION): "
            "write all variables at the nodes"
        )


def _rows(
    where: str, zone: str, forms: set[str], names: Sequence[str], words: Sequence[str]
) -> list[tuple[str, ...]]:
    """Return the numbers of each node, one for each variable."""
    sizes = _sizes(zone)
    elements = any(form.startswith("FE") for form in forms)
    nodes = sizes.get("N", sizes.get("NODES", 0)) if elements else _of_grid(sizes)
    if not sizes and forms == {"POINT"}:
        nodes = len(words) // max(len(names), 1)
    count = nodes * len(names)
    _require_count(where, zone, sizes if elements else {}, nodes, (count, len(words)))
    if forms & {"BLOCK", "FEBLOCK"}:
        blocks = [words[j * nodes : (j + 1) * nodes] for j in range(len(names))]
        return list(zip(*blocks, strict=True))
    if forms & {"POINT", "FEPOINT"}:
        return list(zip(*[iter(words[:count])] * len(names), strict=True))
    raise DataError(
        f"{where} is a file of Tecplot with {', '.join(sorted(forms))}, which does not say how it "
        "is packed: write DATAPACKING=BLOCK or DATAPACKING=POINT into the line of its zone"
    )


def _of_grid(sizes: dict[str, int]) -> int:
    return math.prod(sizes.get(axis, 1) for axis in "IJK")


def _require_count(
    where: str, zone: str, sizes: dict[str, int], nodes: int, counts: tuple[int, int]
) -> None:
    """Raise DataError unless a zone has all numbers of its nodes, and of its elements."""
    wanted, there = counts
    kind = TYPE.search(zone)
    corners = CORNERS.get(kind[1].upper()) if kind else None
    known = sizes.get("E", sizes.get("ELEMENTS", 0)) if sizes else 0
    rest = 0 if not sizes else None if corners is None else known * corners
    right = there >= wanted if rest is None else there == wanted + rest
    if not nodes or not right:
        more = f" and {counted(known, 'element')}" if known else ""
        raise DataError(
            f"{where} is a file of Tecplot with {counted(there, 'number')}, but its zone states "
            f"{counted(nodes, 'node')}{more}, which need {wanted + (rest or 0)}: correct the line "
            "ZONE, or write the file again"
        )
