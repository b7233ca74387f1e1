"""The rectangular grid on which degrees of freedom stand, found from their coordinates."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array, Indices
from mornet.reduction.context import FitContext

ROUNDING = 1e-6  # of the largest coordinate; single precision and six digits of text are finer


def require_places(context: FitContext, what: str) -> None:
    """Raise OptionError if the degrees of freedom of a fit have no places, which ``what`` needs."""
    if context.left_out is not None:
        raise OptionError(
            f"{what} needs the places of the degrees of freedom, and the snapshots are coordinates "
            "in the modes of a POD tree: take a method in POD coordinates, such as a hybrid or an "
            "autoencoder"
        )


def grid_shape(x: Array) -> tuple[int, ...]:
    """Return (fields, n) or (fields, height, width) for coordinates ``x`` (d, n), d = 1 or 2.

    Coordinates (n,) are those of a line. The degrees of freedom are fields one after the other,
    each on all places of one grid, row after row. The last axis is the one along which neighbouring
    degrees of freedom lie. Coordinates that differ by rounding, as those of a file of single
    precision do, are equal. Raises OptionError for another arrangement.

    >>> grid_shape(np.array([[0.0, 1.0, 2.0, 0.0, 1.0, 2.0]]))
    (2, 3)
    """
    d, n = (x := np.atleast_2d(x)).shape
    if d not in (1, 2):
        raise OptionError(f"a grid has one or two coordinates, not {d}")
    if not np.isfinite(x).all():
        raise OptionError("a grid has finite coordinates, and an entry of x is not finite")
    for rounding in (0.0, ROUNDING):
        lines = np.array([_lines(along, rounding) for along in x])
        counts = [int(of_axis.max()) + 1 for of_axis in lines]
        for order in permutations(range(d)):
            places = tuple(counts[axis] for axis in order)
            fields, rest = divmod(n, int(np.prod(places)))
            if rest == 0 and _runs_over(lines, counts, order, fields):
                return fields, *places
    raise OptionError(
        f"{n} degrees of freedom do not stand on a rectangular grid, row after row, as a "
        "convolution needs: take a method in POD coordinates"
    )


def _lines(along: Array, rounding: float) -> Indices:
    """Return the number (n,) of the line of the grid on which each coordinate ``along`` lies.

    Lines are numbered by ascending coordinates, and are further apart than ``rounding`` times the
    largest one.
    """
    values, number = np.unique(along, return_inverse=True)
    apart = np.diff(values) > rounding * np.max(np.abs(values))
    return np.concatenate([[0], np.cumsum(apart)])[number.ravel()]


def _runs_over(lines: Indices, counts: list[int], order: tuple[int, ...], fields: int) -> bool:
    """Return whether places run over a grid of ``counts`` lines, the last of ``order`` fastest.

    ``lines`` (d, n) are the numbers of their lines.
    """
    grid = np.meshgrid(*(np.arange(counts[axis]) for axis in order), indexing="ij")
    return all(
        np.array_equal(np.tile(values.ravel(), fields), lines[axis])
        or np.array_equal(np.tile(np.flip(values, position).ravel(), fields), lines[axis])
        for position, (axis, values) in enumerate(zip(order, grid, strict=True))
    )
