"""Snapshots arrive one by one: how far filters stray from the new minimum."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.updates.stream import StreamStudy
from mornet.figures import style

RECORD = StreamStudy
SIZE = (style.SINGLE, 84.0)


@style.in_house_style
def draw(figure: Figure, study: StreamStudy) -> None:
    """Draw the error after each arrival; the legend tells the price of one."""
    axes = figure.add_subplot(xscale="log", yscale="log")
    looks = style.looks(study.method)
    handles = []
    for look, error, price in zip(looks.values(), study.error, study.price, strict=True):
        axes.plot(study.arrived, error, color=look.colour, marker=look.marker, ms=3, lw=0.8)
        label = f"{look.label}: {price:.3g}" if price else look.label
        handles.append(Line2D([], [], color=look.colour, marker=look.marker, ms=3, label=label))
    ticks = [k for k in (1, 2, 5, 10, 20, 50, 100) if k <= study.arrived[-1]]
    axes.set_xticks(ticks, [str(k) for k in ticks])
    axes.set(xlabel="snapshots that have arrived", ylabel="rms error of the outputs")
    axes.set_xlim(0.9, 1.1 * float(np.max(study.arrived)))
    style.legend_above(figure, handles, columns=2, title="method: gradient-equivalents an arrival")
