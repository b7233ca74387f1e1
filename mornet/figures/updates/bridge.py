"""The bridge: the series of POD and of the linear autoencoder for the same change of data."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.updates.bridge import Bridge, SeriesErrors
from mornet.figures import style
from mornet.tables.words import listed

RECORD = Bridge
SIZE = (style.DOUBLE, 92.0)


@style.in_house_style
def draw(figure: Figure, record: Bridge) -> None:
    """Draw the errors of both series beside the slopes of theory (left), and bounds (right)."""
    bounds = record.bounds
    left, right = figure.subplots(1, 2, sharex=True)
    _series(left, record.series)
    right.plot(bounds.t, bounds.change, color=style.BLACK, marker="o", ms=3)
    finite = bounds.wedin < 1e299
    right.plot(bounds.t[finite], bounds.wedin[finite], color=style.COLOURS[1], marker="^", ms=3)
    right.plot(bounds.t, bounds.davis_kahan, color=style.COLOURS[2], marker="D", ms=3)
    right.plot(bounds.t, bounds.cai_zhang, color=style.COLOURS[3], marker="v", ms=3)
    right.axhline(np.sqrt(2 * record.r), color=style.GREY, lw=1.2, ls="--")
    right.set(xscale="log", yscale="log", xlabel="size of the perturbation $t$")
    right.set(ylabel=r"$\|P(0) - P(t)\|_F$", title="bounds of the change")
    handles = [
        Line2D([], [], color=style.BLACK, marker="o", ms=3, label="POD series; true change"),
        Line2D([], [], ls="none", color=style.COLOURS[0], marker="s", mfc="none", ms=6,
               label="linear autoencoder"),
        Line2D([], [], color=style.GREY, lw=0.7, label="slopes of theory"),
        Line2D([], [], color=style.COLOURS[1], marker="^", ms=3, label="Wedin"),
        Line2D([], [], color=style.COLOURS[2], marker="D", ms=3, label="Davis-Kahan"),
        Line2D([], [], color=style.COLOURS[3], marker="v", ms=3, label="Cai-Zhang"),
        Line2D([], [], color=style.GREY, lw=1.2, ls="--", label=r"largest change, $\sqrt{2r}$"),
    ]  # fmt: skip
    style.legend_above(figure, handles, columns=4)


def caption(record: Bridge) -> str:
    """Return what the figure shows."""
    first, second = float(record.first.max()), float(record.second.max())
    return (
        f"Snapshots X + t E, $\\|E\\|_F = 1$, and subspaces of rank $r = {record.r}$. Left: errors "
        "of the Taylor series of degree "
        f"{listed(record.series.degree.tolist())} in t for the projector P(t) of POD (circles) and "
        "for the product of the layers of the linear autoencoder (squares); grey lines have the "
        "slopes of theory, one more than the degree. The largest relative difference of the "
        f"coefficients is {first:.1e} of t and {second:.1e} of t squared: both models have the "
        "same sensitivity. Right: the change of the projector and three bounds of it; the grey "
        "line is the largest possible change, the square root of 2 r."
    )


def _series(axes: Axes, series: SeriesErrors) -> None:
    for k, degree in enumerate(series.degree.tolist()):
        pod, autoencoder = series.pod[k], series.autoencoder[k]
        axes.plot(series.t, pod, color=style.BLACK, marker="o", ms=2.5, lw=0.8, zorder=2)
        axes.plot(
            series.t, autoencoder, ls="none", color=style.COLOURS[0], marker="s", mfc="none", ms=6
        )
        seen = pod > 1e-13
        if np.count_nonzero(seen) > 1:
            t, slope = series.t[seen], degree + 1
            constant = float(np.median(pod[seen] / t**slope)) / 4
            axes.plot(t, constant * t**slope, color=style.GREY, lw=0.7, zorder=1)
            axes.annotate(
                f"{slope}", (t[-1], constant * t[-1] ** slope), (3, 0), fontsize=8,
                textcoords="offset points", va="center", color="#404040",
            )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="size of the perturbation $t$")
    degrees = ", ".join(map(str, series.degree.tolist()))
    axes.set(ylabel=r"$\|\tilde P - P(t)\|_F$", title=f"series of degree {degrees}")
