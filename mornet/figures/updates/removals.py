"""One point leaves: the errors of updates for each point, and the points that cannot leave."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

from mornet.experiments.updates.removal import Removal, RemovalEnds
from mornet.figures import style
from mornet.figures.updates.base import network_of
from mornet.perturbation.branch.radius import STRAIGHT_MISFIT
from mornet.records import Array

RECORD = Removal
SIZE = (style.DOUBLE, 105.0)
CAPTION = (
    "Each of the {count} points of {network} leaves, with a weight that falls from 1 at t = 0 to "
    "0 at t = 1. Above: root mean square differences of the outputs of each update from those on "
    "the continued branch at t = 1; where the branch ends before, there is no such network "
    "(grey). Below: where branches end (crosses), and the radius of convergence R that the "
    "coefficients at t = 0 predict; grey where no end at R is predicted, because the nearest "
    "singularity is complex or lies at t = -R."
)
ROUND_OFF = 1e-12  # smaller errors are drawn there
UPDATES_DRAWN = (
    "no update",
    "Gauss-Newton first order",
    "first order",
    "third order",
    "Pade [4/2]",
    "Kalman (H)",
    "first order + Newton",
    "4 continuation steps",
)


@style.in_house_style
def draw(figure: Figure, record: Removal) -> None:
    """Draw the errors at t = 1 (above), the ends of branches and the predicted radius (below)."""
    shown = [name for name in UPDATES_DRAWN if name in record.method]
    looks = style.looks(shown)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1.3))
    _errors(above, record, shown, looks)
    _ends(below, record.ends)
    points = [_points(looks[name], label=looks[name].label) for name in shown]
    keys = [
        Line2D([], [], ls="none", marker="X", color=style.BLACK, label="the branch ends (fold)"),
        Line2D([], [], ls="none", marker="o", mfc="white", color=style.BLACK, label="radius $R$"),
        Line2D([], [], ls="none", marker="o", color=style.GREY, label="$R$, no end there"),
    ]
    style.legend_above(figure, [*points, *keys], columns=4)


def caption(record: Removal) -> str:
    """Return what the figure shows."""
    return CAPTION.format(count=len(record.ends.removed), network=network_of(record.base))


def _errors(axes: Axes, record: Removal, shown: list[str], looks: dict[str, style.Look]) -> None:
    """Draw one point for each update, side by side at the number of the point that leaves."""
    ends = record.ends
    width = 0.8 / len(shown)
    for k, name in enumerate(shown):
        error = record.error[record.method.index(name)]
        x = record.possible + (k - (len(shown) - 1) / 2) * width
        axes.add_line(_points(looks[name], x, np.maximum(error, ROUND_OFF)))
    axes.autoscale_view()
    for i in np.flatnonzero(ends.reached < 1):
        axes.axvspan(i - 0.45, i + 0.45, color="#eeeeee", zorder=0)
        axes.annotate(
            f"{ends.cause[i]} at\n$t$ = {ends.reached[i]:.3f}", (float(i), 0.5),
            xycoords=("data", "axes fraction"), ha="center", va="center", fontsize=8,
        )  # fmt: skip
    for i in ends.removed[:-1]:
        axes.axvline(i + 0.5, color="#dddddd", lw=0.5, zorder=0)
    axes.set(yscale="log", ylabel="rms error at $t = 1$")


def _points(
    look: style.Look, x: Array | tuple[()] = (), y: Array | tuple[()] = (), label: str = ""
) -> Line2D:
    return Line2D(x, y, ls="none", marker=look.marker, ms=4, color=look.colour, label=label)


def _ends(axes: Axes, ends: RemovalEnds) -> None:
    real = (ends.misfit < STRAIGHT_MISFIT) & np.array(ends.ahead)
    axes.axhline(1, color=style.GREY, lw=0.7)
    for mask, face in ((real, "white"), (~real, style.GREY)):
        edge = style.BLACK if face == "white" else style.GREY
        axes.plot(ends.removed[mask], ends.radius[mask], ls="none", marker="o", color=edge,
                  mfc=face, ms=6)  # fmt: skip
    before = ends.reached < 1
    axes.plot(ends.removed[before], ends.reached[before], ls="none", marker="X", color=style.BLACK,
              ms=4, zorder=3)  # fmt: skip
    axes.set(yscale="log", xlabel="point that leaves", ylabel="$t$")
    axes.set_xticks(ends.removed)
    axes.tick_params(axis="x", which="minor", bottom=False, top=False)
    axes.margins(y=0.15)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
