"""Parameters, processor times and errors of autoencoders over the number of grid points."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from mornet.experiments.learning.grid_sizes import GridSizes
from mornet.figures import style
from mornet.figures.captions import over_seeds
from mornet.tables.words import in_words, listed

RECORD = GridSizes
SIZE = (style.DOUBLE, 70.0)
CAPTION = (
    "Parameters, processor times and relative test errors of {methods} against the number $n$ of "
    "degrees of freedom of {data}: codes of {study.code} entries, {study.snapshots} training "
    "snapshots, {study.epochs} epochs.{seeds} A time is that of one fit, the POD of its "
    "coordinates included. {verdict}"
)
VERDICT = (
    "On the finest grid the convolutional autoencoder has {error} times the error of the dense one "
    "in POD coordinates, at {time} times its processor time: {words}.{other}"
)
PAYS = 0.9  # ratio of errors below which convolution is worth its time
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
    data, size = plain_name(study), f"{study.snapshots} snapshots, {study.epochs} epochs"
    title = f"{data}, $r$ = {study.code}, {size}"
    style.legend_above(figure, handles, columns=4, title=title)


def plain_name(study: GridSizes) -> str:
    """Return the name of the data set in words."""
    return in_words(study.data_set)


def caption(study: GridSizes) -> str:
    """Return what the figure shows."""
    seeds = over_seeds(study.test_error.shape[2], "Errors are medians over {} seeds.")
    words = {"methods": listed(study.method), "data": plain_name(study), "seeds": seeds}
    return CAPTION.format(study=study, verdict=verdict(study), **words)


def verdict(study: GridSizes) -> str:
    """Return whether convolution pays on the finest grid, where POD coordinates are the rival."""
    error = np.median(study.test_error, axis=2)[:, -1]
    rivals = ("convolutional", "dense in POD coordinates")
    of = [study.method.index(name) for name in rivals]
    ratio, time = (values[of[0]] / values[of[1]] for values in (error, study.seconds[:, -1]))
    pays = "convolution pays" if ratio < PAYS else "POD coordinates make convolution superfluous"
    least = study.method[int(np.argmin(error))]
    other = "" if least in rivals else f" The least error there is that of {least}."
    return VERDICT.format(error=f"{ratio:.2g}", time=f"{time:.2g}", words=pays, other=other)
