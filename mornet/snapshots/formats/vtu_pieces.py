"""Pieces of one mesh of VTK, each in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from mornet.errors import DataError, StorageError


def pieces_of(path: Path) -> list[Path]:
    """Return the files that a .pvtu file names; StorageError for one that is not there."""
    try:
        nodes = list(ElementTree.parse(path).iter("Piece"))
    except ElementTree.ParseError as error:
        raise DataError(f"{path} is no collection of pieces: {error}") from None
    if not nodes or not all("Source" in node.attrib for node in nodes):
        raise DataError(f"{path} names no files of pieces")
    found = [path.parent / node.attrib["Source"] for node in nodes]
    if other := next((file for file in found if file.suffix.lower() == ".pvtu"), None):
        raise DataError(f"{path} names {other.name}, a collection of pieces: name the pieces alone")
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
