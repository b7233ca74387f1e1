"""The predicted crossover of damped updates: slope 1 below, an apparent slope 2 above."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.updates.damping import Damping
from mornet.figures import style
from mornet.figures.updates.base import network_of, trained_network

RECORD = Damping
SIZE = (style.DOUBLE, 84.0)
CAPTION = (
    "First-order updates with the damped Hessian H + mu I for several mu, of {network}. Left: "
    "root mean square errors of the outputs against the size t of the perturbation; circles are "
    "the predicted crossovers from slope 1 to slope 2. Right: local slopes against t over the "
    "predicted crossover; all curves pass 3/2 near 1."
)


@style.in_house_style
def draw(figure: Figure, record: Damping) -> None:
    """Draw errors against t with the predicted crossovers (left), slopes against t / t_x (right).

    A crossover beyond the largest t has no mark.
    """
    colours = style.shades(len(record.crossovers.damping))
    left, right = figure.subplots(1, 2)
    left.plot(record.t, record.no_update, color=style.BLACK, lw=0.8, ls="--")
    left.plot(record.t, record.exact, color=style.BLACK, lw=0.8)
    for error, tx, colour in zip(record.error, record.crossovers.predicted, colours, strict=True):
        left.plot(record.t, error, color=colour)
        if record.t[0] <= tx <= record.t[-1]:
            height = np.exp(np.interp(np.log(tx), np.log(record.t), np.log(error)))
            left.plot(tx, height, ls="none", marker="o", color=colour, mec=style.BLACK, ms=6)
    left.set(xscale="log", yscale="log", xlabel="size of the perturbation $t$")
    left.set(ylabel="rms error of the outputs", xlim=(record.t[0], record.t[-1]))
    _slopes(right, record, colours)
    handles = [
        Line2D([], [], color=colour, label=rf"$\mu$ = {style.power(mu)}")
        for mu, colour in zip(record.crossovers.damping, colours, strict=True)
    ]
    handles += [
        Line2D([], [], color=style.BLACK, lw=0.8, ls="--", label="no update"),
        Line2D([], [], color=style.BLACK, lw=0.8, label=r"$\mu$ = 0"),
        Line2D([], [], ls="none", marker="o", mfc="white", mec=style.BLACK, ms=6,
               label=r"$t_\times = c_1/c_2$, predicted"),
    ]  # fmt: skip
    style.legend_above(figure, handles, columns=5, title=trained_network(record.base))


def caption(record: Damping) -> str:
    """Return what the figure shows."""
    return CAPTION.format(network=network_of(record.base))


def _slopes(axes: Axes, record: Damping, colours: list[str]) -> None:
    for slope in (1.0, 1.5, 2.0):
        axes.axhline(slope, color=style.GREY, lw=0.6, ls=":" if slope == 1.5 else "-")
    axes.axvline(1, color=style.GREY, lw=0.6, ls=":")
    for slope, tx, colour in zip(record.slope, record.crossovers.predicted, colours, strict=True):
        axes.plot(record.middle / tx, slope, color=colour, marker=".", ms=3, lw=0.8)
    axes.set(xscale="log", xlabel=r"$t / t_\times$", ylabel="local slope of the error")
    axes.set_xlim(1e-3, 1e3)
