"""Arrays over degrees of freedom on the axes of their grid, such as latitude and longitude."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from mornet.records import Array
from mornet.snapshots import DataSet
from mornet.snapshots.dofs import DofLayout
from mornet.storage.tree import Leaf


def on_grid(leaves: Mapping[str, Leaf], data: DataSet) -> dict[str, Leaf]:
    """Return ``leaves`` with the axes of the grid in place of the axis dof, and its coordinates.

    An array NAME over several fields becomes NAME_FIELD for each. Rows that were left out, such as
    land, are NaN. Nothing changes for data without a grid of several axes whose names differ.
    """
    layout = data.layout
    if layout is None or not 1 < len(layout.axis) == len(set(layout.axis)):
        return dict(leaves)
    over = {name: leaf for name, leaf in leaves.items() if _is_field(name, leaf, layout)}
    if not over:
        return dict(leaves)
    found = dict(_coordinates(data, layout))
    for name, leaf in leaves.items():
        if name in over:
            found |= _fields(name, leaf, layout)
        elif not (name.endswith("x") and leaf.dims == ("coordinate", "dof")):
            found[name] = leaf
    return found


def _is_field(name: str, leaf: Leaf, layout: DofLayout) -> bool:
    known = leaf.dims.count("dof") == 1 and "coordinate" not in leaf.dims
    fits = known and leaf.value.shape[leaf.dims.index("dof")] in (len(layout.row), layout.rows)
    return fits and leaf.value.dtype.kind == "f" and not name.startswith("layout_")


def _fields(name: str, leaf: Leaf, layout: DofLayout) -> dict[str, Leaf]:
    """Return an array field by field; its axis of degrees of freedom comes first."""
    at = leaf.dims.index("dof")
    U = np.moveaxis(leaf.value, at, 0)
    others = leaf.dims[:at] + leaf.dims[at + 1 :]
    kept = U[layout.row] if len(U) == layout.rows else U
    found = {}
    for field, array in layout.fields(kept).items():
        own = name if len(layout.field) == 1 else f"{name}_{field.replace('/', '_')}"
        on_axes = array.ndim == len(layout.axis) + len(others)
        dims = layout.axis if on_axes else (f"dof_{field.replace('/', '_')}",)
        found[own] = Leaf(np.ascontiguousarray(array), (*dims, *others), leaf.attributes)
    return found


def _coordinates(data: DataSet, layout: DofLayout) -> Iterator[tuple[str, Leaf]]:
    """Yield the numbers along each axis, or all coordinates of a grid that is no product."""
    size = int(np.prod(layout.shape))
    if layout.rows % size or data.train.units.get("x") == "index":
        return
    x = layout.put_back(data.train.x.T)[:size].T.reshape(-1, *map(int, layout.shape))
    unit: Any = {"units": data.train.units.get("x", "1")}
    along = [_first(_along(row, axis) for row in x) for axis in range(x.ndim - 1)]
    if all(numbers is None for numbers in along):
        yield "coordinates", Leaf(x, ("coordinate", *layout.axis), unit)
    for word, numbers in zip(layout.axis, along, strict=True):
        if numbers is not None:
            yield word, Leaf(numbers, (word,), unit)


def _first(found: Iterable[Array | None]) -> Array | None:
    return next((numbers for numbers in found if numbers is not None), None)


def _along(row: Array, axis: int) -> Array | None:
    """Return the numbers along ``axis`` of a coordinate that varies along it alone."""
    lines = np.moveaxis(row, axis, 0).reshape(row.shape[axis], -1)
    if np.isnan(lines).all(axis=1).any() or np.ptp(row[np.isfinite(row)]) == 0:
        return None
    low, high = np.nanmin(lines, axis=1), np.nanmax(lines, axis=1)
    return low if np.array_equal(low, high) else None
