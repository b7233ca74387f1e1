"""What figures of growing models share: errors of training and test over the parameters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mornet.figures import style
from mornet.records import Array, Indices


def pair(
    axes: Axes, P: Indices, train: Array, test: Array, colour: str, least: float = 0.0
) -> None:
    """Draw medians (solid) and quartiles of ``test`` (P, seed), and medians of ``train`` (dashed).

    Training errors below ``least`` are drawn at ``least``.
    """
    low, middle, high = np.quantile(test, (0.25, 0.5, 0.75), axis=1)
    axes.fill_between(P, low, high, color=colour, alpha=0.15, lw=0)
    axes.plot(P, middle, color=colour, marker="o", ms=2.5)
    axes.plot(P, np.maximum(np.median(train, axis=1), least), color=colour, ls="--", lw=0.8)


def handles(cures: Sequence[str], *others: Line2D) -> list[Line2D]:
    """Return the entries of the legend: a colour for each cure, the two kinds of lines, others."""
    names = zip(("no cure", *cures[1:]), style.COLOURS, strict=False)
    return [
        *(Line2D([], [], color=colour, label=name) for name, colour in names),
        Line2D([], [], color=style.GREY, label="test"),
        Line2D([], [], color=style.GREY, ls="--", label="training"),
        *others,
    ]
