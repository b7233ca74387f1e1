"""The error of updates against their work, beside trainings by L-BFGS and Adam."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.updates.orders import UpdateOrders
from mornet.figures import style
from mornet.figures.updates.base import WORK, moved, network_of

RECORD = UpdateOrders
SIZE = (style.DOUBLE, 88.0)
LINES = ("-", (0, (4, 1.5)), (0, (1, 1)))  # of the trainers
TRAINERS = ("#000000", "#5a5a5a", "#8c8c8c")


@style.in_house_style
def draw(figure: Figure, record: UpdateOrders) -> None:
    """Draw one panel for each t at which trainings start, with all updates of ``record``.

    A filled marker stands at the work of one update. A hollow marker stands at the sum of this work
    and of the setup at the base. The dashed line is the error of the old network, without work.
    """
    accuracy, rivals = record.accuracy, record.rivals
    looks = style.looks(accuracy.method)
    panels = figure.subplots(1, len(rivals.retrained_at), sharey=True, squeeze=False)[0]
    for axes, i, errors in zip(
        panels, rivals.retrained_at, rivals.error.swapaxes(0, 1), strict=True
    ):
        axes.set(xscale="log", yscale="log", xlabel="work (gradient-equivalents)")
        axes.set_title(f"$t$ = {style.power(accuracy.t[i])}")
        k = np.arange(1, errors.shape[1] + 1)
        for error, line, colour in zip(errors, LINES, TRAINERS, strict=True):
            end = int(np.argmin(error)) + 1  # beyond, nothing is gained
            gained = np.maximum(error[:end], accuracy.round_off)
            axes.plot(k[:end], gained, color=colour, ls=line, zorder=1)
            axes.plot(k[end - 1], gained[-1], color=colour, marker="|", ms=7, mew=1.2, zorder=1)
        axes.axhline(accuracy.error[0, i], color=looks[accuracy.method[0]].colour, lw=0.8, ls="--")
        _points(axes, record, int(i), looks)
        axes.axhspan(accuracy.round_off / 1e3, accuracy.round_off, color="#eeeeee", zorder=0)
    panels[0].set_ylim(accuracy.round_off / 10, 4 * accuracy.error[:, rivals.retrained_at].max())
    panels[0].set_ylabel("rms error of the outputs")
    handles = [looks[name].key(ls="none") for name in accuracy.method[1:]]
    none = looks[accuracy.method[0]]
    handles += [
        Line2D([], [], color=none.colour, lw=0.8, ls="--", label=none.label),
        *(
            Line2D([], [], color=colour, ls=line, label=f"{name}, from the old $p$")
            for name, line, colour in zip(rivals.trainer, LINES, TRAINERS, strict=True)
        ),
        Line2D(
            [], [], ls="none", marker="o", mfc="white", color=style.GREY, label="setup and update"
        ),
    ]
    style.legend_above(figure, handles, columns=4, title=moved(record))


def caption(record: UpdateOrders) -> str:
    """Return what the figure shows."""
    return (
        f"Errors of updates of {network_of(record.base)} against their work, at "
        f"{len(record.rivals.retrained_at)} sizes t of a change of the {record.perturbation}. A "
        "filled marker stands at the work of one update, a hollow one at the work of its setup at "
        "the base and of one update. Lines are trainings that start from the old parameters: the "
        "error at the least J so far, up to the last gain, which a bar marks. The dashed line is "
        "the network "
        "without update; the grey band is round-off. " + WORK
    )


def _points(axes: Axes, record: UpdateOrders, i: int, looks: dict[str, style.Look]) -> None:
    accuracy = record.accuracy
    for m, name in enumerate(accuracy.method[1:], start=1):
        look, error = looks[name], max(accuracy.error[m, i], accuracy.round_off)
        work = record.work.update[m]
        axes.plot(work, error, ls="none", marker=look.marker, color=look.colour, zorder=3)
        axes.plot(
            work + record.work.setup[m], error, ls="none", marker=look.marker, color=look.colour,
            mfc="none", zorder=4,
        )  # fmt: skip
