"""Test trajectories in the space of codes of each method."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mornet.errors import DataError
from mornet.experiments.close_up import CloseUp
from mornet.figures import style
from mornet.records import Array, Indices

RECORD = CloseUp
SIZE = (style.DOUBLE, 110.0)
ACROSS = 3  # panels in a row
MOST_TRAJECTORIES = 12  # trajectories that can be told apart


@style.in_house_style
def draw(figure: Figure, close_up: CloseUp) -> None:
    """Draw the first two entries of the codes of ``close_up``, a panel for each method.

    A code of one entry is drawn against time; without times, against the number of the snapshot.
    Codes are divided by their root mean square. A circle marks the beginning of a trajectory. At
    most `MOST_TRAJECTORIES` are drawn, evenly spaced from the first to the last.

    Raises DataError for codes that are all zero.
    """
    methods = close_up.method
    rows = -(-len(methods) // ACROSS)
    grid = figure.subplots(rows, min(ACROSS, len(methods)), squeeze=False)
    numbers = np.unique(close_up.trajectory)
    shown = numbers[
        np.unique(np.linspace(0, len(numbers) - 1, MOST_TRAJECTORIES).round().astype(int))
    ]
    colours = style.shades(len(shown))
    for axes, method, code in zip(grid.flat, methods, close_up.code, strict=False):
        scale = np.sqrt(np.mean(code**2))
        if not scale > 0:
            raise DataError(f"the codes of {method} on {close_up.data_set} are all zero")
        for number, colour in zip(shown, colours, strict=True):
            at = close_up.trajectory == number
            t = np.arange(np.count_nonzero(at)) if close_up.t is None else close_up.t[at]
            _plot(axes, code[:, at] / scale, t, colour)
        axes.set_title(style.looks(methods)[method].label)
        axes.set(**_labels(close_up))
    for axes in grid.flat[len(methods) :]:
        axes.set_axis_off()
    some = f"{len(shown)} of {len(numbers)} " if len(shown) < len(numbers) else ""
    title = f"{close_up.data_set.replace('_', ' ')}, rank {close_up.rank}: {some}test trajectories"
    figure.suptitle(title)


def _plot(axes: Axes, code: Array, t: Array | Indices, colour: str) -> None:
    x, y = (t, code[0]) if len(code) == 1 else code[:2]
    if len(t) == 1:
        axes.plot(x, y, ".", color=colour)
        return
    axes.plot(x, y, color=colour, lw=0.9)
    axes.plot(x[:1], y[:1], "o", color=colour, ms=3.0, mfc="white")


def _labels(close_up: CloseUp) -> dict[str, str]:
    if close_up.code.shape[1] > 1:
        return {"xlabel": "$z_1$ / rms", "ylabel": "$z_2$ / rms"}
    time = style.with_unit("$t$", close_up.units.get("t", "1"))
    return {"xlabel": "snapshot" if close_up.t is None else time, "ylabel": "$z_1$ / rms"}
