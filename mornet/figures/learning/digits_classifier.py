"""Training and validation losses of the classifiers, with and without dropout, and kernels."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mornet.errors import counted
from mornet.experiments.learning.digits_classifier import DigitsClassifier
from mornet.figures import style
from mornet.records import Array, Indices
from mornet.tables.words import in_words, listed

RECORD = DigitsClassifier
SIZE = (style.DOUBLE, 78.0)
CAPTION = (
    "Log losses of classifiers of the images of {source} after each epoch ({images} images for "
    "training, validation and test): convolutional networks (left) and dense ones (middle) of "
    "about as many parameters, with and without dropout of rate {study.rate:g}. Lines are "
    "medians over {seeds}, bands their range; dropout is off where losses are measured. "
    "Right: kernels of the first convolution, without dropout."
)
TITLES = ("convolutional", "dense")


@style.in_house_style
def draw(figure: Figure, study: DigitsClassifier) -> None:
    """Draw the losses of both kinds of networks (left, middle), and the kernels (right).

    A line is the median over the seeds, and a band their range.
    """
    grid = figure.add_gridspec(1, 3, width_ratios=(1, 1, 0.4))
    left = figure.add_subplot(grid[0], yscale="log")
    middle = figure.add_subplot(grid[1], yscale="log", sharey=left)
    for k, axes in enumerate((left, middle)):
        for colour, network in zip(style.COLOURS, range(2 * k, 2 * k + 2), strict=False):
            _curve(axes, study.epoch, study.train_loss[network], colour, "--")
            _curve(axes, study.epoch, study.validation_loss[network], colour, "-")
        axes.set(xlabel="epoch", title=f"{TITLES[k]}, $P$ = {study.parameters[2 * k]}")
        axes.set_xlim(study.epoch[0], study.epoch[-1])
    left.set_ylabel("log loss $J$")
    middle.tick_params(labelleft=False)
    _kernels(figure, figure.add_subplot(grid[2]), study.kernels)
    handles = [
        Line2D([], [], color=style.COLOURS[0], label="without dropout"),
        Line2D([], [], color=style.COLOURS[1], label=f"dropout {study.rate:g}"),
        Line2D([], [], color=style.GREY, label="validation"),
        Line2D([], [], color=style.GREY, ls="--", label="training"),
        Patch(color=style.GREY, alpha=0.25, lw=0, label="range of the seeds"),
    ]
    seeds = counted(study.train_loss.shape[1], "seed")
    title = f"{study.source}: {study.images[0]} training images, {seeds}"
    style.legend_above(figure, handles, columns=5, title=title)


def caption(study: DigitsClassifier) -> str:
    """Return what the figure shows."""
    return CAPTION.format(
        study=study,
        source=in_words(study.source),
        images=listed(study.images.tolist()),
        seeds=counted(study.train_loss.shape[1], "seed"),
    )


def _curve(axes: Axes, epoch: Indices, loss: Array, colour: str, line: str) -> None:
    axes.fill_between(epoch, loss.min(axis=0), loss.max(axis=0), color=colour, alpha=0.2, lw=0)
    axes.plot(epoch, np.median(loss, axis=0), color=colour, ls=line)


def _kernels(figure: Figure, axes: Axes, kernels: Array) -> None:
    """Draw the kernels of the first convolution in two columns, all with the same colours."""
    most = float(np.abs(kernels).max())
    framed = np.pad(kernels, ((0, len(kernels) % 2), (0, 1), (0, 1)), constant_values=np.nan)
    rows = [np.hstack(pair) for pair in zip(framed[::2], framed[1::2], strict=True)]
    shown = axes.imshow(np.vstack(rows)[:-1, :-1], cmap="RdBu_r", vmin=-most, vmax=most)
    shown.set_cmap(shown.get_cmap().with_extremes(bad="#cccccc"))
    axes.set_axis_off()
    axes.set_title("first kernels")
    figure.colorbar(shown, ax=axes, label="weight", aspect=30)
