"""Legacy VTK files without cells, or with surfaces (POLYDATA), which meshio does not read."""

from __future__ import annotations

import re

import numpy as np

VERTEX = 1  # the type of a cell that is one point, as VTK counts
HEAD = re.compile(
    rb"# vtk DataFile Version [\d.]+(\s*\n.*?\n(ASCII|BINARY)\s*\nDATASET )"
    rb"(UNSTRUCTURED_GRID|POLYDATA)(\s.*?\bPOINTS (\d+) (float|double)\s*?\n)",
    re.DOTALL,
)
ITEM_SIZE = {b"float": 4, b"double": 8}
NUMBERS = rb"([-+.\deEnaNif\s]*)"
BEHIND = {  # what may stand between the numbers of points and their fields
    b"UNSTRUCTURED_GRID": re.compile(NUMBERS + rb"(METADATA.*?)?(CELLS [01] 0\b.*)?", re.DOTALL),
    b"POLYDATA": re.compile(NUMBERS + rb".*", re.DOTALL),
}


def vertices_added(content: bytes) -> bytes | None:
    """Return a file of points whose points have no cells with a vertex at each of them.

    The surfaces of POLYDATA are left out. None stands for a file that has cells, for one without
    fields of points, and for another form.
    """
    head = HEAD.match(content)
    if head is None:
        return None
    n, binary = int(head[5]), head[2] == b"BINARY"
    end = head.end() + (3 * n * ITEM_SIZE[head[6]] if binary else 0)
    fields = content.find(b"POINT_DATA", end)
    behind = BEHIND[head[3]].fullmatch(content[end : max(fields, end)])
    if fields < 0 or behind is None:
        return None
    start = b"# vtk DataFile Version 3.0" + head[1] + b"UNSTRUCTURED_GRID" + head[4]
    points = content[head.end() : end] + behind[1] + b"\n"
    return start + points + _vertices(n, binary=binary) + _of_points(content[fields:])


def _vertices(n: int, *, binary: bool) -> bytes:
    """Return the sections of ``n`` cells, each of which is a point."""
    cells = np.stack([np.ones(n), np.arange(n)], axis=1)
    types = np.full(n, VERTEX)
    arrays = [_written(array, binary=binary) for array in (cells, types)]
    return b"CELLS %d %d\n%b\nCELL_TYPES %d\n%b\n" % (n, 2 * n, arrays[0], n, arrays[1])


def _written(array: np.ndarray, *, binary: bool) -> bytes:
    return array.astype(">i4").tobytes() if binary else b" ".join(b"%d" % k for k in array.flat)


def _of_points(fields: bytes) -> bytes:
    """Return the fields of points without those of cells behind them."""
    return fields.partition(b"\nCELL_DATA ")[0] + b"\n"
