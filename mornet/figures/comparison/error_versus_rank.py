"""Relative error against rank r, for each method and for POD."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from mornet.comparison.collect import Comparison
from mornet.comparison.median import median
from mornet.comparison.verdicts import PODS
from mornet.figures import style
from mornet.figures.captions import over_seeds, sized
from mornet.figures.comparison.reference import pod_references, relative_error_symbol, same
from mornet.figures.ticks import count_along
from mornet.records import Array
from mornet.tables.words import in_words, listed, literal

RECORD = Comparison
SIZE = (style.DOUBLE, 84.0)
MOST_TICKS = 12  # the largest number of ranks with a tick for each
LOWER = 3.0  # factor by which a line may extend the axis of errors
DECADE = 10.0  # ranks that span a decade have a logarithmic axis
OPTIMUM: dict[str, Any] = {"lw": 0.9, "ls": (0, (1, 1)), "zorder": 1.5}


@style.in_house_style
def draw(figure: Figure, comparison: Comparison) -> None:
    """Draw the training errors (left) and the test errors (right) of all methods.

    A line is the median over the seeds; a band reaches from the smallest error to the largest.
    Methods are moved a little along the axis of ranks, so that equal errors stay apart.
    """
    left, right = figure.subplots(1, 2, sharey=True)
    looks = style.looks(comparison.method)
    for axes, errors in ((left, comparison.train_error), (right, comparison.test_error)):
        _label(axes, comparison)
        for k, (name, error) in enumerate(zip(comparison.method, errors, strict=True)):
            _plot(axes, comparison, k, error, looks[name])
    left.set(title="training", ylabel=f"relative error {relative_error_symbol(comparison)}")
    right.set_title("test")
    keys = [look.key(ls=look.linestyle) for look in looks.values()]
    keys += _optima(left, comparison) + _without_model(right, comparison)
    title = in_words(comparison.data_set)
    style.legend_above(figure, keys, columns=5, title=title)


def caption(comparison: Comparison) -> str:
    """Return what the figure shows."""
    name, error = _best_without_model(comparison)
    return (
        f"Relative errors of {listed(comparison.method)} on the training and the test snapshots of "
        f"{sized(comparison)} against the rank $r$; {literal(comparison.split)}."
        + over_seeds(len(comparison.seed))
        + " Curves are moved a little sideways, so that equal errors stay apart."
        + (
            f" The {name}, which needs no model, has the test error {100 * error:.3g} % (dotted on "
            "the right, unless it is far below)."
            if name
            else ""
        )
    )


def _plot(axes: Axes, comparison: Comparison, k: int, error: Array, look: style.Look) -> None:
    """Draw the median of ``error`` (rank, seed) of method ``k`` as a line, its range as a band."""
    log = axes.get_xscale() == "log"
    x = style.beside(comparison.rank, k, len(comparison.method), log=log)
    if error.shape[1] > 1:
        low, high = error.min(axis=1), error.max(axis=1)
        axes.fill_between(x, low, high, color=look.colour, alpha=0.15, lw=0)
        if len(x) == 1:
            axes.vlines(x, low, high, color=look.colour, lw=0.8)
    axes.plot(
        x, median(error), color=look.colour, marker=look.marker, ls=look.linestyle,
        label=look.label,
    )  # fmt: skip


def _optima(axes: Axes, comparison: Comparison) -> list[Line2D]:
    """Draw the optima of POD and PCA, unless the comparison has that POD; return their keys."""
    drawn = [
        median(error)
        for name, error in zip(comparison.method, comparison.train_error, strict=True)
        if style.is_pod(name)
    ]
    return [
        axes.plot(
            comparison.rank, error, color=look.colour, label=f"optimum of {look.label}", **OPTIMUM
        )[0]
        for look, error in pod_references(comparison.optimum, comparison.affine)
        if not any(same(error, other) for other in drawn)
    ]


def _without_model(axes: Axes, comparison: Comparison) -> list[Line2D]:
    """Draw the least test error of a prediction without a model; return its key."""
    name, error = _best_without_model(comparison)
    if not name:
        return []
    label = f"{name}: {style.power(error)}"
    if axes.get_ylim()[0] / LOWER > error:  # a line there would squeeze all curves
        return [Line2D([], [], ls="", label=f"{label}, below the axes")]
    axes.axhline(error, color=style.GREY, **OPTIMUM)
    return [Line2D([], [], color=style.GREY, label=label, **OPTIMUM)]


def _best_without_model(comparison: Comparison) -> tuple[str, float]:
    """Return name and test error of the best reference without modes; no name if there is none."""
    errors: dict[str, float] = {
        name: float(np.min(error))
        for name, error in zip(comparison.reference, comparison.reference_error, strict=True)
        if name not in PODS
    }
    best = min(errors, key=lambda name: errors[name], default="")
    return best, errors.get(best, 0.0)


def _label(axes: Axes, comparison: Comparison) -> None:
    ranks = comparison.rank
    axes.set(xlabel="rank $r$", yscale="log")
    if ranks[-1] >= DECADE * ranks[0]:
        axes.set_xscale("log")
    if len(ranks) <= MOST_TICKS:
        axes.set_xticks(ranks, [str(r) for r in ranks])
        axes.xaxis.set_minor_locator(NullLocator())
    elif axes.get_xscale() == "linear":
        count_along(axes.xaxis)
    axes.grid(True, which="major")
