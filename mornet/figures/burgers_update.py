"""An autoencoder on Burgers snapshots moves to another parameter: update, retraining, POD."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from mornet.experiments.burgers_study import BurgersStudy
from mornet.figures import style

RECORD = BurgersStudy
SIZE = (style.DOUBLE, 92.0)


@style.in_house_style
def draw(figure: Figure, study: BurgersStudy) -> None:
    """Draw test errors along the path (left) and against cost at its end (right)."""
    looks = style.looks(study.method)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    _along(left, study, looks)
    _cost(right, study, looks)
    handles = [
        Line2D([], [], color=look.colour, marker=look.marker, label=look.label)
        for look in looks.values()
    ]
    handles += [
        Line2D([], [], color=style.BLACK, lw=0.8, label="continued branch"),
        Line2D([], [], color=style.GREY, lw=1.4, label="L-BFGS from old $p$"),
        Line2D([], [], ls="none", color=style.BLACK, marker="*", ms=7, label="cold starts"),
    ]
    style.legend_above(figure, handles, columns=5)


def _along(axes: Axes, study: BurgersStudy, looks: dict[str, style.Look]) -> None:
    for m, name in enumerate(study.method):
        look = looks[name]
        axes.plot(study.t, study.gap[m], color=look.colour, marker=look.marker)
    axes.set(xscale="log", yscale="log", xlabel="part $t$ of the way", title="distance to branch")
    axes.set_ylabel("relative difference of the outputs")
    axes.set_xticks(study.t, [f"{t:g}" for t in study.t])
    axes.xaxis.set_minor_locator(NullLocator())


def _cost(axes: Axes, study: BurgersStudy, looks: dict[str, style.Look]) -> None:
    branch = study.branch_error[-1]
    axes.axhspan(branch, 1.05 * branch, color="#e4e4e4", zorder=0)
    axes.axhline(branch, color=style.BLACK, lw=0.8)
    axes.plot(study.gradients, study.warm_error, color=style.GREY, lw=1.4)
    for m, name in enumerate(study.method):
        if study.marginal[m] > 0:
            look = looks[name]
            axes.plot(study.marginal[m], study.error[m, -1], ls="none", color=look.colour,
                      marker=look.marker)  # fmt: skip
        else:
            axes.axhline(study.error[m, -1], color=looks[name].colour, lw=0.8, ls="--")
    axes.plot(
        study.cold_gradients, study.cold_error, ls="none", color=style.BLACK, marker="*", ms=7
    )
    low = float(np.median(study.cold_gradients)) / 20
    axes.axvline(low, color=style.GREY, lw=0.7, ls=":")
    axes.annotate(
        "5 % of cold", (low, 0.75), (-2, 0), xycoords=("data", "axes fraction"), rotation=90,
        textcoords="offset points", ha="right", va="top", fontsize=8, color="#404040",
    )  # fmt: skip
    best = study.pod_error[study.pod_method.index("new modes"), -1]
    r = study.network.widths[2]
    axes.axhline(best, color=style.BLACK, lw=2.2)
    axes.annotate(
        f"POD, {r} modes, new or incremental", (1.2, best), (0, -3), textcoords="offset points",
        va="top", fontsize=8,
    )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="gradient-equivalents of one update")
    axes.set(ylabel="relative test error", title=f"at $t$ = {study.t[-1]:g}")
