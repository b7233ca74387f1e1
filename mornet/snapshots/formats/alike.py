"""Parts of one data set, such as the files of a series: they have one field on one mesh."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from mornet.errors import OptionError, StorageError
from mornet.snapshots.formats.contents import Contents


def alike(parts: Iterable[tuple[Any, Contents]]) -> Iterator[Contents]:
    """Yield the contents of ``parts``, each of which comes with the name of its place.

    Raises StorageError for other coordinates than those of the first part, OptionError for another
    field.
    """
    first: tuple[Any, Contents] | None = None
    for where, part in parts:
        first = first or (where, part)
        _require_same_places(where, part, *first)
        _require_same_field(where, part, *first)
        yield part


def _require_same_places(where: Any, part: Contents, place: Any, first: Contents) -> None:
    x, known = part.fields.get("x"), first.fields.get("x")
    if x is None or known is None:
        return
    if np.shape(x) != np.shape(known) or not np.allclose(x, known, rtol=1e-6, atol=1e-9):
        raise StorageError(f"{where} has other coordinates than {place}: snapshots need one mesh")


def _require_same_field(where: Any, part: Contents, place: Any, first: Contents) -> None:
    if part.name != first.name:
        raise OptionError(
            f"{where} holds {part.name}, but {place} holds {first.name}: give the key of the "
            "snapshots"
        )
