"""Arrays in groups: the parts of their names, and single numbers, which belong to their group."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np


def group_of(name: str) -> str:
    """Return the group of an array, such as a/b of a/b/u; "" for that of the whole file."""
    return name.rpartition("/")[0]


def last_of(name: str) -> str:
    """Return the name of an array in its group, such as u of a/b/u."""
    return name.rpartition("/")[2]


def is_single(shape: Sequence[int]) -> bool:
    """Return whether an array of this shape has one entry."""
    return math.prod(shape) == 1


def single_numbers(names: Iterable[str], load: Callable[[str], Any]) -> dict[str, float]:
    """Return the arrays that are one real number each, by name; raises what ``load`` raises."""
    found = {name: np.ravel(load(name)) for name in names}
    return {n: float(of[0]) for n, of in found.items() if of.size == 1 and of.dtype.kind in "iuf"}
