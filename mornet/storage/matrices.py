"""Matrices in files of the user, which need not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mornet.errors import StorageError
from mornet.snapshots.formats.numpy_files import NO_NPY, begins_as_npy
from mornet.storage import files
from mornet.storage.foreign import ForeignReader
from mornet.storage.results import MAX_BYTES, Name, blaming

ADVICE = "check where it comes from"


@contextmanager
def open_matrix(path: Name, key: str | None = None, *, max_bytes: int = MAX_BYTES) -> Iterator[Any]:
    """Open a matrix in an HDF5 or .npy file, whose rows are read by slices.

    The matrix has ``shape``, ``dtype`` and ``T``, and returns an array for ``[i:j]``. It is a
    memory map of a .npy file or of an HDF5 dataset in one piece, otherwise a `StoredMatrix`. The
    ``key`` of the dataset may be left out if there is only one dataset. The file is closed at the
    end of the context.

    Raises StorageError, which names the file, if the dataset is not a real matrix, has chunks of
    more than ``max_bytes``, lies in another file, or declares numbers that the file does not hold.
    """
    path = Path(path)
    if path.suffix.lower() == ".npy":
        with blaming(path, ADVICE):
            if key is not None:
                raise StorageError(f"a .npy file holds one array, so leave out the key {key!r}")
            mapped = mapped_npy(path)
            if mapped.ndim != 2 or mapped.dtype.kind not in "iuf":
                raise StorageError(f"holds {mapped.dtype} {mapped.shape}: it is not a real matrix")
        yield mapped
        return
    with blaming(path, ADVICE):
        files.check(path)
        if not files.is_hdf5(path):
            raise StorageError(
                "is neither HDF5 nor .npy, which alone are read in blocks: make a data set of it "
                "with `mornet snapshots file`, or save the matrix as .npy"
            )
        reader = ForeignReader(path, max_bytes)
    with reader:
        with blaming(path, ADVICE):
            matrix = reader.matrix(key)
        yield matrix


def mapped_npy(path: Path) -> Any:
    """Return the memory map of a .npy file; NumPy's own words advise to unpickle any other file."""
    with open(path, "rb") as file:
        if not begins_as_npy(file):
            raise StorageError(NO_NPY)
    return np.load(path, mmap_mode="r", allow_pickle=False)


def read_array(path: Name, key: str | None = None, *, max_bytes: int = MAX_BYTES) -> NDArray[Any]:
    """Return the dataset ``key`` of any HDF5 file as its program means it.

    Numbers that netCDF packed are unpacked, and missing entries are masked (a masked array is
    returned only if there are some). Arrays of MATLAB and Octave have their axes in the order of
    these programs. The key may be left out if there is only one dataset. Links inside the file are
    followed. Raises StorageError as `load` does, and for an unknown ``key``; the message lists the
    datasets.
    """
    with blaming(path, ADVICE):
        files.check(Path(path))
        reader = ForeignReader(Path(path), max_bytes)
        with reader:
            return reader.array(key)
