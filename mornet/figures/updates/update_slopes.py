"""The error of updates against the size of the perturbation; its slope is the order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.errors import DataError
from mornet.experiments.updates.accuracy import UpdateAccuracy
from mornet.experiments.updates.orders import UpdateOrders
from mornet.figures import style
from mornet.figures.updates.base import moved, network_of
from mornet.records import Array

RECORD = UpdateOrders
SIZE = (style.SINGLE, 92.0)
GAP = 3.0  # theory lines lie this factor below the lowest curve of their order
TRIANGLE = 0.11  # width of a slope triangle, as a part of the axis


@style.in_house_style
def draw(figure: Figure, record: UpdateOrders) -> None:
    """Draw the error against t for every method of ``record``, with the slopes of theory.

    Filled markers count for the measured slope, hollow ones do not. Raises DataError if t or an
    error that counts is not positive, since the axes are logarithmic.
    """
    accuracy = record.accuracy
    used = accuracy.used.astype(bool)
    if np.any(accuracy.t <= 0) or not np.all(accuracy.error[used] > 0):
        raise DataError("update_slopes has logarithmic axes: t and every error used must be > 0")
    axes = figure.add_subplot(xscale="log", yscale="log")
    looks = style.looks(accuracy.method)
    sizes = style.sizes(len(accuracy.method))[::-1]  # of two equal curves both can be seen
    handles = [
        _plot(axes, accuracy, k, looks[name], sizes[k]) for k, name in enumerate(accuracy.method)
    ]
    axes.set(xlabel="size of the perturbation $t$", ylabel="rms error of the outputs")
    for order in sorted(set(accuracy.error_order.tolist())):
        _draw_theory(axes, accuracy, order)
    if not used.all():
        handles.append(_hollow_key())
    style.legend_above(figure, handles, columns=2, title=f"{moved(record)}\nmethod: measured slope")


def caption(record: UpdateOrders) -> str:
    """Return what the figure shows."""
    return (
        f"Errors of updates of {network_of(record.base)} as the {record.perturbation} move by t: "
        "root mean square differences of the outputs from those on the continued branch of the "
        f"minimum, over inputs that were not trained on (seed {record.seed} of the direction). "
        "Numbers in the legend are measured slopes, medians of the local ones; grey lines have the "
        "slopes of theory. Hollow markers, near round-off or beyond the asymptotic range, do not "
        "count."
    )


def _plot(axes: Axes, accuracy: UpdateAccuracy, k: int, look: style.Look, size: float) -> Line2D:
    t, error, slope = accuracy.t, accuracy.error[k], accuracy.slope[k]
    seen, used = error > 0, accuracy.used[k].astype(bool)  # a logarithmic axis has no zero
    line: dict[str, Any] = {"color": look.colour, "marker": look.marker, "ms": size, "ls": ""}
    axes.plot(t[seen], error[seen], color=look.colour, lw=0.8, zorder=2)
    axes.plot(t[seen & ~used], error[seen & ~used], mfc="white", zorder=2.5, **line)
    axes.plot(t[used], error[used], mec="white", mew=0.4, zorder=3, **line)
    value = f"{slope:.2f}" if math.isfinite(slope) else "none"
    return Line2D(
        [], [], color=look.colour, lw=0.8, marker=look.marker, label=f"{look.label}: {value}"
    )


def _draw_theory(axes: Axes, accuracy: UpdateAccuracy, error_order: int) -> None:
    """Draw C t^k, k = ``error_order``, below the left half of its curves, with a slope triangle."""
    used = accuracy.used.astype(bool) & (accuracy.error_order == error_order)[:, None]
    if not used.any():
        return
    constant = np.min((accuracy.error / accuracy.t**error_order)[used]) / GAP
    t = accuracy.t[used.any(axis=0)]
    left, right = axes.get_xlim()
    width = (right / left) ** (1.6 * TRIANGLE)
    ends = np.array([t.min(), math.sqrt(t.min() * t.max())])  # where curves are well apart
    ends[1] = max(ends[1], width * ends[0])
    axes.plot(ends, constant * ends**error_order, color=style.GREY, lw=0.7, zorder=1)
    _draw_triangle(axes, constant, error_order, ends)


def _draw_triangle(axes: Axes, constant: float, error_order: int, ends: Array) -> None:
    left, right = axes.get_xlim()
    middle = math.sqrt(ends[0] * ends[1])
    half = (right / left) ** (TRIANGLE / 2)
    a, b = middle / half, middle * half
    low, high = constant * a**error_order, constant * b**error_order
    axes.plot([a, b, b], [low, low, high], color=style.GREY, lw=0.7, zorder=1)
    note: dict[str, Any] = {"textcoords": "offset points", "fontsize": 8, "color": "#404040"}
    axes.annotate("1", (middle, low), (0, -2), ha="center", va="top", **note)
    axes.annotate(str(error_order), (b, math.sqrt(low * high)), (2, 0), va="center", **note)


def _hollow_key() -> Line2D:
    return Line2D(
        [], [], ls="none", color=style.GREY, marker="o", markerfacecolor="white",
        label="hollow: not used",
    )  # fmt: skip
