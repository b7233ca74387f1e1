"""Several zones in one file of Tecplot: blocks of space, and times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mornet.errors import DataError, counted
from mornet.snapshots.formats.abreast import abreast
from mornet.snapshots.formats.contents import Contents
from mornet.snapshots.formats.dialect import Table, numbers
from mornet.snapshots.formats.table import contents_of_table
from mornet.snapshots.formats.tecplot import (
    LOOK,
    NUMBERS,
    ZONE,
    ZONES,
    point_text,
    rows_of_zone,
    time_in,
    variables_of,
)

SHARED = re.compile(r"VARSHARELIST\s*=\s*\((.*?)\)(?=\s*,|\s|$)", re.IGNORECASE | re.DOTALL)
LIST = re.compile(r"\[([\d,\s-]+)\]\s*=\s*(\d+)")
ELEMENTS = re.compile(r"\b(E|ELEMENTS)\s*=\s*\d+", re.IGNORECASE)
SHARES_ELEMENTS = re.compile(r"\bCONNECTIVITYSHAREZONE\s*=", re.IGNORECASE)


class Zone(NamedTuple):
    """The words of all variables at each node of a zone, and its time, if it states one."""

    rows: list[tuple[str, ...]]
    time: str | None


def has_zones(text: str) -> bool:
    """Return whether a text is a file of Tecplot with several zones."""
    return "VARIABLES" in text[:LOOK].upper() and len(list(islice(ZONES.finditer(text), 2))) > 1


def read_zones(path: Path, text: str, key: str | None) -> Contents:
    """Return the variable ``key`` of all zones: those of one time are one snapshot.

    Zones without times are blocks of space. Raises DataError for zones of which only some state a
    time, and for those that hold the same places without times; what a table and `alike` raise.
    """
    names, zones = _zones(str(path), text)
    times = list(dict.fromkeys(zone.time for zone in zones))
    if None in times and len(times) > 1:
        bare = 1 + [zone.time for zone in zones].index(None)
        raise DataError(
            f"{path}: zone {bare} states no SOLUTIONTIME, but others do: write one for each zone"
        )
    times.sort(key=lambda time: float(time or 0.0))
    parts = [_snapshot(path, names, [z for z in zones if z.time == t], key) for t in times]
    blocks = f"blocks of {counted(len(times), 'snapshot')}"
    note = f"{len(zones)} zones of Tecplot are "
    note += "one snapshot each" if len(times) == len(zones) else blocks
    found = abreast((f"{path}, time {t}", part) for t, part in zip(times, parts, strict=True))
    return found._replace(notes=(note, *found.notes))


def _snapshot(path: Path, names: Sequence[str], zones: Sequence[Zone], key: str | None) -> Contents:
    """Return the snapshot in the zones of one time, one below the other."""
    time = zones[0].time
    rows = [row for zone in zones for row in zone.rows]
    where = f"{path}" if time is None else f"{path}, time {time}"
    table: Table = numbers(where, point_text(names, time, rows))
    contents = contents_of_table(path, table, key)
    _require_places_once(where, contents, [len(zone.rows) for zone in zones])
    return contents


def _require_places_once(where: str, contents: Contents, sizes: Sequence[int]) -> None:
    """Raise DataError if two zones of one time, of ``sizes`` nodes, have the same places."""
    if "x" not in contents.fields:
        return
    ends = np.cumsum(sizes)[:-1]
    places = [x.tobytes() for x in np.split(contents.fields["x"], ends, axis=1)]
    if len(set(places)) < len(places):
        raise DataError(
            f"{where}: two zones of Tecplot hold the same places: write a SOLUTIONTIME for each "
            "time, and each place once"
        )


def _zones(where: str, text: str) -> tuple[list[str], list[Zone]]:
    """Return the names of the variables, and all zones of a file."""
    lines = [line for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"]
    starts = [k for k, line in enumerate(lines) if ZONE.match(line)]
    names = variables_of(where, "\n".join(lines[: starts[0]]))
    zones: list[Zone] = []
    for k, (start, stop) in enumerate(pairwise([*starts, len(lines)]), 1):
        zones.append(_zone(f"{where}, zone {k}", lines[start:stop], names, zones))
    return names, zones


def _zone(where: str, lines: Sequence[str], names: Sequence[str], before: Sequence[Zone]) -> Zone:
    """Return a zone with the variables that it shares with those before it."""
    first = next((k for k, line in enumerate(lines) if NUMBERS.match(line)), len(lines))
    head = "\n".join(lines[:first])
    shared = dict(_shared(where, head, before))
    own = [name for j, name in enumerate(names) if j not in shared]
    plain = ELEMENTS.sub("", head) if SHARES_ELEMENTS.search(head) else head
    rows = rows_of_zone(where, SHARED.sub("", plain), own, "\n".join(lines[first:]))
    return Zone(_with_shared(where, rows, len(names), shared), time_in(where, head))


def _shared(where: str, head: str, before: Sequence[Zone]) -> Iterator[tuple[int, Zone]]:
    """Yield the numbers of the variables that a zone shares, from 0, and their zones."""
    for listed, zone in LIST.findall(match[1] if (match := SHARED.search(head)) else ""):
        if not 0 < int(zone) <= len(before):
            raise DataError(f"{where} shares variables of zone {zone}, which is not before it")
        for part in listed.replace(" ", "").split(","):
            low, _, high = part.partition("-")
            yield from ((j, before[int(zone) - 1]) for j in range(int(low) - 1, int(high or low)))


def _with_shared(
    where: str, rows: list[tuple[str, ...]], count: int, shared: Mapping[int, Zone]
) -> list[tuple[str, ...]]:
    """Return the rows of a zone with the variables of other zones among its own."""
    own = iter(zip(*rows, strict=True))
    columns = [
        tuple(row[j] for row in shared[j].rows) if j in shared else next(own) for j in range(count)
    ]
    lengths = sorted({len(column) for column in columns})
    if len(lengths) > 1:
        raise DataError(
            f"{where} has {lengths[0]} and {lengths[-1]} nodes: it shares variables of another zone"
        )
    return list(zip(*columns, strict=True))
