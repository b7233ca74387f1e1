"""The formats of files: each is a function of a path and a key that returns `Contents`.

A format is a function in a file of its own and a line in `READERS`. `mornet.storage` reads HDF5: it
alone touches h5py. A reader is imported when its suffix is asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import CONTROLS, MornetError, OptionError, StorageError, in_print
from mornet.lazy import Lazy
from mornet.snapshots.formats.contents import Contents

_TEXT = Lazy("mornet.snapshots.formats.text_tables.read_table")
_HDF5 = Lazy("mornet.storage.contents.read_hdf5")
_NETCDF = Lazy("mornet.storage.contents.read_netcdf")
_ZARR = Lazy("mornet.snapshots.formats.zarr_arrays.read_zarr")
_RUNS = Lazy("mornet.storage.contents.runs_in_hdf5")
LABELLED = (_NETCDF, _ZARR)  # their axes have names
_MESH = Lazy("mornet.snapshots.formats.meshes.read_mesh")

READERS: dict[str, Lazy] = {
    ".npy": Lazy("mornet.snapshots.formats.numpy_files.read_npy"),
    ".npz": Lazy("mornet.snapshots.formats.numpy_files.read_npz"),
    ".csv": _TEXT,
    ".tsv": _TEXT,
    ".txt": _TEXT,
    ".dat": _TEXT,
    ".tec": _TEXT,
    ".plt": _TEXT,
    ".h5": _HDF5,
    ".hdf5": _HDF5,
    ".mat": Lazy("mornet.storage.matlab_snapshots.read_mat"),
    ".nc": _NETCDF,
    ".nc4": _NETCDF,
    ".cdf": _NETCDF,
    ".zarr": _ZARR,
    ".vtu": _MESH,
    ".pvtu": _MESH,
    ".vtk": _MESH,
    ".vtp": _MESH,
    ".xdmf": _MESH,
    ".xmf": _MESH,
    ".pvd": Lazy("mornet.snapshots.formats.meshes.read_pvd"),
    ".mtx": Lazy("mornet.snapshots.formats.matrix_market.read_mtx"),
}
PACKED = (".gz", ".bz2", ".xz")  # a suffix after that of a format of text


def suffix_of(path: Path) -> str:
    """Return the suffix that names the format, in small letters: ".csv" for "U.CSV.gz"."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    return "".join(suffixes[-2:-1] if suffixes[-1:] and suffixes[-1] in PACKED else suffixes[-1:])


def is_table(path: Path) -> bool:
    """Return whether a file is a table in text, which may have headings."""
    return READERS.get(suffix_of(path)) is _TEXT


def read_contents(path: Any, key: str | None = None, axes: str | None = None) -> Contents:
    """Return what the reader of the suffix finds under ``key``.

    A list of files, a folder and a pattern are read as a series. ``path`` may also be an array, see
    `mornet.snapshots.formats.objects`.

    ``axes`` are those that the caller states for the array in each file of a series.

    Raises OptionError for an unknown suffix or key, StorageError for a file that cannot be read,
    DataError for contents that are refused.
    """
    from mornet.snapshots.formats.members import is_series
    from mornet.snapshots.formats.objects import contents_of, is_place
    from mornet.snapshots.formats.series import read_runs, read_series

    if not is_place(path):
        found = contents_of(path, key, axes)
        return found._replace(array=_filled(found.array))
    for one in path if isinstance(path, list | tuple) else [path]:
        _require_printable(one)
    if is_series(path):
        return read_series(path, key, axes)
    require_file(Path(path))
    _require_content(Path(path))
    suffix = suffix_of(path)
    if suffix not in READERS:
        raise OptionError(f"{path}: no reader for {suffix!r}; there are {', '.join(READERS)}")
    try:
        if READERS[suffix] is _HDF5 and (runs := _RUNS.load()(path, key)):
            return read_runs(path, runs, axes)
        contents: Contents = READERS[suffix].load()(path, key)
    except MornetError:
        raise
    except FileNotFoundError:
        raise StorageError(f"{path}: there is no such file") from None
    except MemoryError:
        raise StorageError(f"{path} declares more numbers than memory holds") from None
    except Exception as error:  # libraries raise all sorts of them for damaged files
        problem = str(error) if isinstance(error, OSError | ValueError) else repr(error)
        raise StorageError(f"{path} cannot be read as {suffix}: {problem}") from error
    return contents._replace(array=_filled(contents.array))


def _require_printable(path: Any) -> None:
    """Raise OptionError for a name that would break lines of reports and of study files."""
    if CONTROLS.search(str(path)):
        raise OptionError(
            f"{in_print(str(path))} has a line break, or another control character, in its name: "
            "rename the file or folder"
        )


def _require_content(path: Path) -> None:
    """Raise StorageError for a file without a byte; readers have other words for it each."""
    if path.is_file() and path.stat().st_size == 0:
        raise StorageError(f"{path} is empty, so that it holds no snapshots: write it again")


def require_file(path: Path) -> None:
    """Raise StorageError for a pipe or a device, whose end may never come."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise StorageError(
            f"{path} is a pipe or a device: write the snapshots into a file, and read that"
        )


def place_of(words: str, path: Path | None = None) -> tuple[Path, str | None]:
    """Return the file and the key that ``words`` mean: a file, ``FILE:KEY``, or a key in ``path``.

    The file, or folder, is the longest part before a colon that exists, or that has the suffix of a
    format. Keys may hold colons. Raises StorageError for a pipe or a device.
    """
    parts = words.split(":")
    for stop in range(len(parts), 0, -1):
        file, key = Path(":".join(parts[:stop])), ":".join(parts[stop:])
        folder = file.is_dir() and (key or path is None)
        if file.exists() and (file.is_file() or folder or suffix_of(file) in READERS):
            require_file(file)
            return file, key or None
    for stop in range(1, len(parts) + 1):
        file, key = Path(":".join(parts[:stop])), ":".join(parts[stop:])
        if suffix_of(file) in READERS:
            return file, key or None
    return (Path(words), None) if path is None else (path, words)


def _filled(array: Any) -> Any:
    """Return an array in which missing entries are NaN instead of masked."""
    if not np.ma.is_masked(array):
        return np.ma.getdata(array) if isinstance(array, np.ma.MaskedArray) else array
    if array.dtype.kind not in "biuf":
        return array
    return array.astype(float).filled(np.nan)


def files_at(words: str) -> list[Path]:
    """Return the files that ``words`` mean: a file, ``FILE:KEY``, a folder, or a pattern.

    Those that a collection of ParaView names come with it.
    """
    from mornet.snapshots.formats.members import is_series, members

    path = place_of(words)[0]
    files = [member.path for member in members(path)] if is_series(path) else [path]
    return [one for file in files for one in (file, *_named_by(file))]


def _named_by(file: Path) -> list[Path]:
    """Return the files that a collection of ParaView, or of pieces, names; none for another one."""
    if not file.is_file() or suffix_of(file) not in (".pvd", ".pvtu"):
        return []
    from mornet.snapshots.formats.meshes import files_of_collection
    from mornet.snapshots.formats.vtu_pieces import pieces_of

    if suffix_of(file) == ".pvtu":
        return pieces_of(file)
    return [one for named in files_of_collection(file) for one in (named, *_named_by(named))]


def readers() -> tuple[str, ...]:
    """Return the modules of all readers."""
    return tuple(dict.fromkeys(lazy.module for lazy in READERS.values()))
