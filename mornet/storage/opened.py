"""The snapshots in a file of any format, which need not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import DataError
from mornet.snapshots.files import find
from mornet.snapshots.formats.contents import Contents, is_sample_axis
from mornet.snapshots.formats.labelled import variable_of
from mornet.snapshots.formats.members import is_series
from mornet.snapshots.formats.numpy_files import no_key, require_end
from mornet.snapshots.formats.registry import LABELLED, READERS, suffix_of
from mornet.snapshots.gaps import refuse_gaps, rows_with_numbers
from mornet.snapshots.layout import axes_of
from mornet.storage import files
from mornet.storage.contents import chosen_dataset, require_own, require_states
from mornet.storage.files import is_hdf5
from mornet.storage.foreign import ForeignReader
from mornet.storage.matrices import ADVICE, mapped_npy, open_matrix
from mornet.storage.results import MAX_BYTES, blaming
from mornet.storage.steps import steps_of


@contextmanager
def open_snapshots(
    path: Path,
    key: str | None = None,
    axes: str | None = None,
    *,
    max_bytes: int = MAX_BYTES,
    scaled: bool = False,
) -> Iterator[tuple[Any, str]]:
    """Open the snapshots (n, m) in a file of any format, and say how its axes were found.

    A matrix in HDF5 or .npy is read by slices, see `open_matrix`; other files are read at once.
    ``axes`` are those of `read_snapshots`. Scaled snapshots in a data set of mornet are refused
    unless they may be ``scaled``.

    Raises what `open_matrix` and `read_snapshots` raise; DataError for missing entries.
    """
    known = _without_numbers(path, key, scaled)
    if known is None:
        found = find(path, key=key, axes=axes)
        U, kept = rows_with_numbers(found.source, found.matrix.U)
        if len(kept) < len(found.matrix.U):
            raise DataError(
                f"{path} has {len(found.matrix.U) - len(kept)} rows that are missing in every "
                "snapshot: make a data set of it, which leaves them out"
            )
        refuse_gaps(found.source, U, kept, len(U))
        yield U, found.matrix.notes[-1]
        return
    name, contents = known
    words, why = axes_of(str(path), np.shape(contents.array), contents, axes)
    with open_matrix(path, name, max_bytes=max_bytes) as matrix:
        yield (matrix.T if is_sample_axis(words[0]) else matrix), why


def _without_numbers(
    path: Path, key: str | None, scaled: bool
) -> tuple[str | None, Contents] | None:
    """Return the key of a matrix that can be read by slices, and its shape without numbers."""
    if suffix_of(path) == ".npy" and path.is_file():
        no_key(path, key)
        with blaming(path, ADVICE):
            mapped = mapped_npy(path)
        require_end(path, mapped.offset + mapped.nbytes)
        return None, Contents(np.broadcast_to(0.0, mapped.shape))
    if is_series(path) or not path.is_file() or not is_hdf5(path):
        return None
    if READERS.get(suffix_of(path)) in LABELLED:
        require_own(path)
        name, contents = variable_of(path, key)
        return (name, contents) if np.ndim(contents.array) == 2 else None
    with blaming(path, ADVICE):
        files.check(path)
        reader = ForeignReader(path, MAX_BYTES)
    with reader:
        with blaming(path, ADVICE):
            found = {entry.name: entry for entry in reader.described()}
        if steps_of(path, list(found.values()), key) is not None:
            return None
        loaded: list[str] = []

        def load(name: str) -> Any:
            loaded.append(name)
            if len(loaded) == 1:  # the snapshots themselves
                return np.broadcast_to(0.0, found[name].shape)
            with blaming(path, ADVICE):
                return reader.array(name)

        contents = chosen_dataset(path, reader, list(found.values()), key, load)
        if not scaled:
            require_states(path, reader, loaded[0])
        return (loaded[0], contents) if np.ndim(contents.array) == 2 else None
