"""What figures of growing models share: errors of training and test over the parameters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mornet.figures import style
from mornet.records import Array, Indices

WIDTHS = 2.8, 2.0, 1.3, 0.8  # a line under another remains visible


def cures(axes: Axes, P: Indices, train: Array, test: Array, least: float = 0.0) -> None:
    """Draw the errors (cure, P, seed) of all cures, as `pair` does, each in a colour and width."""
    for errors, colour, width in zip(
        zip(train, test, strict=True), style.COLOURS, WIDTHS, strict=False
    ):
        pair(axes, P, *errors, colour, least, width)


def pair(
    axes: Axes,
    P: Indices,
    train: Array,
    test: Array,
    colour: str,
    least: float = 0.0,
    width: float = 1.2,
) -> None:
    """Draw medians (solid) and quartiles of ``test`` (P, seed), and medians of ``train`` (dashed).

    Training errors below ``least`` are drawn at ``least``.
    """
    low, middle, high = np.quantile(test, (0.25, 0.5, 0.75), axis=1)
    axes.fill_between(P, low, high, color=colour, alpha=0.15, lw=0)
    axes.plot(P, middle, color=colour, lw=width, marker="o", ms=width + 1.2)
    axes.plot(P, np.maximum(np.median(train, axis=1), least), color=colour, ls="--", lw=0.7 * width)


def handles(names: Sequence[str], *others: Line2D) -> list[Line2D]:
    """Return the entries of the legend: a colour for each cure, the two kinds of lines, others."""
    looks = zip(("no cure", *names[1:]), style.COLOURS, WIDTHS, strict=False)
    return [
        *(Line2D([], [], color=colour, lw=lw, label=name) for name, colour, lw in looks),
        Line2D([], [], color=style.GREY, label="test"),
        Line2D([], [], color=style.GREY, ls="--", label="training"),
        *others,
    ]
