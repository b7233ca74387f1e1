"""Matrices in files of the user, which need not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import StorageError
from mornet.storage import files, hdf5
from mornet.storage.results import MAX_BYTES, Name, blaming


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
        with blaming(path, "check where it comes from"):
            if key is not None:
                raise StorageError(f"a .npy file holds one array, so leave out the key {key!r}")
            mapped = np.load(path, mmap_mode="r", allow_pickle=False)
            if mapped.ndim != 2 or mapped.dtype.kind not in "iuf":
                raise StorageError(f"holds {mapped.dtype} {mapped.shape}: it is not a real matrix")
        yield mapped
        return
    with blaming(path, "check where it comes from"):
        files.check(path)
        reader = hdf5.Reader(path, max_bytes)
    with reader:
        with blaming(path, "check where it comes from"):
            matrix = reader.matrix(key)
        yield matrix
