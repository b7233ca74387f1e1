"""Digits, what PCA and autoencoders give back of them, and their codes of two entries."""

from __future__ import annotations

import numpy as np
from matplotlib import color_sequences
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D

from mornet.experiments.learning.digits_codes import DigitsCodes
from mornet.figures import style
from mornet.tables.words import listed

RECORD = DigitsCodes
SIZE = (style.DOUBLE, 130.0)
CAPTION = (
    "Above: a test image of each digit, and what {methods} give back of it from $r = "
    "{study.shown}$ numbers. Below: the codes of all {number} test images for $r = 2$, each drawn "
    "as its digit. All by the first seed."
)
DIGITS = "tab10"
SHORT = ("original", "PCA", "dense", "convolutional")


@style.in_house_style
def draw(figure: Figure, study: DigitsCodes) -> None:
    """Draw images and reconstructions (above), and the codes of all test images (below)."""
    grid = figure.add_gridspec(2, 1, height_ratios=(1.0, 1.25))
    above, below = (figure.add_subfigure(cell) for cell in (grid[0], grid[1]))
    rows = (study.original, *study.reconstruction)
    cells = above.subplots(len(rows), len(study.original), squeeze=False)
    side = int(np.sqrt(study.original.shape[1]))
    for row, images, name in zip(cells, rows, SHORT, strict=True):
        for axes, image in zip(row, images, strict=True):
            axes.imshow(image.reshape(side, side), cmap="gray_r", vmin=0, vmax=1)
            axes.set(xticks=[], yticks=[])
        row[0].set_ylabel(name, rotation=0, ha="right", va="center")
    above.suptitle(f"test images and their reconstructions from {study.shown} numbers")
    _codes(below, study)


def caption(study: DigitsCodes) -> str:
    """Return what the figure shows."""
    return CAPTION.format(study=study, methods=listed(study.method), number=len(study.digit))


def _codes(figure: SubFigure, study: DigitsCodes) -> None:
    colours = color_sequences[DIGITS]
    for axes, name, code in zip(
        figure.subplots(1, len(study.method)), study.method, study.code, strict=True
    ):
        for digit in range(10):
            of = study.digit == digit
            axes.plot(*code[:, of], ls="none", marker=f"${digit}$", ms=4, mew=0.2,
                      color=colours[digit])  # fmt: skip
        axes.set(xlabel="$z_1$", ylabel="$z_2$", title=name)
    handles = [
        Line2D([], [], ls="none", marker="s", color=colours[d], label=str(d)) for d in range(10)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=10)
