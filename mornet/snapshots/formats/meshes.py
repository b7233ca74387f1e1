"""Fields on meshes: VTK, VTU, XDMF and what else meshio reads; ParaView's collections .pvd."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from mornet.errors import DataError, MornetError, OptionError, StorageError, counted
from mornet.records import Array
from mornet.snapshots.formats.contents import Contents, chosen_key

INSTALL = "pip install 'mornet[mesh]'"


def read_mesh(path: Path, key: str | None) -> Contents:
    """Return the point or cell data ``key`` of a mesh: one snapshot, or all steps of XDMF.

    The components of a vector are one below the other. ``x`` are the points, or the centres of the
    cells. Raises OptionError if meshio is not installed, and for a key that is missing or unknown;
    StorageError for a file that meshio does not read.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    steps = _steps(path) if path.suffix.lower() in (".xdmf", ".xmf") else [(None, _mesh(path))]
    columns, times, x, name = [], [], None, key
    for time, mesh in steps:
        name, column, places = _field(path, mesh, key)
        columns.append(column)
        times.append(time)
        x = places if x is None else x
    fields: dict[str, Any] = {"x": x}
    if all(time is not None for time in times):
        fields["t"] = np.array(times, dtype=float)
    return Contents(np.column_stack(columns), "dof sample", fields, name=name)


def read_pvd(path: Path, key: str | None) -> Contents:
    """Return the files of a ParaView collection with their times, one snapshot each."""
    entries = _collected(path)
    parts = [read_mesh(path.parent / entry["file"], key) for entry in entries]
    shapes = {np.shape(part.array) for part in parts}
    if len(shapes) > 1:
        raise DataError(f"{path} names files with other numbers of dofs: {sorted(shapes)}")
    times = np.array([float(entry.get("timestep", "nan")) for entry in entries])
    t = {"t": times} if np.isfinite(times).all() else {}
    note = f"{counted(len(parts), 'file')} that the collection names"
    array = np.hstack([part.array for part in parts])
    return Contents(
        array, "dof sample", {**parts[0].fields, **t}, notes=(note,), name=parts[0].name
    )


def mesh_of(path: Path) -> Any:
    """Return the mesh of a file, of the first step of a series, or of the first file of a .pvd."""
    if path.suffix.lower() == ".pvd":
        path = path.parent / _collected(path)[0]["file"]
    return _steps(path)[0][1] if path.suffix.lower() in (".xdmf", ".xmf") else _mesh(path)


def _collected(path: Path) -> list[dict[str, str]]:
    """Return the entries of a collection, with their files, in the order of time."""
    try:
        entries = [node.attrib for node in ElementTree.parse(path).iter("DataSet")]
    except ElementTree.ParseError as error:
        raise DataError(f"{path} is no collection of ParaView: {error}") from None
    if not entries or any("file" not in entry for entry in entries):
        raise DataError(f"{path} names no files")
    if gone := [e["file"] for e in entries if not (path.parent / e["file"]).exists()]:
        raise StorageError(f"{path} names {gone[0]}, but there is no such file")
    try:
        return sorted(entries, key=lambda entry: float(entry.get("timestep", "0")))
    except ValueError as error:
        raise DataError(f"{path} has a timestep that is no number: {error}") from None


def load_meshio() -> Any:
    """Return the module meshio; raise OptionError if it is not installed."""
    try:
        import meshio
    except ImportError:
        raise OptionError(f"meshes need meshio, which is missing: {INSTALL}") from None
    return meshio


def _mesh(path: Path) -> Any:
    """Return the mesh in a file; whatever meshio does about a bad file becomes a StorageError."""
    meshio = load_meshio()
    with without_words():
        try:
            return meshio.read(path)
        except (Exception, SystemExit) as error:  # it leaves the process for some files
            problem = f"{type(error).__name__}: {error}"
    raise StorageError(f"{path} cannot be read by meshio ({problem}): check where it comes from")


def _steps(path: Path) -> list[tuple[float | None, Any]]:
    """Return the times and meshes of a series in XDMF, or its only mesh."""
    meshio = load_meshio()
    found: list[tuple[float | None, Any]] = []
    with without_words():
        try:
            with meshio.xdmf.TimeSeriesReader(path) as reader:
                points, cells = reader.read_points_cells()
                for k in range(reader.num_steps):
                    time, point_data, cell_data = reader.read_data(k)
                    found.append((time, meshio.Mesh(points, cells, point_data, cell_data)))
        except MornetError:
            raise
        except (Exception, SystemExit):  # one step without a time is no series
            found = []
    return found or [(None, _mesh(path))]


@contextlib.contextmanager
def without_words() -> Any:
    """Keep the warnings that meshio prints from the terminal."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _field(path: Path, mesh: Any, key: str | None) -> tuple[str, Array, Array]:
    """Return the name of the field, one snapshot (n,) and the places (d, n) of its dofs."""
    of_points = {name: np.asarray(values) for name, values in mesh.point_data.items()}
    of_cells = {
        name: np.concatenate([np.asarray(block) for block in blocks])
        for name, blocks in mesh.cell_data.items()
    }
    of_cells = {name: values for name, values in of_cells.items() if name not in of_points}
    numeric = {n: v for n, v in {**of_points, **of_cells}.items() if v.dtype.kind in "iuf"}
    wide = [name for name, values in numeric.items() if values.dtype.kind == "f"]
    name = chosen_key(str(path), key, list(numeric), wide or list(numeric))
    values = numeric[name]
    points = np.asarray(mesh.points, dtype=float)
    if name in of_cells:
        blocks = [points[block.data].mean(axis=1) for block in mesh.cells]
        points = np.concatenate(blocks)
    x = np.array([row for row in points.T if np.ptp(row) > 0] or points.T[:1])
    parts = values.reshape(len(values), -1).T  # the components
    return name, parts.astype(float).ravel(), np.tile(x, len(parts))
