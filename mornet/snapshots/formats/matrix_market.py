"""Matrices in the Matrix Market format, dense or sparse."""

from __future__ import annotations

from pathlib import Path

from mornet.snapshots.formats.contents import Contents
from mornet.snapshots.formats.numpy_files import no_key


def read_mtx(path: Path, key: str | None) -> Contents:
    """Return the matrix in a .mtx file, which may be packed by gzip or bzip2."""
    from scipy.io import mmread

    no_key(path, key)
    if not path.exists():
        raise FileNotFoundError(path)
    return Contents(mmread(path))
