"""The regions that the trained network of the ten points calls A and B, and the points."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from mornet.errors import ShapeError
from mornet.experiments.ten_points.entering_example import EnteringExample
from mornet.figures import style
from mornet.figures.ten_points.entering_network import described
from mornet.figures.ten_points.entering_points import plot_points, unit_square

RECORD = EnteringExample
SIZE = (style.SINGLE, 93.0)
CAPTION = (
    "The decision of the trained network of widths {network} for the points of the unit square: "
    "category A where the first output is larger (grey), category B where the second one is. The "
    "grid has {columns} by {rows} points; circles and crosses are the training points."
)
SHADE = "#d9d9d9"


@style.in_house_style
def draw(figure: Figure, example: EnteringExample) -> None:
    """Draw the region F_1(x) > F_2(x) shaded, and the points, on ``figure``.

    Raises ShapeError if the region does not have the shape of the grid of x1 and x2.
    """
    grid = (len(example.x2), len(example.x1))
    if example.region.shape != grid:
        raise ShapeError(f"region has shape {example.region.shape}, but its grid (x2, x1) {grid}")
    axes = unit_square(figure)
    levels = (-0.5, 0.5, 1.5)
    axes.contourf(example.x1, example.x2, example.region, levels, colors=("white", SHADE))
    axes.contour(example.x1, example.x2, example.region, (0.5,), colors=style.BLACK, linewidths=0.8)
    points = plot_points(axes, example.x, example.y)
    shade = Patch(facecolor=SHADE, edgecolor=style.BLACK, label="$F_1(x)>F_2(x)$: A")
    blank = Patch(facecolor="white", edgecolor=style.BLACK, label="$F_1(x)<F_2(x)$: B")
    style.legend_above(figure, [*points, shade, blank], columns=2)


def caption(example: EnteringExample) -> str:
    """Return what the figure shows."""
    return CAPTION.format(network=described(example), columns=len(example.x1), rows=len(example.x2))
