"""Disturbed weights: the excess of J by noise, rounding and pruning, and errors of repairs."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.updates.disturbances import Disturbances
from mornet.figures import style
from mornet.figures.updates.base import network_of, trained_network
from mornet.records import Array

RECORD = Disturbances
SIZE = (style.DOUBLE, 84.0)
CAPTION = (
    "Disturbed weights q of {network}. Left: the excess of J over its quadratic model, by noise "
    "and by rounding and pruning. Middle: errors of the outputs after noise of growing size, "
    "with and without repair; slopes in the legend are measured. Right: errors after rounding "
    "and pruning. A hollow marker at ten times the size of the outputs (dotted) stands for any "
    "larger error."
)
LOW = 1e-14


@style.in_house_style
def draw(figure: Figure, record: Disturbances) -> None:
    """Draw the excess of J against theory (left), repaired noise (middle), other cases (right).

    A hollow marker at ten times the size of the outputs stands for any larger error.
    """
    cases, noise = record.cases, record.noise
    repairs = list(dict.fromkeys(cases.repair))
    looks = style.looks(repairs)
    left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1, 1.5))
    right.sharey(middle)
    top = 10 * record.output
    _excess(left, record)
    for axes in (middle, right):
        axes.axhline(record.output, color=style.GREY, lw=0.7, ls=":")
    for m, name in enumerate(noise.method):
        _noise(middle, noise.size, np.maximum(noise.error[m], LOW), looks[name], top)
    middle.set(xscale="log", yscale="log", xlabel=r"noise $\|q - p^*\|$", ylim=(LOW / 3, 4 * top))
    middle.set(ylabel="rms error of the outputs", title="noise")
    _cases(right, record, looks, top)
    slope = dict(zip(noise.method, noise.slope, strict=True))
    handles = [
        look.key(lw=0.8, label=look.label + (f": slope {slope[name]:.2f}" if name in slope else ""))
        for name, look in looks.items()
    ]
    style.legend_above(figure, handles, columns=3, title=trained_network(record.base))


def caption(record: Disturbances) -> str:
    """Return what the figure shows."""
    return CAPTION.format(network=network_of(record.base))


def _noise(axes: Axes, size: Array, error: Array, look: style.Look, top: float) -> None:
    """Draw the error after noise; what is above ``top`` is hollow on it."""
    above = error > top
    axes.plot(
        size, np.where(above, np.nan, error), color=look.colour, lw=0.8, marker=look.marker, ms=3
    )
    axes.plot(size[above], np.full(above.sum(), top), color=look.colour, ls="none", mfc="white",
              marker=look.marker, ms=3)  # fmt: skip


def _excess(axes: Axes, record: Disturbances) -> None:
    cases, noise = record.cases, record.noise
    axes.plot(noise.quadratic, noise.excess, ls="none", marker="o", mfc="none",
              color=style.BLACK, ms=3.5)  # fmt: skip
    bare = [k for k, name in enumerate(cases.repair) if name == "no repair"]
    axes.plot(cases.quadratic[bare], cases.excess[bare], ls="none", marker="x",
              color=style.COLOURS[1], ms=5)  # fmt: skip
    values = np.concatenate([noise.quadratic, cases.quadratic[bare]])
    ends = np.array([values.min() / 3, values.max() * 3])
    axes.plot(ends, ends, color=style.GREY, lw=0.7, zorder=1)
    axes.set(xscale="log", yscale="log", title="excess of $J$")
    axes.set(xlabel=r"$\frac{1}{2}(q - p^*)^T H (q - p^*)$", ylabel="$J(q) - J(p^*)$")
    keys = [
        Line2D([], [], ls="none", marker="o", mfc="none", color=style.BLACK, ms=3.5, label="noise"),
        Line2D([], [], ls="none", marker="x", color=style.COLOURS[1], label="rounding, pruning"),
    ]
    axes.legend(handles=keys, loc="upper left")


def _cases(axes: Axes, record: Disturbances, looks: dict[str, style.Look], top: float) -> None:
    cases = record.cases
    names = list(dict.fromkeys(cases.disturbance))
    for k, (disturbance, repair) in enumerate(zip(cases.disturbance, cases.repair, strict=True)):
        look, error = looks[repair], float(cases.error[k])
        place = list(looks).index(repair) / len(looks) - 0.5 + 0.5 / len(looks)
        axes.plot(
            names.index(disturbance) + 0.8 * place, min(max(error, LOW), top), ls="none",
            marker=look.marker, color=look.colour, mfc="white" if error > top else None,
            zorder=3,
        )  # fmt: skip
    for k in range(1, len(names)):
        axes.axvline(k - 0.5, color="#dddddd", lw=0.6)
    axes.set(xlim=(-0.5, len(names) - 0.5), title="rounding and pruning")
    axes.set_xticks(range(len(names)), names)
    axes.tick_params(axis="x", which="both", length=0)
