"""Arrays over degrees of freedom on the axes of their grid, such as latitude and longitude."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from mornet.records import Array
from mornet.snapshots import DataSet
from mornet.snapshots.coordinates import along_axis, is_monotonic, lie_along
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.formats.units import INDEX, SEVERAL, of_all
from mornet.snapshots.snapshots import units_of_places
from mornet.storage.tree import Attributes, Leaf

CURVED = "coordinate"  # names of coordinates that no axis has, with their numbers behind it
MODES_OF_SCALED = "of scaled snapshots: times scale, they have the units of the states"
CODES_OF_SCALED = "of scaled snapshots: what they decode to, times scale, are the states"


def on_grid(leaves: Mapping[str, Leaf], data: DataSet) -> dict[str, Leaf]:
    """Return ``leaves`` with the axes of the grid in place of the axis dof, and its coordinates.

    An array NAME over several fields becomes NAME_FIELD for each. Rows that were left out, such as
    land, are NaN. A field at points keeps the axis dof, and each of its coordinates is an array of
    its own; a single one that increases is the axis x. Nothing changes for several fields at
    points, and for axes of one name.
    """
    layout = _with_line(data.layout or DofLayout.plain(data.train.n), data)
    if not _has_axes(layout):
        return dict(leaves)
    over = {name: leaf for name, leaf in leaves.items() if _is_field(name, leaf, layout)}
    if not over:
        return dict(leaves)
    found = dict(_coordinates(data, layout))
    curved = " ".join(name for name in found if name not in layout.axis)
    for name, leaf in leaves.items():
        if name in over:
            found |= _fields(name, leaf, layout, curved)
        elif not (name.endswith("x") and leaf.dims == ("coordinate", "dof")):
            found[name] = leaf
    return found


def _with_line(layout: DofLayout, data: DataSet) -> DofLayout:
    """Return a layout whose axis has the name x, if a single coordinate increases along it."""
    x = data.train.x
    known = len(x) == 1 and data.train.units.get("x") != INDEX and x.shape[1] == layout.rows
    increases = known and layout.axis == ("dof",) and np.all(np.diff(x[0]) > 0)
    return replace(layout, axis=("x",)) if increases else layout


def _unit(unit: str) -> Attributes:
    return {"units": unit} if unit else {}


def _about(leaf: Leaf, attributes: Attributes) -> Leaf:
    """Return ``leaf`` with further ``attributes``."""
    return replace(leaf, attributes=leaf.attributes | attributes)


def _has_axes(layout: DofLayout) -> bool:
    """Return whether fields lie along axes of different names, or one field lies at points."""
    if "dof" in layout.axis:
        return layout.axis == ("dof",) and len(layout.field) == 1 and not layout.left_out
    return len(layout.axis) == len(set(layout.axis))


def unit_of_states(data: DataSet | None) -> Attributes:
    """Return the attribute that states the unit of the states of ``data``, if it is known."""
    units = data.layout.unit if data is not None and data.layout is not None else ("",)
    return {"units": of_all(units)} if any(units) else {}


def with_units(leaves: Mapping[str, Leaf], data: DataSet) -> dict[str, Leaf]:
    """Return ``leaves`` with the units of ``data``: of reconstructions, times, parameters and x."""
    known = {**data.train.units, "reconstructions": data.train.unit_of_states}
    units = {name: known.get(name.partition("_")[0], "") for name in leaves}
    return {name: _about(leaf, _unit(units[name])) for name, leaf in leaves.items()}


def with_scale(leaves: Mapping[str, Leaf], data: DataSet) -> dict[str, Leaf]:
    """Return ``leaves`` of a fit, such as modes, with the scale of its snapshots if they have one.

    Each array over degrees of freedom, and each code, says what the scale is for.
    """
    if data.train.scale is None:
        return dict(leaves)
    found = {name: _of_scaled(leaf) for name, leaf in leaves.items()}
    return with_units(found | {"scale": Leaf(data.train.scale, ("dof",))}, data)


def _of_scaled(leaf: Leaf) -> Leaf:
    """Return an array of a fit to scaled snapshots with a comment on its units."""
    words = {"dof": MODES_OF_SCALED, "latent": CODES_OF_SCALED}
    known = [words[dim] for dim in leaf.dims if dim in words]
    return _about(leaf, {"comment": known[0]}) if known else leaf


def _is_field(name: str, leaf: Leaf, layout: DofLayout) -> bool:
    known = leaf.dims.count("dof") == 1 and "coordinate" not in leaf.dims
    fits = known and leaf.value.shape[leaf.dims.index("dof")] in (len(layout.row), layout.rows)
    return fits and leaf.value.dtype.kind == "f" and not name.startswith("layout_")


def _fields(name: str, leaf: Leaf, layout: DofLayout, curved: str) -> dict[str, Leaf]:
    """Return an array field by field, with the axes of places instead of degrees of freedom.

    ``curved`` names coordinates that are no axes, as the CF conventions have it.
    """
    at = leaf.dims.index("dof")
    U = np.moveaxis(leaf.value, at, 0)
    others = leaf.dims[:at] + leaf.dims[at + 1 :]
    kept = U[layout.row] if len(U) == layout.rows else U
    found = {}
    for f, (field, array) in enumerate(layout.fields(kept).items()):
        axes = range(array.ndim - len(others))
        own = name if len(layout.field) == 1 else f"{name}_{field.replace('/', '_')}"
        on_axes = array.ndim == len(layout.axis) + len(others)
        dims = layout.axis if on_axes else (f"dof_{field.replace('/', '_')}",)
        about = _of_field(leaf.attributes, layout.unit[f])
        about |= _coordinates_of(leaf, curved if on_axes else "")
        array = np.moveaxis(array, axes, [at + axis for axis in axes])
        found[own] = Leaf(np.ascontiguousarray(array), (*others[:at], *dims, *others[at:]), about)
    return found


def _coordinates_of(leaf: Leaf, curved: str) -> Attributes:
    """Return the attribute that names coordinates which are no axes: of samples, and of places."""
    words = f"{leaf.attributes.get('coordinates', '')} {curved}".strip()
    return {"coordinates": words} if words else {}


def _of_field(about: Attributes, unit: str) -> Attributes:
    """Return the attributes of one field of an array, with its own unit if these are several."""
    if about.get("units") != SEVERAL:
        return dict(about)
    others = {name: value for name, value in about.items() if name != "units"}
    return others | _unit(unit)


def _coordinates(data: DataSet, layout: DofLayout) -> Iterator[tuple[str, Leaf]]:
    """Yield the labels or numbers along each axis, or all coordinates that do not lie along axes.

    Those that count places are left out.
    """
    shape = tuple(map(int, layout.shape))
    labels = layout.heading if len(shape) == 1 else None
    if labels and len(labels) == shape[0]:
        yield layout.axis[0], Leaf(np.array(labels, dtype=object), layout.axis)
    if layout.rows % math.prod(shape) or data.train.units.get("x") == INDEX:
        return
    x = layout.put_back(data.train.x.T)[: math.prod(shape)].T
    product = not labels and lie_along(x, shape)
    for i, unit in enumerate(units_of_places(data)):
        if unit != INDEX:
            yield _coordinate(i, x[i].reshape(shape), unit, layout.axis, product=product)


def _coordinate(
    i: int, row: Array, unit: str, axes: tuple[str, ...], *, product: bool
) -> tuple[str, Leaf]:
    """Return coordinate i of a grid and its name: that of its axis if the grid is a product."""
    about = _unit(unit)
    if product and (numbers := along_axis(row, i)) is not None and is_monotonic(numbers):
        return axes[i], Leaf(numbers, (axes[i],), about)
    return f"{CURVED}_{i}", Leaf(row, axes, about)
