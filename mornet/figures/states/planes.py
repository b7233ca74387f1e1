"""Pictures of fields in a plane, and their bars of colours."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from mornet.figures import style
from mornet.figures.states.places import Field, has_one_measure
from mornet.records import Array

WHITE_AT_ZERO: dict[str, Any] = {"cmap": style.DIVERGING_MAP}
EMPTY = "#d0d0d0"  # where no number is, such as land, beside a white zero


def draw_plane(axes: Axes, field: Field, u: Array, **how: Any) -> Any:
    """Draw numbers u (k,) on the grid of a field, or as points; ``how`` is of the colours."""
    if how.get("cmap") == style.DIVERGING_MAP:
        axes.set_facecolor(EMPTY)
    if has_one_measure(field):
        axes.set_aspect("equal")
    if field.grid:
        return axes.pcolormesh(*_on_grid(field.x, u), shading="nearest", rasterized=True, **how)
    size = max(0.3, min(12.0, 3000 / len(u)))
    x, y = field.x
    return axes.scatter(x, y, c=u, s=size, lw=0, rasterized=True, **how)


def _on_grid(places: Array, u: Array) -> tuple[Array, Array, Array]:
    """Return the axes of the grid of places (2, k), and numbers u (k,) on it, NaN elsewhere."""
    (x, i), (y, j) = (np.unique(row, return_inverse=True) for row in places)
    values = np.full((len(y), len(x)), np.nan)
    values[j, i] = u
    return x, y, values


def share_of_height(field: Field) -> float:
    """Return the height of a picture over its width; a low one if its axes have two measures."""
    width, height = np.ptp(field.x, axis=1)
    return float(height / width) if has_one_measure(field) else 0.6


def add_bar(part: Any, image: Any, panels: Any, field: Field, label: str = "") -> None:
    """Add a bar of colours beside the panels; its label is that of the field unless given."""
    bar = part.colorbar(image, ax=list(panels), pad=0.01, aspect=18)
    bar.set_label(label or style.with_unit(field.name, field.unit))
