"""Columns of a table that the caller takes as times or parameters are no part of the state."""

from __future__ import annotations

from collections.abc import Container

import numpy as np

from mornet.snapshots.formats.contents import COLUMN, Contents


def without_columns(contents: Contents, used: Container[str]) -> Contents:
    """Return the contents of a table without the columns whose headings are ``used``.

    A note names them. A table of which no other column is left stays, and so does a series.
    """
    headings = [str(name) for name in contents.coordinates.get(COLUMN, ())]
    kept = [j for j, name in enumerate(headings) if name not in used]
    shape = np.shape(contents.array)
    if len(shape) != 2 or shape[1] != len(headings) or len(kept) in (0, shape[1]):
        return contents
    names = [headings[j] for j in kept]
    beside = ", ".join(name for name in headings if name in used)
    return contents._replace(
        array=contents.array[:, kept],
        coordinates={**contents.coordinates, COLUMN: names},
        notes=(*contents.notes, f"beside the state: {beside}"),
    )
