"""Processor times of reduced-order models against the size of the full-order model."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mornet.errors import DataError
from mornet.experiments.rom_speed import RomSpeed
from mornet.figures import style
from mornet.tables.words import in_words

RECORD = RomSpeed
SIZE = (style.DOUBLE, 74.0)
FULL: dict[str, Any] = {"color": style.BLACK, "marker": "*", "ms": 6.0, "label": "full-order model"}


@style.in_house_style
def draw(figure: Figure, record: RomSpeed) -> None:
    """Draw the times on the left and the speed-ups at equal error on the right.

    A full-order model of the same error takes as long as the reduced one where the speed-up is one.
    Raises DataError for times that are not positive.
    """
    if not (np.all(record.seconds > 0) and np.all(record.rival_seconds > 0)):
        raise DataError(f"{record.problem} has times that are not positive")
    left, right = figure.subplots(1, 2)
    left.plot(record.n, record.full_seconds, **FULL)
    _lines(left, record, record.seconds)
    left.set_ylabel("processor time of a trajectory (s)")
    right.axhline(1.0, color=style.GREY, lw=0.8)
    _lines(right, record, record.speed_up)
    right.set_ylabel("speed-up at equal error")
    for axes in (left, right):
        axes.set(xscale="log", yscale="log", xlabel="degrees of freedom $n$")
        axes.margins(0.06, 0.1)
    title = f"{in_words(record.problem)}, {in_words(record.method)}, $r$ = {record.rank}"
    style.legend_above(figure, left.get_legend_handles_labels()[0], columns=5, title=title)


def caption(record: RomSpeed) -> str:
    """Return what the figure shows."""
    return (
        f"Processor times of reduced-order models of {in_words(record.problem)}, on "
        f"{in_words(record.method)} of rank {record.rank}, against the degrees of freedom n of the "
        "full-order model. Left: one trajectory, its states included. Right: the time of a "
        "full-order model of the same error over that of the reduced-order model, which is faster "
        "where its line is above one; there neither brings its states to the fine grid. "
        "The full-order model of the same error is that of the least "
        "work, coarser in space or in time, whose error is not larger. Models that failed are "
        "left out."
    )


def _lines(axes: Axes, record: RomSpeed, values: Any) -> None:
    """Draw a line for each model; models that failed are left out."""
    shown = np.where(record.failed > 0, np.nan, values)
    for k, name in enumerate(record.model):
        look: dict[str, Any] = {"color": style.COLOURS[k], "marker": style.MARKERS[k]}
        axes.plot(record.n, shown[:, k], label=name, **look)
