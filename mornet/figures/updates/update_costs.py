"""Error of updates against what they cost, beside training on with L-BFGS and Adam."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.updates.orders import UpdateStudy
from mornet.figures import style

RECORD = UpdateStudy
SIZE = (style.DOUBLE, 88.0)
LINES = ("-", (0, (4, 1.5)), (0, (1, 1)))  # of the trainers


@style.in_house_style
def draw(figure: Figure, study: UpdateStudy) -> None:
    """Draw one panel for each t at which training went on, with all updates of ``study``.

    Filled markers stand at the marginal cost of one update, hollow ones at the total with what
    it needs once, for the base; no update costs nothing and is a line.
    """
    looks = style.looks(study.method)
    panels = figure.subplots(1, len(study.retrained_at), sharey=True, squeeze=False)[0]
    for axes, i, errors in zip(
        panels, study.retrained_at, study.retraining_error.swapaxes(0, 1), strict=True
    ):
        axes.set(xscale="log", yscale="log", xlabel="gradient-equivalents")
        axes.set_title(f"$t$ = {style.power(study.t[i])}")
        k = np.arange(1, errors.shape[1] + 1)
        for error, line in zip(errors, LINES, strict=True):
            axes.plot(k, np.maximum(error, study.floor), color=style.GREY, ls=line, zorder=1)
        axes.axhline(study.error[0, i], color=looks[study.method[0]].colour, lw=0.8, ls="--")
        _points(axes, study, int(i), looks)
        axes.axhspan(study.floor / 1e3, study.floor, color="#eeeeee", zorder=0)
    panels[0].set_ylim(study.floor / 10, 4 * study.error[:, study.retrained_at].max())
    panels[0].set_ylabel("rms error of the outputs")
    handles = [_key(looks[name]) for name in study.method[1:]]
    none = looks[study.method[0]]
    handles += [
        Line2D([], [], color=none.colour, lw=0.8, ls="--", label=none.label),
        *(
            Line2D([], [], color=style.GREY, ls=line, label=f"{name} (old $p$)")
            for name, line in zip(study.trainer, LINES, strict=True)
        ),
        Line2D([], [], ls="none", marker="o", mfc="white", color=style.GREY, label="with the base"),
    ]
    style.legend_above(figure, handles, columns=5)


def _points(axes: Axes, study: UpdateStudy, i: int, looks: dict[str, style.Look]) -> None:
    for m, name in enumerate(study.method[1:], start=1):
        look, error = looks[name], max(study.error[m, i], study.floor)
        cost = study.marginal[m]
        axes.plot(cost, error, ls="none", marker=look.marker, color=look.colour, zorder=3)
        axes.plot(
            cost + study.setup[m], error, ls="none", marker=look.marker, color=look.colour,
            mfc="white", zorder=2,
        )  # fmt: skip


def _key(look: style.Look) -> Line2D:
    return Line2D([], [], ls="none", marker=look.marker, color=look.colour, label=look.label)
