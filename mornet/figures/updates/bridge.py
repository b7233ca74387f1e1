"""The bridge: POD by its series and the linear autoencoder by its own, under the same change."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.updates.bridge import BridgeStudy
from mornet.figures import style

RECORD = BridgeStudy
SIZE = (style.DOUBLE, 92.0)


@style.in_house_style
def draw(figure: Figure, study: BridgeStudy) -> None:
    """Draw errors of both series with theory's slopes (left), bounds of the change (right)."""
    left, right = figure.subplots(1, 2, sharex=True)
    _series(left, study)
    right.plot(study.t, study.change, color=style.BLACK, marker="o", ms=3)
    finite = study.wedin < 1e299
    right.plot(study.t[finite], study.wedin[finite], color=style.COLOURS[1], marker="^", ms=3)
    right.plot(study.t, study.davis_kahan, color=style.COLOURS[2], marker="D", ms=3)
    right.plot(study.t, study.cai_zhang, color=style.COLOURS[3], marker="v", ms=3)
    right.axhline(np.sqrt(2 * study.r), color=style.GREY, lw=0.7)
    right.set(xscale="log", yscale="log", xlabel="size of the perturbation $t$")
    right.set(ylabel=r"$\|P(0) - P(t)\|_F$", title="what bounds certify")
    handles = [
        Line2D([], [], color=style.BLACK, marker="o", ms=3, label="POD series"),
        Line2D([], [], ls="none", color=style.COLOURS[0], marker="s", mfc="none", ms=6,
               label="linear autoencoder"),
        Line2D([], [], color=style.GREY, lw=0.7, label=r"theory; largest $\sqrt{2r}$"),
        Line2D([], [], color=style.COLOURS[1], marker="^", ms=3, label="Wedin"),
        Line2D([], [], color=style.COLOURS[2], marker="D", ms=3, label="Davis-Kahan"),
        Line2D([], [], color=style.COLOURS[3], marker="v", ms=3, label="Cai-Zhang"),
    ]  # fmt: skip
    first, second = float(study.first.max()), float(study.second.max())
    title = f"coefficients differ by {style.power(first)} ($t$), {style.power(second)} ($t^2$)"
    style.legend_above(figure, handles, columns=3, title=title)


def _series(axes: Axes, study: BridgeStudy) -> None:
    for k, degree in enumerate(study.degree.tolist()):
        pod, autoencoder = study.pod_error[k], study.autoencoder_error[k]
        axes.plot(study.t, pod, color=style.BLACK, marker="o", ms=2.5, lw=0.8, zorder=2)
        axes.plot(
            study.t, autoencoder, ls="none", color=style.COLOURS[0], marker="s", mfc="none", ms=6
        )
        seen = pod > 1e-13
        if np.count_nonzero(seen) > 1:
            t, order = study.t[seen], degree + 1
            constant = float(np.median(pod[seen] / t**order)) / 4
            axes.plot(t, constant * t**order, color=style.GREY, lw=0.7, zorder=1)
            axes.annotate(
                f"{order}", (t[-1], constant * t[-1] ** order), (3, 0), fontsize=8,
                textcoords="offset points", va="center", color="#404040",
            )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="size of the perturbation $t$")
    axes.set(ylabel=r"$\|\tilde P - P(t)\|_F$", title="series of degree 0, 1, 2, 3, 5")
