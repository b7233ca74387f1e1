"""Orders of rows that names decide: those of the axes of an array, and those of labels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mornet.records import Indices


def of_names(names: Sequence[str], known: Sequence[str]) -> list[int] | None:
    """Return where the ``known`` names stand among ``names``; None unless both have each once.

    >>> of_names(["b", "a"], ["a", "b"]), of_names(["b", "b"], ["b", "b"])
    ([1, 0], None)
    """
    at = {name: i for i, name in enumerate(names)}
    if len(at) < len(names) or sorted(names) != sorted(known):
        return None
    return [at[name] for name in known]


def of_rows(shape: Sequence[int], order: Sequence[int]) -> Indices:
    """Return the rows of an array of ``shape`` in C order, for its axes in another ``order``.

    >>> of_rows((2, 3), (1, 0))
    array([0, 3, 1, 4, 2, 5])
    """
    rows: Indices = np.arange(math.prod(shape)).reshape(shape)
    return rows.transpose(order).ravel()
