"""Test error against the processor time of a fit, for each method and for POD."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.comparison.collect import Comparison
from mornet.comparison.median import median_seed
from mornet.errors import DataError
from mornet.figures import style
from mornet.figures.comparison.reference import relative_error_symbol
from mornet.records import Array

RECORD = Comparison
SIZE = (style.SINGLE, 84.0)


@style.in_house_style
def draw(figure: Figure, comparison: Comparison) -> None:
    """Draw one point for the median seed of each method and rank of ``comparison``.

    A line joins the ranks of a method; the point of the least rank is hollow. The other seeds are
    small dots.

    Raises DataError for times that are not positive.
    """
    if not np.all(comparison.seconds > 0):
        raise DataError(f"{comparison.data_set} has times that are not positive")
    axes = figure.add_subplot(xscale="log", yscale="log")
    looks = style.looks(comparison.method)
    for name, seconds, error in zip(
        comparison.method, comparison.seconds, comparison.test_error, strict=True
    ):
        _plot(axes, seconds, error, looks[name])
    axes.set(
        xlabel="processor time of one fit (s)",
        ylabel=f"test error {relative_error_symbol(comparison)}",
    )
    axes.margins(0.12)
    axes.grid(True, which="major")
    handles = [
        Line2D([], [], color=look.colour, marker=look.marker, ls="-", label=look.label)
        for look in looks.values()
    ]
    title = comparison.data_set.replace("_", " ")
    if len(comparison.rank) > 1:
        title += f", $r={comparison.rank[0]}$ (hollow) to ${comparison.rank[-1]}$ along each line"
    style.legend_above(figure, handles, columns=3, title=title)


def _plot(axes: Axes, seconds: Array, error: Array, look: style.Look) -> None:
    middle = median_seed(seconds), median_seed(error)
    if len(np.unique(error[0])) > 1:
        axes.plot(seconds.ravel(), error.ravel(), ".", color=look.colour, ms=2.5, alpha=0.5)
    axes.plot(*middle, color=look.colour, marker=look.marker, lw=0.8, label=look.label)
    if len(middle[0]) > 1:
        first = middle[0][:1], middle[1][:1]
        axes.plot(*first, color=look.colour, marker=look.marker, mfc="white", ls="")
