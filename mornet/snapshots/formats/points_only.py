"""Meshes of VTK whose points have no cells, or surfaces, which meshio does not read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from mornet.snapshots.formats.legacy_points import VERTEX, vertices_added


def with_vertices(path: Path, read: Callable[[Path], Any]) -> Any:
    """Return what ``read`` makes of a file whose points have no cells: each becomes one.

    Pieces without points are left out. Of surfaces (.vtp) the points and their fields are read.
    None stands for a file that has cells, or of another format.
    """
    suffix = path.suffix.lower()
    found = {".vtk": _legacy, ".vtu": _in_xml, ".vtp": _in_xml}.get(suffix, lambda _: None)(path)
    if found is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        place = (Path(folder) / "points").with_suffix(".vtk" if suffix == ".vtk" else ".vtu")
        place.write_bytes(found)
        return read(place)


def _legacy(path: Path) -> bytes | None:
    return vertices_added(path.read_bytes())


def _in_xml(path: Path) -> bytes | None:
    """Return a file of points in XML with a vertex at each of them; None for one with cells."""
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError:
        return None
    for surface in root.findall("PolyData"):
        surface.tag = "UnstructuredGrid"
        root.set("type", surface.tag)
    pieces = list(root.iter("Piece"))
    bare = [piece for piece in pieces if piece.get("NumberOfCells", "0").strip() == "0"]
    if not bare:
        return None
    for piece in bare:
        _add_vertices(piece)
    for grid in root.iter("UnstructuredGrid"):
        for piece in [one for one in bare if one in list(grid) and _points(one) == 0]:
            grid.remove(piece)
    return ElementTree.tostring(root)


def _points(piece: Any) -> int:
    return int(piece.get("NumberOfPoints", "0"))


def _add_vertices(piece: Any) -> None:
    """Give a piece without cells a vertex at each of its points."""
    n = _points(piece)
    for name in ("Cells", "CellData", "Verts", "Lines", "Strips", "Polys"):
        for child in piece.findall(name):
            piece.remove(child)
    piece.set("NumberOfCells", str(n))
    cells = ElementTree.SubElement(piece, "Cells")
    arrays = {"connectivity": np.arange(n), "offsets": np.arange(1, n + 1)}
    for name, numbers in (*arrays.items(), ("types", np.full(n, VERTEX))):
        array = ElementTree.SubElement(cells, "DataArray", type="Int64", Name=name, format="ascii")
        array.text = " ".join(map(str, numbers))
