"""How many digits two results have in common."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from mornet.storage.results import MAX_BYTES, Name, read_content
from mornet.storage.tree import Leaf, Tree


class Agreement(NamedTuple):
    """The number of ``digits`` that all arrays of two results share, and ``where`` it is least.

    ``digits`` is infinite if both results are the same to the last bit.
    """

    digits: float
    where: str


def agreement(path_a: Name, path_b: Name, *, max_bytes: int = MAX_BYTES) -> Agreement:
    """Return how far two results agree; measurements and provenance are not compared.

    Arrays a and b share floor(-log10(max|a - b| / max|a|)) digits. Texts, shapes and axes must be
    equal: if they differ there are 0 digits. Raises StorageError as `mornet.storage.load` does.
    """
    a, b = (read_content(path, max_bytes) for path in (path_a, path_b))
    least = Agreement(math.inf, "")
    for name in sorted(a.keys() | b.keys()):
        digits = _shared(a[name], b[name]) if name in a and name in b else 0.0
        least = min(least, Agreement(digits, name), key=lambda found: found.digits)
    return least


def _shared(a: Leaf | Tree, b: Leaf | Tree) -> float:
    if type(a) is not type(b) or a.attributes != b.attributes:
        return 0.0
    if not (isinstance(a, Leaf) and isinstance(b, Leaf)):
        return math.inf
    if (a.dims, a.value.shape) != (b.dims, b.value.shape):
        return 0.0
    if a.is_text or b.is_text:
        return math.inf if np.array_equal(a.value, b.value) else 0.0
    return _digits(a.value.astype(float), b.value.astype(float))


def _digits(a: np.ndarray, b: np.ndarray) -> float:
    difference = float(np.max(np.abs(a - b), initial=0.0))
    if difference == 0:
        return math.inf
    size = float(np.max(np.abs(a)))
    return float(max(0, math.floor(-math.log10(difference / size)))) if size else 0.0
