"""Names of the dimensions of HDF5 datasets: their labels, and the scales attached to them."""

from __future__ import annotations

from typing import Any

from mornet.snapshots.formats.contents import is_sample_axis
from mornet.snapshots.formats.headings import UNIT


def axes_of(node: Any) -> tuple[str, ...] | None:
    """Return the names of the axes of a dataset; None if they are not known.

    An axis without a name is one of degrees of freedom if samples lie along another one.
    """
    if node.is_scale:
        return (node.name.rpartition("/")[2],) if node.ndim == 1 else None
    names = tuple(map(_name, node.dims))
    if all(names) or not any(map(is_sample_axis, names)):
        return names if names and all(names) else None
    return tuple(name or "dof" for name in names)


def scale_of(dim: Any) -> str:
    """Return the name of the first scale that is attached to a dimension; "" without one."""
    return str(dim[0].name).strip("/") if len(dim) else ""


def _name(dim: Any) -> str:
    """Return the label of a dimension, or the name of its scale if it alone means samples.

    The unit in a label such as "time (s)" is left out.
    """
    scale = scale_of(dim).rpartition("/")[2]
    unit = UNIT.match(dim.label)
    label = unit[1] if unit else dim.label.strip()
    return scale if is_sample_axis(scale) and not is_sample_axis(label) else label or scale
