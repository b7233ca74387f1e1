"""The sum of squares against the work of the optimisers on the ten points."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.errors import DataError
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

    A thin line belongs to one start and ends at its work. A thick line is the median of the starts.

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
        xlim=(race.work[0], race.work[-1]),
        ylim=(max(LOWEST, race.sum_of_squares.min() / 10), 10 * race.sum_of_squares.max()),
    )
    solved = int(np.count_nonzero(race.end_sum_of_squares < SOLVED))
    axes.axhline(SOLVED, color=style.GREY, lw=0.6, ls="--", zorder=1)
    axes.annotate(
        f"least squares: {solved} of\n{len(race.end_sum_of_squares)} starts below $10^{{-6}}$",
        xy=(0.98, SOLVED),
        xycoords=axes.get_yaxis_transform(),
        xytext=(0, -3),
        textcoords="offset points",
        va="top",
        ha="right",
        fontsize=8,
    )
    count = race.sum_of_squares.shape[1]
    title = f"{count} starts (thin), their median (thick)" if count > 1 else None
    style.legend_above(figure, handles, columns=2, title=title)


def _plot(axes: Axes, work: Array, squares: Array, spent: Array, look: style.Look) -> Line2D:
    for one, end in zip(squares, spent, strict=True):
        until = work <= end
        axes.plot(work[until], one[until], color=look.colour, lw=0.5, alpha=0.6, zorder=2)
    until = work <= np.median(spent)  # beyond, most starts have stopped
    middle = np.median(squares, axis=0)[until]
    (line,) = axes.plot(
        work[until], middle, color=look.colour, ls=look.linestyle, lw=1.4, zorder=3,
        label=look.label,
    )  # fmt: skip
    return line
