"""Parameters, processor times and errors of autoencoders over the number of grid points."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from mornet.experiments.learning.grid_sizes import GridSizes
from mornet.figures import style
from mornet.tables.words import listed

RECORD = GridSizes
SIZE = (style.DOUBLE, 70.0)
CAPTION = (
    "Parameters, processor times and relative test errors of {methods} against the number n of "
    "grid points of Burgers' equation: codes of {study.code} entries, {study.snapshots} training "
    "snapshots, {study.epochs} epochs. Errors are medians over {seeds} seeds; a time is that of "
    "one fit, the POD of its coordinates included."
)
NAMES = ("PCA", "deep", "convolutional", "hybrid")  # their looks stand for the methods, in order


@style.in_house_style
def draw(figure: Figure, study: GridSizes) -> None:
    """Draw the three over n, one line a method; errors are medians over the seeds."""
    panels = figure.subplots(1, 3)
    shown = (study.parameters, study.seconds, np.median(study.test_error, axis=2))
    labels = ("parameters", "processor time (s)", "relative test error")
    handles = []
    for k, look in enumerate(style.looks(NAMES).values()):
        line: dict[str, Any] = {"color": look.colour, "marker": look.marker, "ms": 3}
        for axes, values in zip(panels, shown, strict=True):
            axes.plot(study.n, values[k], **line)
        handles.append(Line2D([], [], label=study.method[k], **line))
    for axes, label in zip(panels, labels, strict=True):
        axes.set(xscale="log", yscale="log", xlabel="degrees of freedom $n$", ylabel=label)
        axes.set_xticks(study.n, [str(n) for n in study.n])
        axes.xaxis.set_minor_locator(NullLocator())
    title = f"Burgers, $r$ = {study.code}, {study.snapshots} snapshots, {study.epochs} epochs"
    style.legend_above(figure, handles, columns=4, title=title)


def caption(study: GridSizes) -> str:
    """Return what the figure shows."""
    seeds = study.test_error.shape[2]
    return CAPTION.format(study=study, methods=listed(study.method), seeds=seeds)
