"""HDF5 files of the user, as a reader of snapshots."""

from __future__ import annotations

from pathlib import Path

from mornet.snapshots.formats import Contents
from mornet.storage.results import read_array


def read_hdf5(path: Path, key: str | None) -> Contents:
    """Return the dataset ``key`` of an HDF5 file; raises as `read_array` does."""
    return Contents(read_array(path, key))
