"""Parameters mu of the parts of one data set, whose entries may have names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mornet.errors import DataError, ShapeError, counted
from mornet.records import Array
from mornet.snapshots.formats.clocks import rounding

FEW = 3  # so many entries or more are counted against those of the snapshots
LIKE_PARAMETERS = re.compile(  # names of axes that are rather those of parameters than of places
    r"re|reynolds\w*|ra|rayleigh\w*|pr|prandtl\w*|ma|mach\w*|nu|\w*viscosity|\w*diffusivity|kappa"
    r"|alpha|beta|gamma|eps|epsilon|amplitude|forcing|aoa|config\w*|scenario|sim|simulation|batch"
    r"|experiment|trial|seed|design|\w+_?number",
    re.IGNORECASE,
)


def parameters_note(axes: Sequence[str]) -> Iterator[str]:
    """Yield a note on an axis that is taken as one of places, but is called as parameters are."""
    likely = [word for word in axes if LIKE_PARAMETERS.fullmatch(word)]
    if likely:
        words = " ".join("parameter" if word == likely[0] else word for word in axes)
        said = f"{likely[0]} is taken as an axis of places"
        yield f'{said}: state axes "{words}" if it is a parameter'


def in_one_order(
    places: Sequence[Any],
    names: Sequence[tuple[str, ...]],
    found: Sequence[Array],
    wanted: Sequence[str] = (),
) -> list[Array]:
    """Return the parameters mu (p, ...) of parts, whose entries have ``names``, in one order.

    It is the order ``wanted`` if these are the names, otherwise that of the first part. Entries
    without names stay. Raises DataError for names that only some parts state, and for other names.
    """
    for place, ours in zip(places, names, strict=True):
        if sorted(ours) != sorted(names[0]):
            raise DataError(
                f"{place} has the parameters mu {_listed(ours)}, but {places[0]} has "
                f"{_listed(names[0])}: state the same names in all files, or in none"
            )
        if len(set(ours)) < len(ours):
            raise DataError(f"{place} has two parameters of one name, {_listed(ours)}: rename one")
    order = wanted if sorted(wanted) == sorted(names[0]) else names[0]
    pairs = zip(names, found, strict=True)
    return [mu[[ours.index(name) for name in order]] if ours else mu for ours, mu in pairs]


def require_of_all(mu: Any, axes: Sequence[tuple[str, int]]) -> None:
    """Raise ShapeError for ``mu`` of all snapshots that seems meant for each of them.

    It does if it has one entry more, or less, than snapshots lie along the ``axes`` or one of them,
    or if it is an array of several axes.
    """
    size, m = np.size(mu), math.prod(length for _, length in axes)
    several = axes if len(axes) > 1 else ()
    known = [(m, counted(m, "snapshot")), *((n, f"{n} along {word}") for word, n in several)]
    near = [words for n, words in known if abs(size - n) == 1]
    if np.ndim(mu) > 1 or (near and size >= FEW):
        counts = ", ".join(near or [words for _, words in known])
        has = f"{size} entries" if np.ndim(mu) < 2 else f"shape {np.shape(mu)}"
        raise ShapeError(
            f"mu has {has}, but there are {counts}: write one entry for each, or state in fields "
            "which parameters all snapshots share"
        )


def rounding_of(mu: Array) -> Array:
    """Return the rounding of parameters (p,) in a name: half a digit, one per cent at most."""
    size = np.abs(mu)
    return rounding(mu, 1e-6 * size + 1e-12, 1e-2 * size)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "without names"
