"""The errors of filters as snapshots arrive one by one."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from mornet.experiments.updates.stream import Stream
from mornet.figures import style
from mornet.figures.updates.base import WORK

RECORD = Stream
SIZE = (style.SINGLE, 84.0)


@style.in_house_style
def draw(figure: Figure, record: Stream) -> None:
    """Draw the error after each arrival; the legend gives the work of one arrival."""
    axes = figure.add_subplot(xscale="log", yscale="log")
    looks = style.looks(record.method)
    handles = []
    for look, error, work in zip(looks.values(), record.error, record.work, strict=True):
        axes.plot(record.arrived, error, color=look.colour, marker=look.marker, ms=3, lw=0.8)
        label = f"{look.label}: {work:.3g}" if work else look.label
        handles.append(look.key(ms=3, label=label))
    ticks = [k for k in (1, 2, 5, 10, 20, 50, 100) if k <= record.arrived[-1]]
    axes.set_xticks(ticks, [str(k) for k in ticks])
    axes.set(xlabel="snapshots that have arrived", ylabel="rms error of the outputs")
    axes.set_xlim(0.9, 1.1 * float(np.max(record.arrived)))
    style.legend_above(figure, handles, columns=2, title="method: gradient-equivalents per arrival")


def caption(record: Stream) -> str:
    """Return what the figure shows."""
    widths = "-".join(map(str, record.network.widths))
    return (
        f"An autoencoder {widths}, trained on $N = {record.samples}$ snapshots with weight decay "
        f"{record.decay:g}, as new snapshots arrive one by one: root mean square differences of "
        "the outputs of each filter from those at the minimum over all snapshots so far. Numbers "
        "in the "
        "legend are the work of one arrival. " + WORK
    )
