"""Curves of vectors, singular values and modes in one panel."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from mornet.figures import style
from mornet.figures.ticks import count_along
from mornet.records import Array

MODES = 4  # curves of a panel


class Line(NamedTuple):
    """The places ``x`` (n,) of degrees of freedom along a line, and the ``label`` of their axis."""

    label: str
    x: Array


def draw_curve(axes: Axes, values: Array, along: Line) -> None:
    """Draw one value at each of the places ``along`` a line."""
    axes.plot(along.x, values, color=style.BLACK, marker="." if len(values) <= 50 else "")
    axes.set_xlabel(along.label)


def draw_decay(axes: Axes, values: Array) -> None:
    """Draw singular values, divided by the first one; a zero has no place on the axis."""
    positive = values[values > 0]
    draw_curve(axes, positive / values[0], Line("index $k$", np.arange(1.0, len(positive) + 1)))
    axes.set(yscale="log", ylabel=r"$\sigma_k/\sigma_1$")
    count_along(axes.xaxis)


def draw_modes(axes: Axes, V: Array, along: Line) -> None:
    """Draw the first modes over their places."""
    for k, v in enumerate(V.T[:MODES]):
        axes.plot(along.x, v, color=style.COLOURS[k], ls=style.LINESTYLES[k], label=f"mode {k + 1}")
    axes.set_xlabel(along.label)
    axes.legend()
