"""Errors of updates with guessed cut-offs and dampings, which hide the order of an update."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.updates.cut_offs import CutOffs
from mornet.figures import style

RECORD = CutOffs
SIZE = (style.DOUBLE, 84.0)
CAPTION = (
    "Errors of the product of the layers of a linear autoencoder against the projector P(t) of "
    "POD as the snapshots move by t. Left: the first-order update, with the Hessian H of the old "
    "data; right: a Newton step, with H of the new data, whose zero eigenvalues have moved. The "
    "gauge is fixed or the nullity known (thick; condition of H {record.condition:.1e}), or the "
    "null space of H is treated by a cut-off of small singular values or by a damping, whose "
    "sizes are guesses. The grey line has the slope 2 of theory."
)


@style.in_house_style
def draw(figure: Figure, record: CutOffs) -> None:
    """Draw the errors of the first-order update (left) and of a Newton step from p* (right)."""
    looks = style.looks(record.treatment)
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, errors, title in (
        (left, record.first_order, "first order: $H$ of the old data"),
        (right, record.newton_step, "Newton step: $H$ of the new data"),
    ):
        axes.plot(record.t, record.no_update, color=style.BLACK, lw=0.8, ls="--")
        for m, name in enumerate(record.treatment):
            look, sound = looks[name], record.sound[m]
            axes.plot(
                record.t, errors[m], color=look.colour, marker=look.marker, ls=look.linestyle,
                lw=2.4 - 1.2 * m if sound else 0.9, ms=7 - 3 * m if sound else 3.5,
                zorder=1.5 if sound else 2, mfc="white" if sound and m == 0 else None,
            )  # fmt: skip
        constant = float(np.min(record.first_order[0] / record.t**2)) / 5
        axes.plot(record.t, constant * record.t**2, color=style.GREY, lw=0.7)
        axes.set(xscale="log", yscale="log", xlabel="size of the perturbation $t$", title=title)
    left.set_ylabel(r"$\|W_2 W_1 - P(t)\|_F$")
    handles = [look.key(ls=look.linestyle) for look in looks.values()]
    handles.append(Line2D([], [], color=style.BLACK, lw=0.8, ls="--", label="no update"))
    handles.append(Line2D([], [], color=style.GREY, lw=0.7, label="slope 2"))
    style.legend_above(figure, handles, columns=4)


def caption(record: CutOffs) -> str:
    """Return what the figure shows."""
    return CAPTION.format(record=record)
