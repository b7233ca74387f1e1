"""Test error against the processor time of a fit, for each method and for POD."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.comparison.collect import Comparison
from mornet.comparison.median import median
from mornet.errors import DataError
from mornet.figures import style
from mornet.figures.captions import over_seeds, sized
from mornet.figures.comparison.reference import relative_error_symbol
from mornet.records import Array
from mornet.tables.words import in_words, listed

RECORD = Comparison
SIZE = (style.SINGLE, 88.0)
FRONT: dict[str, Any] = {"color": "#9a9a9a", "lw": 1.2, "zorder": 1}
TICK = 0.01  # s; a coarse clock of processor time, which some systems have, counts hundredths
SHORT = f" Fits too short for the clock are drawn at one tick, {TICK:g} s."


@style.in_house_style
def draw(figure: Figure, comparison: Comparison) -> None:
    """Draw a point for each method and rank of ``comparison``: the medians over the seeds.

    Thin bars reach over the seeds; a marker grows with the rank. The staircase is the least error
    within a time. A time of zero is drawn at a tick of the clock.

    Raises DataError for negative times.
    """
    comparison = _with_ticks(comparison)
    axes = figure.add_subplot(xscale="log", yscale="log")
    looks = style.looks(comparison.method)
    for k, name in enumerate(comparison.method):
        _plot(axes, comparison.seconds[k], comparison.test_error[k], looks[name])
    axes.margins(0.08)
    _front(axes, comparison)
    axes.set(
        xlabel="processor time of one fit (s)",
        ylabel=f"test error {relative_error_symbol(comparison)}",
    )
    axes.grid(True, which="major")
    style.legend_above(figure, _keys(looks), columns=3, title=_title(comparison))


def caption(comparison: Comparison) -> str:
    """Return what the figure shows."""
    return (
        f"Test errors of {listed(comparison.method)} on {sized(comparison)} against the processor "
        f"time of a fit. {_ranks(comparison)}."
        + over_seeds(len(comparison.seed), "Points are medians over {} seeds, bars their range.")
        + " The grey staircase is the least error that any of these fits reaches within a time."
        + (SHORT if np.any(comparison.seconds == 0) else "")
    )


def _with_ticks(comparison: Comparison) -> Comparison:
    """Return a comparison whose times of zero are a tick; DataError for negative times."""
    if not np.all(comparison.seconds >= 0):
        raise DataError(f"{comparison.data_set} has negative times")
    seconds = np.where(comparison.seconds == 0, TICK, comparison.seconds)
    return replace(comparison, seconds=seconds)


def _title(comparison: Comparison) -> str:
    ranks = [int(comparison.rank[i]) for i in (0, -1)]
    name = in_words(comparison.data_set)
    span = f"$r={ranks[0]}$" if ranks[0] == ranks[1] else f"$r={ranks[0]}$ (small) to ${ranks[1]}$"
    return f"{name}, {span}"


def _ranks(comparison: Comparison) -> str:
    if len(comparison.rank) == 1:
        return f"The rank is $r = {comparison.rank[0]}$"
    return f"Markers grow with the rank, from $r = {comparison.rank[0]}$ to {comparison.rank[-1]}"


def _keys(looks: dict[str, style.Look]) -> list[Line2D]:
    points = [look.key(ls="") for look in looks.values()]
    return [*points, Line2D([], [], color=FRONT["color"], lw=1.2, label="least error in this time")]


def _plot(axes: Axes, seconds: Array, error: Array, look: style.Look) -> None:
    """Draw the points of one method, from arrays (rank, seed)."""
    x, y = median(seconds), median(error)
    if error.shape[1] > 1 and np.ptp(error, axis=1).any():
        bars: dict[str, Any] = {"color": look.colour, "lw": 0.6, "alpha": 0.6, "zorder": 2}
        axes.hlines(y, seconds.min(axis=1), seconds.max(axis=1), **bars)
        axes.vlines(x, error.min(axis=1), error.max(axis=1), **bars)
    for one in zip(x, y, style.sizes(len(x)), strict=True):
        axes.plot(
            *one[:2], color=look.colour, marker=look.marker, ms=one[2], ls="", mec="white",
            mew=0.4, zorder=style.above_larger(one[2]),
        )  # fmt: skip


def _front(axes: Axes, comparison: Comparison) -> None:
    """Draw the least median error within each time, from its first point to the right edge."""
    seconds, error = (comparison.median(f).ravel() for f in ("seconds", "test_error"))
    order = np.argsort(seconds, kind="stable")
    right = axes.get_xlim()[1]
    axes.set_xlim(*axes.get_xlim())
    least = np.minimum.accumulate(error[order])
    axes.step([*seconds[order], right], [*least, least[-1]], where="post", **FRONT)
