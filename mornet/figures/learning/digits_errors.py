"""The errors of PCA and of autoencoders of digits over the number of entries of a code."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from mornet.errors import counted
from mornet.experiments.learning.digits_codes import DigitsCodes
from mornet.figures import style
from mornet.tables.words import listed

RECORD = DigitsCodes
SIZE = (style.SINGLE, 70.0)
CAPTION = (
    "Mean square errors per pixel of {methods} on images of digits, against the number r of "
    "entries of a code: on test images (solid, with the range over {seeds}) and on "
    "training images (dashed). Lines are medians."
)


@style.in_house_style
def draw(figure: Figure, study: DigitsCodes) -> None:
    """Draw the mean square per pixel of the test (solid) and the training images (dashed)."""
    axes = figure.add_subplot(xscale="log", yscale="log")
    names = ("PCA", "deep", "convolutional")
    handles = []
    for k, look in enumerate(style.looks(names).values()):
        test, train = study.test_error[k], study.train_error[k]
        axes.fill_between(study.rank, test.min(1), test.max(1), color=look.colour, alpha=0.2, lw=0)
        handles += axes.plot(study.rank, np.median(test, axis=1), color=look.colour,
                             marker=look.marker, label=study.method[k])  # fmt: skip
        axes.plot(study.rank, np.median(train, axis=1), color=look.colour, ls="--", lw=0.8)
    axes.set_xticks(study.rank, [str(r) for r in study.rank])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set(xlabel="entries of a code $r$", ylabel="mean square error per pixel")
    style.legend_above(figure, handles, columns=3, title="digits; solid: test, dashed: training")


def caption(study: DigitsCodes) -> str:
    """Return what the figure shows."""
    return CAPTION.format(
        methods=listed(study.method), seeds=counted(study.test_error.shape[2], "seed")
    )
