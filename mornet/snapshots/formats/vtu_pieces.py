"""Meshes of VTK that meshio does not read alone: points without cells, and pieces in files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from mornet.errors import DataError, StorageError

VERTEX = 1  # the type of a cell that is one point, as VTK counts


def with_vertices(path: Path, read: Callable[[Path], Any]) -> Any:
    """Return what ``read`` makes of a .vtu file whose points have no cells: each becomes one.

    Pieces without points are left out. None stands for a file that has cells, or is no XML.
    """
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError:
        return None
    pieces = list(root.iter("Piece"))
    bare = [piece for piece in pieces if piece.get("NumberOfCells", "0").strip() == "0"]
    if not bare:
        return None
    for piece in bare:
        _add_vertices(piece)
    for grid in root.iter("UnstructuredGrid"):
        for piece in [one for one in bare if one in list(grid) and _points(one) == 0]:
            grid.remove(piece)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "points.vtu"
        ElementTree.ElementTree(root).write(place)
        return read(place)


def _points(piece: Any) -> int:
    return int(piece.get("NumberOfPoints", "0"))


def _add_vertices(piece: Any) -> None:
    """Give a piece without cells a vertex at each of its points."""
    n = _points(piece)
    for name in ("Cells", "CellData"):
        for child in piece.findall(name):
            piece.remove(child)
    piece.set("NumberOfCells", str(n))
    cells = ElementTree.SubElement(piece, "Cells")
    arrays = {"connectivity": np.arange(n), "offsets": np.arange(1, n + 1)}
    for name, numbers in (*arrays.items(), ("types", np.full(n, VERTEX))):
        array = ElementTree.SubElement(cells, "DataArray", type="Int64", Name=name, format="ascii")
        array.text = " ".join(map(str, numbers))


def pieces_of(path: Path) -> list[Path]:
    """Return the files that a .pvtu file names; StorageError for one that is not there."""
    try:
        nodes = list(ElementTree.parse(path).iter("Piece"))
    except ElementTree.ParseError as error:
        raise DataError(f"{path} is no collection of pieces: {error}") from None
    if not nodes or not all("Source" in node.attrib for node in nodes):
        raise DataError(f"{path} names no files of pieces")
    found = [path.parent / node.attrib["Source"] for node in nodes]
    if gone := next((file for file in found if not file.is_file()), None):
        raise StorageError(f"{path} names {gone.name}, but there is no such file")
    return found


def united(path: Path, meshes: Sequence[Any], make: Callable[..., Any]) -> Any:
    """Return the meshes of pieces as one; DataError if they hold other fields.

    ``make`` takes points, cells, fields of the points, and fields of the cells by blocks.
    """
    meshes = [mesh for mesh in meshes if len(mesh.points)] or list(meshes[:1])
    fields = [(sorted(mesh.point_data), sorted(mesh.cell_data)) for mesh in meshes]
    if any(names != fields[0] for names in fields):
        raise DataError(
            f"{path} has pieces with other fields: write the same fields in all of them"
        )
    starts = np.cumsum([0, *(len(mesh.points) for mesh in meshes[:-1])])
    pairs = [(mesh, start) for mesh, start in zip(meshes, starts, strict=True)]
    cells = [(block.type, block.data + start) for mesh, start in pairs for block in mesh.cells]
    of_points, of_cells = fields[0]
    whole = make(
        np.concatenate([mesh.points for mesh in meshes]),
        cells,
        {name: np.concatenate([mesh.point_data[name] for mesh in meshes]) for name in of_points},
        {name: [of for mesh in meshes for of in mesh.cell_data[name]] for name in of_cells},
    )
    whole.field_data = meshes[0].field_data
    return whole
