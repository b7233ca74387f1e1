"""The time in a legacy VTK file, which VTK and VisIt write as field data before the points."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

LOOK = 4096  # bytes in which the field data stands
TIME = re.compile(rb"\b(?:TIME|TimeValue) 1 1 (float|double)\s*?\n")
NUMBER = re.compile(rb"\s*([-+.\deE]+)\s")


def time_of(path: Path) -> float | None:
    """Return the time in the field data of a legacy VTK file; None for other files.

    Binary numbers have their most significant byte first.
    """
    with path.open("rb") as stream:
        start = stream.read(LOOK)
    found = TIME.search(start) if start.startswith(b"# vtk DataFile") else None
    if found is None:
        return None
    return _ascii(start[found.end() :]) if b"\nASCII" in start else _binary(start, found)


def _ascii(rest: bytes) -> float | None:
    number = NUMBER.match(rest)
    return float(number[1]) if number else None


def _binary(start: bytes, found: re.Match[bytes]) -> float | None:
    kind = np.dtype(">f8" if found[1] == b"double" else ">f4")
    stored = start[found.end() : found.end() + kind.itemsize]
    return float(np.frombuffer(stored, kind)[0]) if len(stored) == kind.itemsize else None
