"""Arrays in memory as snapshots: of NumPy, xarray and pandas, lists, and mappings of arrays."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from mornet.checks import real_array
from mornet.errors import DataError
from mornet.snapshots.formats.archive import Entry, choose
from mornet.snapshots.formats.contents import Contents
from mornet.snapshots.formats.labelled import of_array, of_dataset

NAME = "snapshots"  # of what has no file


def is_place(source: Any) -> bool:
    """Return whether ``source`` names files, and is no array."""
    if isinstance(source, list | tuple):
        return len(source) > 0 and all(isinstance(one, str | os.PathLike) for one in source)
    return isinstance(source, str | os.PathLike)


def contents_of(source: Any, key: str | None) -> Contents:
    """Return an array in memory, or the array ``key`` of a mapping or of an xarray Dataset.

    Masked entries are missing entries. Raises DataError for what is no array of real numbers,
    OptionError for a key that is missing or unknown.
    """
    if hasattr(source, "data_vars"):
        return of_dataset(NAME, source, key)
    if hasattr(source, "dims") and hasattr(source, "coords"):
        return of_array(source)
    if isinstance(source, Mapping):
        arrays = {str(name): np.asanyarray(value) for name, value in source.items()}
        entries = [Entry(name, array.shape) for name, array in arrays.items()]
        return choose(NAME, key, entries, arrays.__getitem__)
    if key is not None:
        raise DataError(f"an array has no key, so leave out key {key!r}")
    if isinstance(source, np.ma.MaskedArray):
        return Contents(source)
    return Contents(real_array(NAME, source))
