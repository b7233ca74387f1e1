"""Modes and reconstructions as fields on the mesh of the snapshots, or on points, for ParaView.

Each degree of freedom has a field, a place (a point or a cell) and a component: an array over
degrees of freedom becomes one array (N, k) over N places for each field of k components and each
column. Places without a degree of freedom, such as land, are NaN.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import OptionError, ShapeError, StorageError
from mornet.records import Array, Indices
from mornet.snapshots import DataSet
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.formats.meshes import fields_of_mesh, load_meshio, mesh_of, without_words
from mornet.storage.tree import Leaf

SUFFIXES = (".vtu", ".vtk")
OF_STEPS = ".pvd"  # names a file for each snapshot
READ = (".vtu", ".pvtu", ".vtk", ".vtp", ".xdmf", ".xmf", OF_STEPS)


@dataclass(frozen=True, eq=False)
class Ground:
    """A mesh, and where each of the n degrees of freedom stands on it.

    ``names`` are those of the fields; ``field``, ``place`` and ``component`` (n,) are numbers.
    ``of_cells`` says that places are cells, not points; there are ``size`` of them.
    """

    mesh: Any
    of_cells: bool
    size: int
    names: tuple[str, ...]
    field: Indices
    place: Indices
    component: Indices


def on_mesh(path: Path, data: DataSet) -> Ground:
    """Return the ground of the snapshots ``data`` on the mesh in the file ``path``.

    Raises ShapeError if a field fits neither the points nor the cells of the mesh, StorageError if
    the file cannot be read, OptionError if meshio is not installed.
    """
    if not path.is_file():
        raise StorageError(f"{path}: there is no such mesh")
    mesh, layout = mesh_of(path), data.layout or DofLayout.plain(data.train.n)
    sizes = np.diff([*layout.first, layout.rows])
    of_cells, size = _places(path, mesh, sizes, layout.field)
    row = layout.row - layout.first[layout.of_field]
    return Ground(mesh, of_cells, size, layout.field, layout.of_field, row % size, row // size)


def on_points(data: DataSet) -> Ground:
    """Return the ground of the snapshots ``data`` on their coordinates x, of one to three axes.

    Degrees of freedom of one field at the same place are components. Rows that were left out have
    no coordinates, and no point. Raises OptionError for more than three axes.
    """
    x, layout = data.train.x, data.layout or DofLayout.plain(data.train.n)
    if len(x) > 3:
        raise OptionError(f"the snapshots have {len(x)} coordinates: ParaView shows at most three")
    points, place = np.unique(x.T, axis=0, return_inverse=True)
    place, field = place.ravel(), layout.of_field
    vertices = [("vertex", np.arange(len(points))[:, None])]
    mesh = load_meshio().Mesh(np.pad(points, ((0, 0), (0, 3 - len(x)))), vertices)
    component = _repeats(field * len(points) + place)
    return Ground(mesh, False, len(points), layout.field, field, place, component)


def is_field(leaf: Leaf) -> bool:
    """Return whether an array lies over degrees of freedom, and is none of their coordinates."""
    return "dof" in leaf.dims and "coordinate" not in leaf.dims


def kept_rows(leaves: Mapping[str, Leaf], data: DataSet) -> dict[str, Leaf]:
    """Return ``leaves`` over the degrees of freedom of ``data`` alone, without rows left out."""
    layout = data.layout or DofLayout.plain(data.train.n)
    return {name: _kept(leaf, layout) for name, leaf in leaves.items()}


def _kept(leaf: Leaf, layout: DofLayout) -> Leaf:
    if "dof" not in leaf.dims or leaf.value.shape[at := leaf.dims.index("dof")] != layout.rows:
        return leaf
    return replace(leaf, value=np.take(leaf.value, layout.row, axis=at))


def mesh_image(suffix: str, leaves: Mapping[str, Leaf], ground: Ground) -> bytes:
    """Return a file of the arrays over degrees of freedom among ``leaves``, as ``suffix`` says.

    The columns of an array NAME are FIELD_NAME_0, FIELD_NAME_1, ... Coordinates are no fields; the
    points of the mesh have them. Raises ShapeError for an array
    of another number of degrees of freedom, OptionError if there is none.
    """
    found: dict[str, Any] = {}
    for name, leaf in leaves.items():
        if is_field(leaf):
            found |= _on_ground(name, leaf, ground)
    if not found:
        raise OptionError(f"{', '.join(leaves)}: none of these arrays is a field on a mesh")
    return _written(suffix, found, ground)


def _on_ground(name: str, leaf: Leaf, ground: Ground) -> dict[str, Array]:
    values = np.moveaxis(leaf.value, leaf.dims.index("dof"), 0)
    if len(values) != len(ground.place):
        raise ShapeError(
            f"{name} has {len(values)} degrees of freedom, the snapshots {len(ground.place)}"
        )
    columns = values.reshape(len(values), -1)
    digits = len(str(columns.shape[1] - 1))
    ends = [f"_{j:0{digits}}" for j in range(columns.shape[1])] if leaf.value.ndim > 1 else [""]
    return {
        f"{field}_{name}{end}": array
        for end, column in zip(ends, columns.T, strict=True)
        for field, array in _fields(column, ground)
    }


def _fields(column: Array, ground: Ground) -> Iterator[tuple[str, Array]]:
    for f, name in enumerate(ground.names):
        own = ground.field == f
        k = int(ground.component[own].max(initial=0)) + 1
        array = np.full((ground.size, k), np.nan)
        array[ground.place[own], ground.component[own]] = column[own]
        yield name, array[:, 0] if k == 1 else array


def _written(suffix: str, found: Mapping[str, Array], ground: Ground) -> bytes:
    meshio, mesh = load_meshio(), ground.mesh
    if ground.of_cells:
        stops = np.cumsum([len(block.data) for block in mesh.cells])[:-1]
        data: Any = {"cell_data": {name: np.split(a, stops) for name, a in found.items()}}
    else:
        data = {"point_data": found}
    out = meshio.Mesh(mesh.points, mesh.cells, **data)
    with tempfile.TemporaryDirectory() as folder, without_words():
        path = os.path.join(folder, f"mesh{suffix}")
        out.write(path)
        return Path(path).read_bytes()


def _places(path: Path, mesh: Any, sizes: Indices, names: tuple[str, ...]) -> tuple[bool, int]:
    """Return whether the places of all fields are cells, and their number."""
    points, cells = len(mesh.points), sum(len(block.data) for block in mesh.cells)
    in_cells = any(name in fields_of_mesh(mesh)[1] for name in names)
    for of_cells in (True, False) if in_cells else (False, True):
        size = cells if of_cells else points
        if size and not np.any(sizes % size):
            return of_cells, size
    raise ShapeError(
        f"{path} has {points} points and {cells} cells, but the fields have "
        f"{', '.join(map(str, sizes))} rows: give the mesh of the snapshots by --mesh"
    )


def _repeats(keys: Indices) -> Indices:
    """Return how often each of ``keys`` (n,) stood before.

    >>> _repeats(np.array([5, 2, 5, 5, 2]))
    array([0, 0, 1, 2, 1])
    """
    order = np.argsort(keys, kind="stable")
    first = np.flatnonzero(np.diff(keys[order], prepend=keys[order][0] - 1))
    within = np.arange(len(keys)) - np.repeat(first, np.diff([*first, len(keys)]))
    return within[np.argsort(order, kind="stable")]
