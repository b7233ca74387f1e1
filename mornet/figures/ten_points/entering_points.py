"""The points of the ten-point example in the unit square, one marker for each category."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.errors import ShapeError
from mornet.experiments.ten_points.entering_example import EnteringExample
from mornet.figures import style
from mornet.records import Array

RECORD = EnteringExample
SIZE = (style.SINGLE, 88.0)
CAPTION = (
    "The {count} labelled points of Higham and Higham (SIAM Review 61, 2019) in the unit square: "
    "circles are of category A, crosses of category B. They are the training data of the "
    "ten-point example; no point is held out."
)

# circles and crosses as in the article, in two colours that differ in lightness too
CATEGORIES: tuple[dict[str, Any], ...] = (
    {"label": "category A", "marker": "o", "color": style.COLOURS[1], "markerfacecolor": "none"},
    {"label": "category B", "marker": "x", "color": style.COLOURS[0]},
)


@style.in_house_style
def draw(figure: Figure, example: EnteringExample) -> None:
    """Draw the points of ``example`` on ``figure``; ShapeError unless they lie in a plane."""
    axes = unit_square(figure)
    handles = plot_points(axes, example.x, example.y)
    style.legend_above(figure, handles, columns=2)


def caption(example: EnteringExample) -> str:
    """Return what the figure shows."""
    return CAPTION.format(count=example.x.shape[1])


def unit_square(figure: Figure) -> Axes:
    """Return axes for the unit square, with both coordinates on the same scale."""
    axes = figure.add_subplot(aspect="equal", xlim=(0, 1), ylim=(0, 1))
    axes.set(xlabel="$x_1$", ylabel="$x_2$")
    return axes


def plot_points(axes: Axes, x: Array, y: Array) -> list[Line2D]:
    """Return the two sets of markers drawn for points ``x`` (2, N) with targets ``y`` (2, N)."""
    if x.shape[0] != 2 or y.shape != x.shape:
        raise ShapeError(f"points {x.shape} and targets {y.shape} must both have shape (2, N)")
    category = np.argmax(y, axis=0)
    return [
        axes.plot(*x[:, category == c], ls="none", ms=7, mew=1.5, clip_on=False, zorder=3, **look)[
            0
        ]
        for c, look in enumerate(CATEGORIES)
    ]
