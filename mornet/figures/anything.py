"""The arrays of any record: a curve for each vector, an image for each matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mornet.errors import DataError
from mornet.figures import style
from mornet.figures.ticks import count_along
from mornet.storage.export import arrays_of
from mornet.storage.tree import Leaf

RECORD = object
SIZE = (style.DOUBLE, 120.0)
MOST = 6  # panels


@style.in_house_style
def draw(figure: Figure, record: Any) -> None:
    """Draw the first six arrays of numbers in ``record`` that have at least two entries.

    A vector is drawn over its coordinate if the record holds it, otherwise over its index. A matrix
    is an image; of an array with more axes the first matrix is shown.

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
        if leaf.value.ndim == 1:
            _curve(axes, leaf, arrays.get(leaf.dims[0]))
        else:
            _image(figure, axes, leaf)


def _squeezed(leaf: Leaf) -> Leaf:
    """Return the array without its axes of length 1."""
    axes = [i for i, n in enumerate(leaf.value.shape) if n == 1]
    dims = tuple(dim for i, dim in enumerate(leaf.dims) if i not in axes)
    return Leaf(leaf.value.squeeze(tuple(axes)), dims, leaf.attributes)


def _curve(axes: Axes, leaf: Leaf, coordinate: Leaf | None) -> None:
    numbers = coordinate is not None and not coordinate.is_text
    at = coordinate.value if coordinate is not None and numbers else np.arange(len(leaf.value))
    axes.plot(at, leaf.value, color=style.BLACK, marker="." if len(at) <= 50 else "")
    axes.set_xlabel(leaf.dims[0] if numbers else _index_of(leaf.dims[0]))


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
