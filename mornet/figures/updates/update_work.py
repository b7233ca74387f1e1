"""The error of updates against their work, beside trainings by L-BFGS and Adam."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.updates.orders import UpdateOrders
from mornet.figures import style

RECORD = UpdateOrders
SIZE = (style.DOUBLE, 88.0)
LINES = ("-", (0, (4, 1.5)), (0, (1, 1)))  # of the trainers


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
        for error, line in zip(errors, LINES, strict=True):
            axes.plot(k, np.maximum(error, accuracy.round_off), color=style.GREY, ls=line, zorder=1)
        axes.axhline(accuracy.error[0, i], color=looks[accuracy.method[0]].colour, lw=0.8, ls="--")
        _points(axes, record, int(i), looks)
        axes.axhspan(accuracy.round_off / 1e3, accuracy.round_off, color="#eeeeee", zorder=0)
    panels[0].set_ylim(accuracy.round_off / 10, 4 * accuracy.error[:, rivals.retrained_at].max())
    panels[0].set_ylabel("rms error of the outputs")
    handles = [_key(looks[name]) for name in accuracy.method[1:]]
    none = looks[accuracy.method[0]]
    handles += [
        Line2D([], [], color=none.colour, lw=0.8, ls="--", label=none.label),
        *(
            Line2D([], [], color=style.GREY, ls=line, label=f"{name} (old $p$)")
            for name, line in zip(rivals.trainer, LINES, strict=True)
        ),
        Line2D(
            [], [], ls="none", marker="o", mfc="white", color=style.GREY, label="with the setup"
        ),
    ]
    style.legend_above(figure, handles, columns=5)


def _points(axes: Axes, record: UpdateOrders, i: int, looks: dict[str, style.Look]) -> None:
    accuracy = record.accuracy
    for m, name in enumerate(accuracy.method[1:], start=1):
        look, error = looks[name], max(accuracy.error[m, i], accuracy.round_off)
        work = record.work.update[m]
        axes.plot(work, error, ls="none", marker=look.marker, color=look.colour, zorder=3)
        axes.plot(
            work + record.work.setup[m], error, ls="none", marker=look.marker, color=look.colour,
            mfc="white", zorder=2,
        )  # fmt: skip


def _key(look: style.Look) -> Line2D:
    return Line2D([], [], ls="none", marker=look.marker, color=look.colour, label=look.label)
