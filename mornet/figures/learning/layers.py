"""Heat maps of autoencoder errors over depth and width, for each kind of layer and code size."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mornet.experiments.learning.layers import Layers
from mornet.figures import style
from mornet.records import Array
from mornet.tables.words import listed

RECORD = Layers
SIZE = (style.DOUBLE, 92.0)
CAPTION = (
    "Relative test errors in per cent (numbers) of autoencoders after {study.steps:,} steps, on "
    "{data}, against width and number of hidden layers, for {forms} layers and codes of "
    "{codes} entries. Colour is the ratio to centred POD: blue is better than POD, red is "
    "worse. Numbers are medians over the seeds."
)


@style.in_house_style
def draw(figure: Figure, study: Layers) -> None:
    """Draw one row of maps for each data set; the colour is log of the error over that of POD."""
    columns = [(f, c) for f in range(len(study.form)) for c in range(len(study.code))]
    panels = figure.subplots(len(study.data), len(columns), squeeze=False)
    ratio = study.error / study.pod_error[:, None, :, None, None]
    most = float(np.abs(np.log10(ratio)).max())
    for d, row in enumerate(panels):
        for axes, (f, c) in zip(row, columns, strict=True):
            image = axes.imshow(np.log10(ratio[d, f, c]), cmap="RdBu_r", vmin=-most, vmax=most,
                                aspect="auto", origin="lower")  # fmt: skip
            _numbers(axes, study.error[d, f, c], np.log10(ratio[d, f, c]) / most)
            axes.set_xticks(range(len(study.width)), [str(w) for w in study.width])
            axes.set_yticks(range(len(study.depth)), [str(h) for h in study.depth])
            axes.tick_params(length=0)
            axes.set_title(f"{study.form[f]}, $r$ = {study.code[c]}")
            if d == len(study.data) - 1:
                axes.set_xlabel("width")
        row[0].set_ylabel(f"{study.data[d]}\nhidden layers")
    bar = figure.colorbar(image, ax=panels, shrink=0.9, aspect=30)
    bar.set_label(r"$\log_{10}$ (test error / that of POD); numbers: test error in %")


def caption(study: Layers) -> str:
    """Return what the figure shows."""
    return CAPTION.format(
        study=study,
        data=listed(study.data),
        forms=listed(study.form),
        codes=listed(study.code.tolist()),
    )


def _numbers(axes: Axes, error: Array, depth: Array) -> None:
    """Write the relative test error, in per cent, into each cell."""
    for (h, w), value in np.ndenumerate(error):
        colour = "white" if abs(depth[h, w]) > 0.6 else style.BLACK
        axes.text(
            w,
            h,
            f"{100 * value:.2g}" if value < 0.995 else f"{100 * value:.0f}",
            ha="center",
            va="center",
            fontsize=7,
            color=colour,
        )
