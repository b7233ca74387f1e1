"""Updates, trainings and POD as the snapshots of a Burgers autoencoder move."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import NullLocator

from mornet.experiments.updates.burgers import BurgersUpdate
from mornet.figures import style
from mornet.figures.updates.base import WORK, network_of
from mornet.records import Array

RECORD = BurgersUpdate
SIZE = (style.DOUBLE, 100.0)
LINES = ("-", (0, (4, 1.5)), (0, (1, 1)))  # of the trainers
BAND = "#cfcfcf"


@style.in_house_style
def draw(figure: Figure, record: BurgersUpdate) -> None:
    """Draw errors along the path (left); at its end, against work and processor time."""
    looks = style.looks(record.accuracy.method)
    left, middle, right = figure.subplots(1, 3, width_ratios=(0.85, 1.15, 1.15))
    right.sharey(middle)
    _along(left, record, looks)
    per_gradient = record.warm.seconds / record.warm.gradients[-1]
    each = record.cold.seconds / record.cold.gradients
    _work(
        middle,
        record,
        looks,
        record.work.update,
        np.ones(len(record.warm.trainer)),
        np.ones(len(each)),
    )
    _work(right, record, looks, record.work.seconds, per_gradient, each)
    middle.set(xlabel="work (gradient-equivalents)")
    middle.set(ylabel="relative test error", title=f"at $t$ = {record.accuracy.t[-1]:g}")
    right.set(xlabel="processor time (s)", title=f"at $t$ = {record.accuracy.t[-1]:g}")
    right.tick_params(labelleft=False)
    _name_pod(middle, record)
    title = f"Burgers' equation, $\\mu$ = {record.mu:g} moves to {record.new_mu:g}"
    style.legend_above(figure, _keys(record, looks), columns=5, title=title)


def caption(record: BurgersUpdate) -> str:
    """Return what the figure shows."""
    return (
        f"The snapshots of 1D Burgers move from $\\mu = {record.mu:g}$ to {record.new_mu:g} along "
        f"(1 - t) X_A + t X_B, for {network_of(record.base)}. Left: the relative difference of the "
        "outputs of each update from those on the continued branch of the minimum. Middle and "
        f"right: test errors at $t = {record.accuracy.t[-1]:g}$ against work and against processor "
        "time, of updates (markers), of trainings from the old parameters (grey lines) and of "
        f"L-BFGS from {_starts(record)} (black line: median curve; grey band: quartiles; star with "
        "bars: median and range at the end). Horizontal lines: the network without update "
        "(dashed), the continued branch (thin) and POD with as many modes as the code has entries "
        "(thick). " + WORK
    )


def _starts(record: BurgersUpdate) -> str:
    count = len(record.cold.error)
    return f"{count} random start{'s' if count > 1 else ''}"


def _keys(record: BurgersUpdate, looks: dict[str, style.Look]) -> list[Line2D | Patch]:
    none, *rest = looks.values()
    return [
        none.key(ls="--"),
        *(look.key() for look in rest),
        Line2D([], [], color=style.BLACK, lw=0.8, label="continued branch"),
        *(
            Line2D([], [], color=style.GREY, ls=line, label=f"{name}, from the old $p$")
            for name, line in zip(record.warm.trainer, LINES, strict=True)
        ),
        Line2D([], [], color=style.BLACK, marker="*", ms=7,
               label=f"L-BFGS, {_starts(record)}"),
        Patch(color=BAND, label="its quartiles"),
    ]  # fmt: skip


def _along(axes: Axes, record: BurgersUpdate, looks: dict[str, style.Look]) -> None:
    for m, name in enumerate(record.accuracy.method):
        look, line = looks[name], "-" if record.work.update[m] > 0 else "--"
        axes.plot(
            record.accuracy.t,
            record.accuracy.gap[m],
            color=look.colour,
            marker=look.marker,
            ls=line,
        )
    axes.set(
        xscale="log", yscale="log", xlabel="part $t$ of the way", title="distance from the branch"
    )
    axes.set_ylabel("relative difference of the outputs")
    axes.set_xticks(record.accuracy.t, [f"{t:.3g}" for t in record.accuracy.t])
    axes.xaxis.set_minor_locator(NullLocator())


def _work(
    axes: Axes, record: BurgersUpdate, looks: dict[str, style.Look], work: Array,
    per_gradient: Array, cold_per_gradient: Array,
) -> None:  # fmt: skip
    """Draw error against ``work`` (method,), and trainings by the work of their gradients."""
    axes.axhline(record.accuracy.branch_error[-1], color=style.BLACK, lw=0.8)
    for error, line, each in zip(record.warm.error, LINES, per_gradient, strict=True):
        axes.plot(each * record.warm.gradients, error, color=style.GREY, ls=line, zorder=1)
    _cold(axes, record, cold_per_gradient)
    for m, name in enumerate(record.accuracy.method):
        look, error = looks[name], record.accuracy.error[m, -1]
        if record.work.update[m] > 0:
            axes.plot(work[m], error, ls="none", color=look.colour, marker=look.marker, zorder=3)
        else:
            axes.axhline(error, color=look.colour, lw=0.8, ls="--")
    best = record.pod.error[record.pod.method.index("new modes"), -1]
    axes.axhline(best, color=style.BLACK, lw=2.2)
    axes.set(xscale="log", yscale="log")


def _cold(axes: Axes, record: BurgersUpdate, per_gradient: Array) -> None:
    """Draw the median curve of the random starts, its quartiles, and their ends."""
    at = [_nearest(record.cold.quantile, level) for level in (0.0, 0.25, 0.5, 0.75, 1.0)]
    _, low, middle, high, _ = record.cold.curve_quantiles[at]
    each = float(np.median(per_gradient))
    spent = each * record.cold.spent
    axes.fill_between(spent, low, high, color=BAND, lw=0, zorder=0)
    axes.plot(spent, middle, color=style.BLACK, zorder=1)
    x = np.quantile(per_gradient * record.cold.gradients, record.cold.quantile[at])
    y = record.cold.error_quantiles[at]
    axes.errorbar(
        x[2], y[2], xerr=[[x[2] - x[0]], [x[4] - x[2]]], yerr=[[y[2] - y[0]], [y[4] - y[2]]],
        color=style.BLACK, marker="*", ms=7, elinewidth=0.8, capsize=2, zorder=4,
    )  # fmt: skip


def _nearest(levels: Array, level: float) -> int:
    return int(np.abs(levels - level).argmin())


def _name_pod(axes: Axes, record: BurgersUpdate) -> None:
    best = record.pod.error[record.pod.method.index("new modes"), -1]
    axes.annotate(
        f"POD, {record.base.network.widths[2]} modes", (0.97, best), (0, 3), fontsize=8,
        xycoords=("axes fraction", "data"), textcoords="offset points", ha="right", va="bottom",
    )  # fmt: skip
