"""Relative error against rank r, for each method and for POD."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from mornet.comparison.collect import Comparison
from mornet.comparison.median import median_seed
from mornet.figures import style
from mornet.figures.comparison.reference import pod_references, relative_error_symbol, same
from mornet.records import Array, Indices

RECORD = Comparison
SIZE = (style.SINGLE, 84.0)
TRAINING, TEST = "-", (0, (3, 1.5))
MOST_TICKS = 12  # the largest number of ranks with a tick for each


@style.in_house_style
def draw(figure: Figure, comparison: Comparison) -> None:
    """Draw training (solid) and test errors (dashed) of all methods of ``comparison``.

    A line is the median over the seeds; a band reaches from the smallest error to the largest.
    """
    axes = figure.add_subplot(yscale="log")
    looks = style.looks(comparison.method)
    references = _plot_references(axes, comparison)
    for name, train, test in zip(
        comparison.method, comparison.train_error, comparison.test_error, strict=True
    ):
        plot_seeds(axes, comparison.rank, train, looks[name], TRAINING)
        plot_seeds(axes, comparison.rank, test, looks[name], TEST, mfc="white")
    _label(axes, comparison)
    handles = [_key(look) for look in looks.values()] + references + _line_keys(comparison)
    style.legend_above(figure, handles, columns=2)


def plot_seeds(
    axes: Axes, x: Array | Indices, error: Array, look: style.Look, linestyle: Any, **line: Any
) -> None:
    """Draw the median of ``error`` (len(x), seeds) as a line and its range as a band."""
    if error.shape[1] > 1:
        low, high = error.min(axis=1), error.max(axis=1)
        axes.fill_between(x, low, high, color=look.colour, alpha=0.15, lw=0)
    line = {"marker": look.marker, "label": look.label, **line}
    if look == style.POD:  # wide and behind: a method on this line does not hide it
        line = {"lw": 2.2, "ms": 6.0, "zorder": 1.9} | line
    axes.plot(x, median_seed(error), color=look.colour, ls=linestyle, **line)


def _plot_references(axes: Axes, comparison: Comparison) -> list[Line2D]:
    """Return the POD errors that are drawn because the comparison does not have that POD."""
    drawn = [
        median_seed(error)
        for name, error in zip(comparison.method, comparison.train_error, strict=True)
        if style.is_pod(name)
    ]
    return [
        axes.plot(
            comparison.rank,
            error,
            color=look.colour,
            ls=look.linestyle,
            label=look.label,
            zorder=1.9,
        )[0]
        for look, error in pod_references(comparison.optimum, comparison.affine)
        if not any(same(error, other) for other in drawn)
    ]


def _label(axes: Axes, comparison: Comparison) -> None:
    axes.set(xlabel="rank $r$", ylabel=f"relative error {relative_error_symbol(comparison)}")
    if len(comparison.rank) <= MOST_TICKS:
        axes.set_xticks(comparison.rank)
    else:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=(1, 2, 5, 10)))
    axes.grid(True, which="major")


def _key(look: style.Look) -> Line2D:
    return Line2D([], [], color=look.colour, marker=look.marker, label=look.label)


def _line_keys(comparison: Comparison) -> list[Line2D]:
    seeds = len(comparison.seed)
    note = f" (band: {seeds} seeds)" if seeds > 1 else ""
    return [
        Line2D([], [], color=style.GREY, ls=TRAINING, marker="o", label="training" + note),
        Line2D(
            [], [], color=style.GREY, ls=TEST, marker="o", markerfacecolor="white", label="test"
        ),
    ]
