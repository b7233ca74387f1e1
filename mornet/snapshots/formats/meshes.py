"""Fields on meshes: VTK, VTU, XDMF and what else meshio reads; ParaView's collections .pvd."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from mornet.errors import DataError, MornetError, OptionError, StorageError, counted
from mornet.records import Array
from mornet.snapshots.formats.abreast import abreast
from mornet.snapshots.formats.clocks import Times, contradiction
from mornet.snapshots.formats.contents import Contents, chosen_key
from mornet.snapshots.formats.legacy_vtk import time_of
from mornet.snapshots.formats.places import varying
from mornet.snapshots.formats.points_only import with_vertices
from mornet.snapshots.formats.vtu_pieces import pieces_of, united

GHOSTS = "vtkGhostType"  # marks of VTK on points or cells that are copies, or hidden
INSTALL = "pip install 'mornet[mesh]'"


def read_mesh(path: Path, key: str | None) -> Contents:
    """Return the point or cell data ``key`` of a mesh: one snapshot, or all steps of XDMF.

    The components of a vector are one below the other. ``x`` are the points, or the centres of the
    cells. Raises OptionError if meshio is not installed, and for a key that is missing or unknown;
    StorageError for a file that meshio does not read. Of steps it raises what `alike` raises.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    is_series = path.suffix.lower() in (".xdmf", ".xmf")
    steps = _steps(path) if is_series else [_with_time(path, _mesh(path))]
    where = [f"{path}, step {k}" for k in range(len(steps))] if len(steps) > 1 else [str(path)]
    times = [time for time, _ in steps]
    t = {} if None in times else {"t": np.array(times, dtype=float)}
    return abreast(
        ((name, _field(name, mesh, key)) for name, (_, mesh) in zip(where, steps, strict=True)), t
    )


def _with_time(path: Path, mesh: Any) -> tuple[float | None, Any]:
    """Return the time in the field data of a mesh, as VTK writes it, or None, and the mesh."""
    time = np.ravel(mesh.field_data.get("TimeValue", ()))
    return (float(time[0]) if time.size == 1 else time_of(path)), mesh


def read_pvd(path: Path, key: str | None) -> Contents:
    """Return the files of a ParaView collection with their times, one snapshot each.

    Raises what `read_mesh` and `alike` raise; DataError for two files of one time, for files
    without a timestep among others, and for a timestep that the time in its file contradicts.
    """
    entries = _collected(path)
    files = [path.parent / entry["file"] for entry in entries]
    parts = [(file, read_mesh(file, key)) for file in files]
    t = _timesteps(path, entries)
    lost = [file for file, part in parts if "t" not in part.fields]
    note = f"{counted(len(files), 'file')} that the collection names"
    if t:
        _require_times(path, t["t"], parts)
    elif 0 < len(lost) < len(files):
        note += f"; times of {len(files) - len(lost)} are left out, as {lost[0]} states none"
    found = abreast(parts, t)
    return found._replace(notes=(note, *found.notes))


def files_of_collection(path: Path) -> list[Path]:
    """Return the files that a ParaView collection names, in its order."""
    return [path.parent / entry["file"] for entry in _entries(path)]


def _timesteps(path: Path, entries: list[dict[str, str]]) -> dict[str, Array]:
    """Return the times t of all entries; nothing if none has one, DataError if some have none."""
    times = [float(entry.get("timestep", "nan")) for entry in entries]
    bare = [entry for entry, time in zip(entries, times, strict=True) if not np.isfinite(time)]
    if any("timestep" in entry for entry in entries) and bare:
        raise DataError(
            f"{path} names {bare[0]['file']} without a timestep: write a number for each file, or "
            "none at all"
        )
    return {} if bare else {"t": np.array(times)}


def _require_times(path: Path, timesteps: Array, parts: list[tuple[Path, Contents]]) -> None:
    """Raise DataError if the time in a file is not the timestep of the collection."""
    times = [Times(part.fields["t"]) if "t" in part.fields else None for _, part in parts]
    files = [file for file, _ in parts]
    if wrong := contradiction(timesteps, list(zip(files, times, strict=True))):
        timestep, file, time = wrong
        raise DataError(
            f"{path} has the timestep {timestep:g} for {file}, whose TimeValue is "
            f"{time.values[0]:g}: correct one of them, or give the pattern "
            f"{file.parent}/*{file.suffix}, for the times in the files"
        )


def mesh_of(path: Path) -> Any:
    """Return the mesh of a file, of the first step of a series, or of the first file of a .pvd."""
    if path.suffix.lower() == ".pvd":
        path = path.parent / _collected(path)[0]["file"]
    return _steps(path)[0][1] if path.suffix.lower() in (".xdmf", ".xmf") else _mesh(path)


def _collected(path: Path) -> list[dict[str, str]]:
    """Return the entries of a collection, with their files, in the order of time."""
    entries = _entries(path)
    try:
        entries.sort(key=lambda entry: float(entry.get("timestep", "0")))
    except ValueError as error:
        raise DataError(f"{path} has a timestep that is no number: {error}") from None
    for one, other in pairwise(entries):
        if "timestep" in one and float(one["timestep"]) == float(other.get("timestep", "nan")):
            raise DataError(
                f"{path} names {one['file']} and {other['file']} for the time {one['timestep']}: "
                "merge the parts of each time into one file"
            )
    return entries


