"""The gain of the winner against what POD leaves, one point a data set."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.judge.judged import Judged
from mornet.figures import style

RECORD = Judged
SIZE = (style.SINGLE, 84.0)
ROUND_OFF = 1e-12
"""Errors below are those of arithmetic; their points stand at the left edge."""

GROUPS = {  # label, number of the colour, marker, whether points are filled
    "tuning": ("tuned on these", 1, "o", False),
    "earlier": ("looked at with former rules", 2, "D", False),
    "sealed": ("looked at once", 0, "s", True),
}


@style.in_house_style
def draw(figure: Figure, *records: Judged) -> None:
    """Draw a point for each of ``records``: the error of POD, and that of the winner over it.

    Filled points belong to the sets that were looked at once. A grey bar leads to a dash, the best
    of all candidates trained in full; of several draws the medians count. It points down where
    another candidate is better, and up where the winner is, which may be trained again or for a
    shorter time. A triangle at the left edge is a set on which the error of POD is at most
    `ROUND_OFF`.
    """
    axes = figure.add_subplot(xscale="log", yscale="log")
    errors = [record.reference for record in records]
    left = min([e for e in errors if e > ROUND_OFF], default=ROUND_OFF) / 2
    axes.set_xlim(left / 1.2, 1.5 * max(*errors, 2 * left))  # also if all errors are equal
    for group in GROUPS:
        own = [record for record in records if record.half == group]
        if own:
            _draw_group(axes, own, left, *GROUPS[group])
    axes.axhline(1, color=style.GREY, lw=0.8, ls="--", zorder=0)
    axes.set(
        xlabel="test error of the better one of POD and PCA",
        ylabel="winner's test error over that of POD or PCA",
    )
    axes.grid(True, which="major")
    bar = Line2D([], [], color=style.GREY, lw=0.8, marker="_", ms=4, label="best in full")
    handles = [*axes.get_legend_handles_labels()[0], bar]
    style.legend_above(figure, handles, columns=2)


def _draw_group(
    axes: Axes, own: list[Judged], left: float, label: str, colour: int, usual: str, filled: bool
) -> None:
    pod = np.array([max(record.reference, left) for record in own])
    ratio = np.array([record.ratio for record in own])
    best = np.array([record.ratio / record.to_best for record in own])
    axes.vlines(pod, best, ratio, color=style.GREY, lw=0.8, zorder=1)
    axes.plot(pod, best, "_", color=style.GREY, ms=4, zorder=1)
    edge = style.COLOURS[colour]
    looks: dict[str, Any] = {"color": edge, "mfc": edge if filled else "white", "ms": 4}
    exact = pod == left
    for shown, marker, words in ((~exact, usual, f"{label} ({len(own)})"), (exact, "<", None)):
        axes.plot(pod[shown], ratio[shown], ls="none", marker=marker, label=words, **looks)


def caption(*records: Judged) -> str:
    """Return what the figure shows."""
    exact = any(record.reference <= ROUND_OFF for record in records)
    won = sum(record.ratio < 1 for record in records)
    return (
        f"The judge on {len(records)} data sets: the test error of the reduction that it chose, "
        "over that of the better one of POD and PCA, against the latter. "
        f"The choice is better than POD on {won} of them, which lie below the dashed line. "
        "Settings were tuned on one group, and another one was looked at with former rules. Filled "
        "points are the data sets that were looked at once, with the present rules. A grey bar "
        "leads to a dash, the best of all candidates, each trained in full, which only the test "
        "snapshots can name. It points up where the winner is better, because it was trained again "
        "or for a shorter time."
        + exact
        * " A triangle at the left edge stands for data that POD represents to round-off."
    )
