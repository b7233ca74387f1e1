"""Zarr stores: with names of axes through xarray, without them as plain arrays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import StorageError, counted
from mornet.snapshots.formats.archive import Entry, choose
from mornet.snapshots.formats.contents import Contents
from mornet.snapshots.formats.labelled import read_labelled, stored_bytes
from mornet.snapshots.formats.numpy_files import no_key
from mornet.snapshots.formats.packed import require_honest


def read_zarr(path: Path, key: str | None) -> Contents:
    """Return the array ``key`` of a Zarr store; GROUP/NAME is in a group.

    Raises what `read_labelled` raises; StorageError for what is no store.
    """
    plain = _plain(path)
    if plain is None:
        return read_labelled(path, key)
    if not isinstance(plain, dict):
        no_key(path, key)
        return Contents(_load(path, plain), notes=tuple(unwritten(plain)))
    entries = [Entry(name, of.shape, units=_unit(of)) for name, of in plain.items()]
    found = choose(str(path), key, entries, lambda name: _load(path, plain[name]))
    return found._replace(notes=(*found.notes, *unwritten(plain[found.name or ""])))


def unwritten(array: Any) -> Iterator[str]:
    """Yield a note if chunks are not in a Zarr store, which leaves out what is all fill value."""
    if absent := array.nchunks - array.nchunks_initialized:
        yield (
            f"{counted(absent, 'chunk')} of {array.nchunks} are not in the store: their entries "
            f"are its fill value, {array.fill_value}"
        )


def _plain(path: Path) -> Any:
    """Return the only array of a store, or its arrays by name; None if an array has named axes."""
    try:
        import zarr
    except ImportError:  # `read_labelled` says so
        return None
    if not path.exists():
        raise FileNotFoundError(path)
    try:
        store: Any = zarr.open(path, mode="r")
    except (FileNotFoundError, ValueError) as error:
        raise StorageError(
            f"{path} holds no array and no group of Zarr ({type(error).__name__}): check where it "
            "comes from"
        ) from error
    if not hasattr(store, "members"):
        return store
    arrays = {name: of for name, of in store.members(max_depth=None) if hasattr(of, "shape")}
    return arrays if arrays and not any(map(_has_names, arrays.values())) else None


def _has_names(array: Any) -> bool:
    """Return whether the axes of an array have names, as xarray writes them."""
    stated = getattr(array.metadata, "dimension_names", None)
    return "_ARRAY_DIMENSIONS" in array.attrs or any(stated or ()) or array.shape == ()


def _unit(array: Any) -> str | None:
    unit = array.attrs.get("units")
    return unit if isinstance(unit, str) else None


def _load(path: Path, array: Any) -> Any:
    require_honest(f"{path}, array {array.name!r}", array.nbytes, stored_bytes(path))
    return np.asarray(array[...])
