"""The gain of the winner against what POD leaves, one point a data set."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.judge.judged import Judged
from mornet.figures import style

RECORD = Judged
SIZE = (style.SINGLE, 84.0)
HALVES = {"tuning": "settings chosen on these", "once": "looked at once"}


@style.in_house_style
def draw(figure: Figure, *records: Judged) -> None:
    """Draw a point for each of ``records``: the error of POD, and that of the winner over it.

    A hollow point belongs to a set on which settings were chosen. A grey bar leads down to the best
    of all candidates trained in full.
    """
    axes = figure.add_subplot(xscale="log", yscale="log")
    errors = [record.reference for record in records]
    axes.set_xlim(min(errors) / 1.5, 1.5 * max(errors))  # also if all errors are equal
    for half, label in HALVES.items():
        own = [record for record in records if record.half == half]
        if not own:
            continue
        pod = np.array([record.reference for record in own])
        ratio = np.array([record.ratio for record in own])
        best = np.array([record.ratio / record.to_best for record in own])
        colour = style.COLOURS[0 if half == "once" else 1]
        axes.vlines(pod, best, ratio, color=style.GREY, lw=0.8, zorder=1)
        face = colour if half == "once" else "white"
        axes.plot(pod, ratio, "o", color=colour, mfc=face, ms=4, label=f"{label} ({len(own)})")
    axes.axhline(1, color=style.GREY, lw=0.8, ls="--", zorder=0)
    axes.set(
        xlabel="test error of the better one of POD and PCA",
        ylabel="test error of the winner over that of POD or PCA",
    )
    axes.grid(True, which="major")
    bar = Line2D([], [], color=style.GREY, lw=0.8, label="down to the best in full")
    handles = [*axes.get_legend_handles_labels()[0], bar]
    style.legend_above(figure, handles, columns=2)


def caption(*records: Judged) -> str:
    """Return what the figure shows."""
    won = sum(record.ratio < 1 for record in records)
    return (
        f"The judge on {len(records)} data sets: the test error of the reduction that it chose, "
        "over that of the better one of POD and PCA, against the latter; the choice is better than "
        f"POD on {won} of them. Below the dashed line the choice is better than POD. Hollow points "
        "are data sets on which settings were chosen. A grey bar leads to the best of all "
        "candidates, each trained in full, which only the test snapshots can name."
    )