def _entries(path: Path) -> list[dict[str, str]]:
    """Return the entries of a collection, in its order, whose files are there."""
    try:
        entries = [node.attrib for node in ElementTree.parse(path).iter("DataSet")]
    except ElementTree.ParseError as error:
        raise DataError(f"{path} is no collection of ParaView: {error}") from None
    if not entries or any("file" not in entry for entry in entries):
        raise DataError(f"{path} names no files")
    if gone := [e["file"] for e in entries if not (path.parent / e["file"]).exists()]:
        raise StorageError(f"{path} names {gone[0]}, but there is no such file")
    return entries


def load_meshio() -> Any:
    """Return the module meshio; raise OptionError if it is not installed."""
    try:
        import meshio
    except ImportError:
        raise OptionError(f"meshes need meshio, which is missing: {INSTALL}") from None
    return meshio


def _mesh(path: Path, problem: str = "") -> Any:
    """Return the mesh in a file; whatever meshio does about a bad file becomes a StorageError.

    ``problem`` is what kept it from being read as a series.
    """
    meshio = load_meshio()
    if path.suffix.lower() == ".pvtu":
        return united(path, [_mesh(file) for file in pieces_of(path)], meshio.Mesh)
    with without_words() as words:
        try:
            return meshio.read(path)
        except (Exception, SystemExit) as error:  # it leaves the process for some files
            problem = problem or _problem(error, words.getvalue())
        with contextlib.suppress(Exception, SystemExit):
            if (mesh := with_vertices(path, meshio.read)) is not None:
                return mesh
    raise StorageError(f"{path} cannot be read by meshio ({problem}): check where it comes from")


def _problem(error: BaseException, words: str) -> str:
    """Return what is wrong with a file; where meshio leaves the process, it has printed that."""
    if isinstance(error, AttributeError | IndexError):  # of an array without entries
        return "an array is empty; a mesh without cells needs a vertex as the cell of each point"
    if isinstance(error, SystemExit):
        return " ".join(words.split()).rstrip(".") or "it is of no form that meshio knows"
    return f"{type(error).__name__}: {error}"


def _steps(path: Path) -> list[tuple[float | None, Any]]:
    """Return the times and meshes of a series in XDMF, or its only mesh."""
    meshio = load_meshio()
    found: list[tuple[float | None, Any]] = []
    count, problem = 0, ""
    with without_words():
        try:
            with meshio.xdmf.TimeSeriesReader(path) as reader:
                count = len(reader.collection)
                points, cells = reader.read_points_cells()
                for k, grid in enumerate(reader.collection):
                    if grid.find("Geometry/DataItem") is not None:  # a mesh of its own
                        reader.mesh_grid = grid
                        points, cells = reader.read_points_cells()
                    time, point_data, cell_data = reader.read_data(k)
                    found.append((time, meshio.Mesh(points, cells, point_data, cell_data)))
        except MornetError:
            raise
        except (Exception, SystemExit) as error:  # one step without a time is no series
            said = str(error) or "a Time, or its fields on points or cells, are missing"
            problem = f"step {len(found)}: {said}" if count > 1 else ""
            found = []
    return found or [(None, _mesh(path, problem))]


@contextlib.contextmanager
def without_words() -> Any:
    """Keep what meshio prints from the terminal; yield the stream of what is no warning."""
    words = io.StringIO()
    with contextlib.redirect_stdout(words), contextlib.redirect_stderr(io.StringIO()):
        yield words


def _field(where: str, mesh: Any, key: str | None) -> Contents:
    """Return one snapshot (n, 1), the name of its field and the places (d, n) of its dofs.

    A field of the points and one of the cells that have one name are "point NAME" and "cell NAME".
    """
    of_points, of_cells = fields_of_mesh(mesh)
    both = {**of_points, **of_cells}
    numeric = {n: v for n, v in both.items() if v.dtype.kind in "iuf" and n != GHOSTS}
    wide = [name for name, values in numeric.items() if values.dtype.kind == "f"]
    name = chosen_key(where, key, list(numeric), wide or list(numeric))
    values = numeric[name]
    notes = _ghosts_note(len(values), both)
    points = np.asarray(mesh.points, dtype=float)
    if name in of_cells:
        blocks = [points[block.data].mean(axis=1) for block in mesh.cells]
        points = np.concatenate(blocks)
    x = varying(points.T)
    parts = values.reshape(len(values), -1).T  # the components
    column = parts.astype(float).reshape(-1, 1)
    x = np.tile(x, len(parts))
    return Contents(column, "dof sample", {"x": x}, notes=tuple(notes), name=name)


def fields_of_mesh(mesh: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields of the points and those of the cells, each under a name of its own."""
    of_points = {name: np.asarray(values) for name, values in mesh.point_data.items()}
    of_cells = {
        name: np.concatenate([np.asarray(block) for block in blocks])
        for name, blocks in mesh.cell_data.items()
    }
    shared = of_points.keys() & of_cells.keys() - {GHOSTS}
    return (
        {f"point {n}" if n in shared else n: values for n, values in of_points.items()},
        {f"cell {n}" if n in shared else n: v for n, v in of_cells.items() if v.size},
    )


def _ghosts_note(n: int, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield a note on points or cells that repeat those of another part, or are hidden."""
    ghosts = fields.get(GHOSTS, np.zeros(0))
    count = int(np.count_nonzero(ghosts))
    if count and len(ghosts) == n:
        yield (
            f"{count} of {n} dofs are marked in {GHOSTS}, as copies of another part or hidden, and "
            "are read as others: leave them out in ParaView, by the filter Clean or Threshold"
        )
