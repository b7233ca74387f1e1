"""Snapshots in MATLAB's .mat files: v5 to v7 through SciPy, v7.3 as HDF5."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io.matlab import MatlabOpaque

from mornet.errors import OptionError
from mornet.snapshots.formats.archive import Entry, choose
from mornet.snapshots.formats.contents import IN_WORDS, Contents, in_words
from mornet.storage.contents import lost_note, read_hdf5
from mornet.storage.files import is_hdf5
from mornet.storage.matlab_files import objects
from mornet.storage.matlab_files import read_mat as read_variables


def read_mat(path: Path, key: str | None) -> Contents:
    """Return the array ``key`` of a .mat file; fields of structures are STRUCT.FIELD.

    Raises StorageError for what is no .mat file, OptionError for an unknown key, and what
    `read_hdf5` raises for v7.3.
    """
    if is_hdf5(path):
        return read_hdf5(path, None if key is None else key.replace(".", "/"))
    stored = read_variables(path)
    lost = objects(path) if isinstance(stored.pop("None", None), MatlabOpaque) else []
    variables = dict(_inside(stored))
    arrays = {n: of for n, of in variables.items() if hasattr(of, "tocoo") or _is_numeric(of)}
    arrays |= _words(variables, key)
    entries = [Entry(name, value.shape) for name, value in arrays.items()]
    if not entries or (key is None and _has_cells(variables) and all(e.field for e in entries)):
        raise OptionError(
            f"{path} holds no array of snapshots. Cells and arrays of structures are not read: in "
            "MATLAB, U = cat(2, C{:}) or U = [S.u] makes a matrix of them"
        )
    name = None if key is None else key.replace("/", ".")
    found = choose(str(path), name, entries, arrays.get)
    return found._replace(notes=(*found.notes, *map(lost_note, lost)))


def _words(variables: Any, key: str | None) -> dict[str, Any]:
    """Return lines of text, and cells of them, that are ``key``, or whose names mean a field."""
    found = {name: _lines(value) for name, value in variables.items()}
    wanted = {n for n in found if n == key or n.rpartition(".")[2].lower() in IN_WORDS}
    return {name: words for name, words in found.items() if name in wanted and words is not None}


def _lines(value: Any) -> Any:
    """Return lines of text, or a cell of them, as one array of words; None for other values."""
    if value.dtype.kind == "U":
        return in_words(np.ravel(value))
    cells = np.ravel(value) if value.dtype == object else ()
    texts = [cell for cell in cells if getattr(cell, "dtype", value.dtype).kind == "U"]
    one = len(texts) == len(cells) > 0 and all(text.size == 1 for text in texts)
    return in_words(np.array([text.item() for text in texts])) if one else None


def _has_cells(variables: Any) -> bool:
    """Return whether a variable is a cell, or an array of structures."""
    kinds = ((value.dtype, value.size) for value in variables.values())
    return any(dtype.kind == "O" or (dtype.names and size > 1) for dtype, size in kinds)


def _inside(variables: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield all variables with their names, those in structures included."""
    for name, value in variables.items():
        if value.dtype.names and value.size == 1:
            record = np.ravel(value)[0]
            inside = {field: record[field] for field in value.dtype.names}
            yield from _inside(inside, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _is_numeric(value: Any) -> bool:
    return value.dtype.names is None and value.dtype.kind in "biufc"
