"""Arrays in memory as snapshots: of NumPy, xarray and pandas, lists, and mappings of arrays."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mornet.checks import real_array
from mornet.errors import DataError, OptionError, counted
from mornet.snapshots.formats.archive import Entry, choose
from mornet.snapshots.formats.contents import Contents
from mornet.snapshots.formats.frames import is_frame, of_frame
from mornet.snapshots.formats.labelled import of_dataset, of_labelled
from mornet.snapshots.formats.series import read_parts

NAME = "snapshots"  # of what has no file


def is_place(source: Any) -> bool:
    """Return whether ``source`` names files, and is no array."""
    if isinstance(source, list | tuple):
        return len(source) > 0 and all(isinstance(one, str | os.PathLike) for one in source)
    return isinstance(source, str | os.PathLike)


def contents_of(source: Any, key: str | None, axes: str | None = None) -> Contents:
    """Return an array in memory, or the array ``key`` of a mapping or of an xarray Dataset.

    A list of labelled arrays, Datasets, mappings or DataFrames is read as a series, in its order;
    ``axes`` are then those of each of them. Masked entries are missing entries. Raises DataError
    for what is no array of real numbers, OptionError for a key that is missing or unknown.
    """
    if _is_list_of_labelled(source):
        found = read_parts([_one_of(source, k, key) for k in range(len(source))], axes)
        note = f"a list of {counted(len(source), 'entry')} is read as files are, in its order"
        return found._replace(notes=(note, *found.notes))
    if hasattr(source, "data_vars"):
        return of_dataset(NAME, source, key)
    if isinstance(source, Mapping):
        return _of_mapping(source, key)
    if is_frame(source):
        return of_frame(NAME, source, key)
    if key is not None:
        raise DataError(f"an array has no key, so leave out key {key!r}")
    if hasattr(source, "dims") and hasattr(source, "coords"):
        return of_labelled(NAME, source)
    if isinstance(source, np.ma.MaskedArray):
        return Contents(source)
    return Contents(real_array(NAME, source))


def _is_list_of_labelled(source: Any) -> bool:
    """Return whether ``source`` is a list of what has labels, and is no plain array."""
    if not isinstance(source, list | tuple) or not source:
        return False
    return all(hasattr(one, "dims") or is_frame(one) or isinstance(one, Mapping) for one in source)


def _one_of(source: Sequence[Any], k: int, key: str | None) -> tuple[str, Contents]:
    """Return the name and the contents of entry ``k`` of a list."""
    where = f"{NAME}[{k}]"
    try:
        found = contents_of(source[k], key)
    except (DataError, OptionError) as error:
        raise type(error)(f"{where}: {error}") from None
    return where, found


def _of_mapping(source: Mapping[Any, Any], key: str | None) -> Contents:
    """Return the array ``key`` of a mapping, with the arrays beside it.

    What the axes of a labelled array say is kept.
    """
    own = {str(name): _named(str(name), value) for name, value in source.items()}
    entries = [
        Entry(name, np.shape(of.array), tuple(of.axes.split()) if of.axes else None)
        for name, of in own.items()
    ]
    found = choose(NAME, key, entries, lambda name: own[name].array)
    return _with_own(found, own[found.name or ""])


def _named(name: str, value: Any) -> Contents:
    """Return one array of a mapping; a labelled matrix comes with what its labels say."""
    where = f"{NAME}, array {name!r}"
    if is_frame(value):
        try:
            return of_frame(where, value, None)
        except (DataError, OptionError):  # it may be none of the snapshots
            return Contents(np.asarray(value))
    if hasattr(value, "coords") and hasattr(value, "dims"):
        return of_labelled(where, value) if value.ndim > 1 else Contents(value.values)
    if hasattr(value, "detach"):  # a tensor of PyTorch
        value = value.detach().cpu()
    return Contents(np.asanyarray(value))


def _with_own(found: Contents, own: Contents) -> Contents:
    """Return what is found beside an array, and what the array states itself."""
    return found._replace(
        fields={**own.fields, **found.fields},
        coordinates={**own.coordinates, **found.coordinates},
        units={**own.units, **found.units},
        notes=(*found.notes, *own.notes),
        origin=found.origin or own.origin,
        parameters=found.parameters or own.parameters,
        numbers={**own.numbers, **found.numbers},
    )
