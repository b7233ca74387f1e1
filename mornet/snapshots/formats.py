"""Readers of file formats: each is a function of a path and a key that returns `Contents`.

A format is a function and a line in `READERS`. `mornet.storage` reads HDF5: it alone touches h5py.
A reader is imported when its suffix is asked for.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import DataError, MornetError, OptionError, StorageError
from mornet.lazy import Lazy


class Contents(NamedTuple):
    """What a reader finds in a file: the array asked for, and what the format says about it.

    ``axes`` is "dof sample" or "sample dof" if the format names the axes of the array, otherwise
    None. ``fields`` holds the fields of `FIELDS` that the format gives, by name.
    """

    array: Any
    axes: str | None = None
    fields: Mapping[str, Any] = {}


Reader = Callable[[Path, str | None], Contents]
FIELDS = ("x", "t", "mu", "trajectory", "weights", "inner_product")

READERS: dict[str, Lazy] = {
    ".npy": Lazy("mornet.snapshots.formats.read_npy"),
    ".npz": Lazy("mornet.snapshots.formats.read_npz"),
    ".csv": Lazy("mornet.snapshots.formats.read_csv"),
    ".h5": Lazy("mornet.storage.contents.read_hdf5"),
    ".hdf5": Lazy("mornet.storage.contents.read_hdf5"),
}


def read_contents(path: Path, key: str | None = None) -> Contents:
    """Return what the reader of the suffix finds under ``key``.

    Raises OptionError for an unknown suffix or key, StorageError for a file that cannot be read,
    DataError for contents that are refused.
    """
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise OptionError(f"{path}: no reader for {suffix!r}; there are {', '.join(READERS)}")
    try:
        contents: Contents = READERS[suffix].load()(path, key)
    except MornetError:
        raise
    except FileNotFoundError:
        raise StorageError(f"{path}: there is no such file") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise StorageError(f"{path} cannot be read as {suffix}: {error}") from error
    return contents


def _no_key(path: Path, key: str | None) -> None:
    if key is not None:
        raise OptionError(f"{path}: a {path.suffix} file holds one array, so leave out key {key!r}")


def read_npy(path: Path, key: str | None) -> Contents:
    """Return the array in a .npy file."""
    _no_key(path, key)
    with open(path, "rb") as file:
        return Contents(
            _plain(str(path), lambda: np.lib.format.read_array(file, allow_pickle=False))
        )


def read_npz(path: Path, key: str | None) -> Contents:
    """Return the array ``key`` of a .npz file; the key may be left out if there is only one."""
    with open(path, "rb") as file:
        arrays = np.load(file, allow_pickle=False)
        if isinstance(arrays, np.ndarray):
            raise ValueError("it is one array, not an archive; name it .npy")
        keys = list(arrays)
        if key is None and len(keys) == 1:
            key = keys[0]
        if key is None or key not in keys:
            problem = "give the key of the snapshots" if key is None else f"no array {key!r}"
            raise OptionError(f"{path}: {problem}; there are {', '.join(keys)}")
        return Contents(_plain(f"{path}, array {key!r}", lambda: arrays[key]))


def _plain(where: str, load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        raise DataError(
            f"{where} is pickled or holds Python objects (rows of different length?). Such a file "
            "may run code when it is opened, so it is refused; save a matrix of numbers"
        ) from None


def read_csv(path: Path, key: str | None) -> Contents:
    """Return comma-separated numbers, one row of the matrix a line; '#' starts a comment."""
    _no_key(path, key)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # NumPy only warns of an empty file
        try:
            return Contents(np.loadtxt(path, delimiter=",", ndmin=2))
        except (ValueError, UserWarning) as error:
            raise DataError(
                f"{path}: {error}; each line must hold the same number of real numbers, separated "
                "by commas (start a line of headings with #)"
            ) from None
