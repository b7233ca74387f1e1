"""The rectangular grid on which degrees of freedom stand, found from their coordinates."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array
from mornet.reduction.context import FitContext


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
    degrees of freedom lie. Raises OptionError for another arrangement.

    >>> grid_shape(np.array([[0.0, 1.0, 2.0, 0.0, 1.0, 2.0]]))
    (2, 3)
    """
    d, n = (x := np.atleast_2d(x)).shape
    if d not in (1, 2):
        raise OptionError(f"a grid has one or two coordinates, not {d}")
    axes = [np.unique(along) for along in x]
    for order in permutations(range(d)):
        places = tuple(len(axes[axis]) for axis in order)
        fields, rest = divmod(n, int(np.prod(places)))
        if rest == 0 and _runs_over(x, axes, order, fields):
            return fields, *places
    raise OptionError(
        f"{n} degrees of freedom do not stand on a rectangular grid, row after row, as a "
        "convolution needs: take a method in POD coordinates"
    )


def _runs_over(x: Array, axes: list[Array], order: tuple[int, ...], fields: int) -> bool:
    """Return whether x runs over the grid of ``axes``, the last one of ``order`` fastest."""
    grid = np.meshgrid(*(axes[axis] for axis in order), indexing="ij")
    return all(
        np.array_equal(np.tile(values.ravel(), fields), x[axis])
        or np.array_equal(np.tile(np.flip(values, position).ravel(), fields), x[axis])
        for position, (axis, values) in enumerate(zip(order, grid, strict=True))
    )
