"""The rows of a new file in the order of those of a fit, which names or places decide."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from mornet.records import Array, Indices
from mornet.snapshots.coordinates import lie_along
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.files import Found
from mornet.snapshots.formats.orders import of_names, of_rows
from mornet.snapshots.formats.places import order_of
from mornet.snapshots.layout import Matrix


def by_fields(layout: DofLayout, found: Found) -> Found:
    """Return a file with its fields in the order of the fit, if it has the same ones."""
    order = of_names(found.names, layout.field)
    if order is None or found.names == layout.field:
        return found
    bounds = [*found.first, len(found.matrix.U)]
    blocks = [np.arange(bounds[f], bounds[f + 1]) for f in order]
    first = np.cumsum([0, *map(len, blocks)])[:-1]
    return replace(
        _with_rows(found, np.concatenate(blocks)),
        names=layout.field,
        unit=tuple(found.unit[f] for f in order),
        first=tuple(map(int, first)),
    )


def by_axes(layout: DofLayout, found: Found) -> Found:
    """Return a file whose axes of places have the order of the fit, if they have the same names."""
    matrix = found.matrix
    order = of_names(matrix.axes, layout.axis)
    if order is None or matrix.axes == layout.axis:
        return found
    fields = len(matrix.U) // math.prod(matrix.shape)
    rows = of_rows((fields, *matrix.shape), (0, *(1 + i for i in order)))
    moved = _with_rows(_with_coordinates(found, order), rows)
    shape = tuple(matrix.shape[i] for i in order)
    return replace(moved, matrix=replace(moved.matrix, axes=layout.axis, shape=shape))


def _with_coordinates(found: Found, order: Sequence[int]) -> Found:
    """Return a file with another order of its coordinates, if they are those along its axes."""
    matrix = found.matrix
    x = matrix.fields.get("x")
    if x is None or not lie_along(x[:, : math.prod(matrix.shape)], matrix.shape):
        return found
    fields = {**matrix.fields, "x": x[list(order)]}
    units = tuple(matrix.x_unit[i] for i in order) if matrix.x_unit else ()
    return replace(found, matrix=replace(matrix, fields=fields, x_unit=units))


def by_headings(heading: tuple[str, ...] | None, found: Found) -> Found:
    """Return a file whose rows have the order of the ``heading``, if they have the same names."""
    order = of_names(found.matrix.heading, heading or ())
    return _with_rows(found, np.array(order)) if order else found


def by_places(layout: DofLayout, found: Found, ours: Array) -> Found | None:
    """Return a file whose rows have the places ``ours`` (d, n), which it has in another order.

    Rows that the fit left out are missing. It is None if a field has other places, or one of them
    twice.
    """
    x, U = found.matrix.fields["x"], found.matrix.U
    source = np.zeros_like(layout.row)
    for start, stop in _components(layout, x):
        own = (start <= layout.row) & (layout.row < stop)
        order = order_of(ours[:, own], x[:, start:stop]) if own.any() else source[own]
        if order is None:
            return None
        source[own] = start + order
    return replace(found, matrix=replace(found.matrix, U=layout.put_back(U[source])))


def _components(layout: DofLayout, x: Array) -> Iterator[tuple[int, int]]:
    """Yield the first row of each component of each field, and the row after its last one.

    The components of a vector have the same places ``x`` (d, rows), one component after the other.
    """
    for start, stop in pairwise([*map(int, layout.first), layout.rows]):
        own = x[:, start:stop]
        count = int(np.all(own == own[:, :1], axis=0).sum())
        size = (stop - start) // max(count, 1)
        if count < 2 or not np.array_equal(own, np.tile(own[:, :size], count)):
            size = stop - start
        yield from ((first, first + size) for first in range(start, stop, size))


def _with_rows(found: Found, order: Indices) -> Found:
    """Return a file with its rows in another ``order``, and what belongs to them."""
    return replace(found, matrix=_matrix_with_rows(found.matrix, order))


def _matrix_with_rows(matrix: Matrix, order: Indices) -> Matrix:
    fields, heading = dict(matrix.fields), matrix.heading
    if "x" in fields and fields["x"].shape[1] == len(order):
        fields["x"] = fields["x"][:, order]
    names = tuple(heading[i] for i in order) if heading else ()
    return replace(matrix, U=matrix.U[order], fields=fields, heading=names)
