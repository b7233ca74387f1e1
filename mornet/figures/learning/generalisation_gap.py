"""The generalisation gap of autoencoders over the number of training images."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from mornet.errors import counted
from mornet.experiments.learning.layers import Layers
from mornet.figures import style
from mornet.tables.words import listed

RECORD = Layers
SIZE = (style.SINGLE, 72.0)
CAPTION = (
    "The generalisation gap of {models} with codes of {study.gap_code} entries: the mean square "
    "error per pixel of test images of digits minus that of $m$ training images. Markers are "
    "{seeds}; lines are power laws fitted to the medians, with the exponents in the legend."
)
NAMES = ("PCA", "deep", "convolutional")  # the looks of these methods in all figures


@style.in_house_style
def draw(figure: Figure, study: Layers) -> None:
    """Draw the gap of each seed, its median, and the fitted power law."""
    axes = figure.add_subplot(xscale="log", yscale="log")
    handles = []
    for k, look in enumerate(style.looks(NAMES).values()):
        gap, middle = study.gap[k], np.median(study.gap[k], axis=1)
        for one in gap.T:
            axes.plot(study.size, one, ls="none", marker=look.marker, ms=3, alpha=0.4,
                      color=look.colour)  # fmt: skip
        scale = np.exp(np.mean(np.log(middle) - study.rate[k] * np.log(study.size)))
        axes.plot(study.size, scale * study.size ** study.rate[k], color=look.colour)
        label = f"{study.model[k]}: $m^{{{study.rate[k]:.2f}}}$"
        handles.append(look.key(ms=3, label=label))
    axes.set_xticks(study.size, [str(m) for m in study.size])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set(xlabel="training images $m$", ylabel="test minus training mean square")
    style.legend_above(figure, handles, columns=2, title=f"digits, $r$ = {study.gap_code}")


def caption(study: Layers) -> str:
    """Return what the figure shows."""
    seeds = counted(study.gap.shape[2], "seed")
    return CAPTION.format(study=study, models=listed(study.model), seeds=seeds)
