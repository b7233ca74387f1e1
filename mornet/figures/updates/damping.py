"""The predicted crossover of damped updates: slope 1 below, an apparent slope 2 above."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.updates.damping import Damping
from mornet.figures import style

RECORD = Damping
SIZE = (style.DOUBLE, 84.0)


@style.in_house_style
def draw(figure: Figure, study: Damping) -> None:
    """Draw errors against t with the predicted crossovers (left), slopes against t / t_x (right).

    A crossover beyond the largest t has no mark.
    """
    colours = [style.COLOURS[k % len(style.COLOURS)] for k in range(len(study.crossovers.damping))]
    left, right = figure.subplots(1, 2)
    left.plot(study.t, study.no_update, color=style.BLACK, lw=0.8, ls="--")
    left.plot(study.t, study.exact, color=style.BLACK, lw=0.8)
    for error, tx, colour in zip(study.error, study.crossovers.predicted, colours, strict=True):
        left.plot(study.t, error, color=colour)
        if study.t[0] <= tx <= study.t[-1]:
            height = np.exp(np.interp(np.log(tx), np.log(study.t), np.log(error)))
            left.plot(tx, height, ls="none", marker="o", color=colour, mec=style.BLACK, ms=6)
    left.set(xscale="log", yscale="log", xlabel="size of the perturbation $t$")
    left.set(ylabel="rms error of the outputs", xlim=(study.t[0], study.t[-1]))
    _slopes(right, study, colours)
    handles = [
        Line2D([], [], color=colour, label=rf"$\mu$ = {style.power(mu)}")
        for mu, colour in zip(study.crossovers.damping, colours, strict=True)
    ]
    handles += [
        Line2D([], [], color=style.BLACK, lw=0.8, ls="--", label="no update"),
        Line2D([], [], color=style.BLACK, lw=0.8, label=r"$\mu$ = 0"),
        Line2D([], [], ls="none", marker="o", mfc="white", mec=style.BLACK, ms=6,
               label=r"$t_\times = c_1/c_2$, predicted"),
    ]  # fmt: skip
    style.legend_above(figure, handles, columns=5)


def _slopes(axes: Axes, study: Damping, colours: list[str]) -> None:
    for slope in (1.0, 1.5, 2.0):
        axes.axhline(slope, color=style.GREY, lw=0.6, ls=":" if slope == 1.5 else "-")
    axes.axvline(1, color=style.GREY, lw=0.6, ls=":")
    for slope, tx, colour in zip(study.slope, study.crossovers.predicted, colours, strict=True):
        axes.plot(study.middle / tx, slope, color=colour, marker=".", ms=3, lw=0.8)
    axes.set(xscale="log", xlabel=r"$t / t_\times$", ylabel="slope of the error")
    axes.set_xlim(1e-3, 1e3)
