"""The arrays of any record: a curve for each vector and mode, an image for each matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mornet.errors import DataError
from mornet.figures import style
from mornet.figures.curves import Line, draw_curve, draw_decay, draw_modes
from mornet.figures.ticks import count_along
from mornet.storage.export import arrays_of
from mornet.storage.tree import Leaf

RECORD = object
SIZE = (style.DOUBLE, 120.0)
MOST = 6  # panels


@style.in_house_style
def draw(figure: Figure, record: Any, line: Line | None = None) -> None:
    """Draw the first six arrays of numbers in ``record`` that have at least two entries.

    A vector is drawn over its coordinate if the record holds it, otherwise over its index, and so
    are the first modes of a basis; degrees of freedom may lie along a ``line``. Singular values are
    divided by the first one, on a logarithmic axis. Another matrix is an image; of an array with
    more axes the first matrix is shown.

    Raises DataError for a record without such arrays.
    """
    arrays = arrays_of(record)
    shown = {
        name: leaf
        for name, leaf in arrays.items()
        if not leaf.is_text and leaf.value.size > 1 and not leaf.is_coordinate(name)
    }
    if not shown:
        raise DataError(f"a record of kind {record.kind!r} has no arrays that can be drawn")
    names = list(shown)[:MOST]
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    for i, name in enumerate(names):
        axes = figure.add_subplot(rows, columns, i + 1)
        leaf = _squeezed(shown[name])
        axes.set_title(style.with_unit(name, str(leaf.attributes.get("units", "1"))))
        along = _along(leaf, arrays.get(leaf.dims[0]), line)
        if _decays(name, leaf):
            draw_decay(axes, leaf.value)
        elif leaf.value.ndim == 1:
            draw_curve(axes, leaf.value, along)
        elif leaf.dims == ("dof", "mode"):
            draw_modes(axes, leaf.value, along)
        else:
            _image(figure, axes, leaf)


def _squeezed(leaf: Leaf) -> Leaf:
    """Return the array without its axes of length 1."""
    axes = [i for i, n in enumerate(leaf.value.shape) if n == 1]
    dims = tuple(dim for i, dim in enumerate(leaf.dims) if i not in axes)
    return Leaf(leaf.value.squeeze(tuple(axes)), dims, leaf.attributes)


def _decays(name: str, leaf: Leaf) -> bool:
    """Return whether an array holds singular values that can be divided by the first one."""
    return name.endswith("singular_values") and leaf.value.ndim == 1 and leaf.value[0] > 0


def _along(leaf: Leaf, coordinate: Leaf | None, line: Line | None) -> Line:
    """Return the numbers along the first axis of an array: its coordinate, or its index."""
    dim, n = leaf.dims[0], leaf.value.shape[0]
    if coordinate is not None and not coordinate.is_text:
        return Line(dim, coordinate.value)
    if line is not None and dim == "dof" and len(line.x) == n:
        return line
    return Line(_index_of(dim), np.arange(float(n)))


def _image(figure: Figure, axes: Axes, leaf: Leaf) -> None:
    matrix = leaf.value.reshape(-1, *leaf.value.shape[-2:])[0]
    image = axes.imshow(matrix, aspect="auto", rasterized=True)
    figure.colorbar(image, ax=axes)
    axes.set_xlabel(_index_of(leaf.dims[-1]))
    axes.set_ylabel(_index_of(leaf.dims[-2]))
    for axis in (axes.xaxis, axes.yaxis):
        count_along(axis)


def _index_of(dim: str) -> str:
    return dim if dim == "index" else f"index of {dim}"
