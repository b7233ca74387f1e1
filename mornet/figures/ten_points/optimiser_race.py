"""The sum of squares against the work of the optimisers on the ten points."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.errors import DataError, counted
from mornet.experiments.ten_points.optimiser_race import OptimiserRace
from mornet.figures import style
from mornet.records import Array

RECORD = OptimiserRace
SIZE = (style.SINGLE, 78.0)
LOWEST = 1e-17  # a smaller value is round-off
SOLVED = 1e-6  # a sum of squares below it classifies all points


@style.in_house_style
def draw(figure: Figure, race: OptimiserRace) -> None:
    """Draw the sum of squares against the work for every method of ``race``.

    A line belongs to one start and ends at its work, filled if the points are fitted.

    Raises DataError if a sum of squares or an amount of work is not positive, since the axes are
    logarithmic.
    """
    if np.any(race.work <= 0) or np.any(race.sum_of_squares <= 0):
        raise DataError("optimiser_race has logarithmic axes: work and sums of squares must be > 0")
    axes = figure.add_subplot(xscale="log", yscale="log")
    looks = style.looks(race.method)
    handles = [
        _plot(axes, race.work, race.sum_of_squares[k], race.spent[k], looks[name])
        for k, name in enumerate(race.method)
    ]
    axes.set(
        xlabel="work in gradients over all points",
        ylabel=r"$\sum_i\|y^{\{i\}}-F(x^{\{i\}})\|_2^2$",
        xlim=(_first_gain(race), 1.3 * race.work[-1]),
        ylim=(max(LOWEST, race.sum_of_squares.min() / 10), 10 * race.sum_of_squares.max()),
    )
    axes.axhline(SOLVED, color=style.GREY, lw=0.6, ls="--", zorder=1)
    count = race.sum_of_squares.shape[1]
    words = "starts, and how many are fitted" if count > 1 else "start"
    style.legend_above(figure, handles, columns=2, title=f"ten points, {count} {words}")


def caption(race: OptimiserRace) -> str:
    """Return what the figure shows."""
    solved, starts = (
        int(np.count_nonzero(race.end_sum_of_squares < SOLVED)),
        race.end_sum_of_squares,
    )
    drawn = race.sum_of_squares.shape[1]
    random = f" and {counted(drawn - 1, 'random start')}" if drawn > 1 else ""
    shared = f"the published start{random}"
    return (
        "The sum of squared residuals over the ten points against the work, counted in gradients "
        f"over all points, from {shared}, the same for all methods. A line is one start and ends "
        "where its method stopped, with a filled marker if the points are fitted (sum of squares "
        f"below {SOLVED:g}), else with a hollow one; the legend counts the filled ones. From "
        f"{len(starts)} starts in all, least squares fits the points {solved} times."
    )


def _first_gain(race: OptimiserRace) -> float:
    """Return the work after which the first method has gained a tenth of the sum of squares."""
    gained = (race.sum_of_squares < 0.9 * race.sum_of_squares[..., :1]).any(axis=(0, 1))
    return float(race.work[max(0, int(gained.argmax()) - 1)])


def _plot(axes: Axes, work: Array, squares: Array, spent: Array, look: style.Look) -> Line2D:
    for one, end in zip(squares, spent, strict=True):
        until = work <= end
        axes.plot(work[until], one[until], color=look.colour, lw=0.9, ls=look.linestyle, zorder=2)
        face = look.colour if one[until][-1] < SOLVED else "white"
        axes.plot(
            work[until][-1:], one[until][-1:], color=look.colour, marker=look.marker, mfc=face,
            ms=4.5, zorder=3,
        )  # fmt: skip
    fitted = int(np.count_nonzero(squares[:, -1] < SOLVED))
    label = f"{look.label}: {fitted} of {len(squares)}"
    return look.key(ls=look.linestyle, label=label)
