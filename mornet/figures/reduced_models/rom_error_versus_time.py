"""Error against processor time: reduced-order models beside coarser full-order models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.comparison.median import median
from mornet.errors import DataError
from mornet.experiments.reduced_models import Group, ReducedModels
from mornet.figures import style
from mornet.figures.reduced_models.panels import (
    failed,
    keys,
    looks,
    name_axes,
    named,
    panels,
    seeds_of,
)
from mornet.tables.words import in_words, listed

RECORD = ReducedModels
SIZE = (style.DOUBLE, 84.0)
FULL: dict[str, Any] = {"color": style.BLACK, "marker": "*", "ms": 7.0, "lw": 0.8, "ls": ":"}


@style.in_house_style
def draw(figure: Figure, *records: ReducedModels) -> None:
    """Draw a panel for each model: a point for each rank of each reduction.

    The stars are full-order models whose grid and time steps are coarser; a model pays where it is
    to the left of their line. The vertical line is the time of the full-order model itself. A
    reduction on which a prediction failed has no point.

    Raises DataError for times that are not positive.
    """
    styles = looks(records)
    for axes, record in zip(panels(figure, records, "log"), records, strict=True):
        full = record.seconds if record.full_seconds is None else record.full_seconds
        if not (np.all(record.seconds > 0) and np.all(full > 0)):
            raise DataError(f"{record.data_set} has times that are not positive")
        _plot_full_order(axes, record)
        for name, look in styles.items():
            _plot(axes, record, [g for g in record.groups() if g.method == name], look)
        axes.margins(0.1)
    name_axes(figure, "processor time (s)", "relative error of the test states")
    lines = [
        Line2D([], [], label="coarser full-order model", **FULL),
        Line2D([], [], color=style.BLACK, lw=0.8, label="full-order model"),
    ]
    shown = lines if _has_full_order(records) else []
    title = in_words(records[0].data_set) + ", markers grow with the rank"
    style.legend_above(figure, keys(styles, *shown, ls=""), columns=4, title=title)


def caption(*records: ReducedModels) -> str:
    """Return what the figure shows."""
    ranks = [int(rank) for record in records for rank in record.rank]
    factors = [int(factor) for factor in records[0].coarsening]
    full = (
        " The vertical line is the "
        "time of the full-order model; a reduced-order model pays where it is to its left and, at "
        "the same error, to the left of the stars"
        + (f", full-order models whose grid and time step are coarser by {listed(factors)}."
           if factors else ".")
    )  # fmt: skip
    return (
        f"Errors of {named(records)}, against the processor time of one test trajectory. Markers "
        f"grow with the rank, from $r = {min(ranks)}$ to {max(ranks)}."
        + (full if _has_full_order(records) else "")
        + " A reduction on which a prediction failed has no point."
        + seeds_of(records, "Points are medians over {} seeds.")
    )  # fmt: skip


def _has_full_order(records: Sequence[ReducedModels]) -> bool:
    return any(record.full_seconds is not None for record in records)


def _plot_full_order(axes: Axes, record: ReducedModels) -> None:
    if record.full_seconds is None:
        return
    axes.axvline(float(np.median(record.full_seconds)), color=style.BLACK, lw=0.8)
    if len(record.coarsening):
        seconds = np.median(record.coarse_seconds, axis=1)
        axes.plot(seconds, np.sqrt(np.mean(record.coarse_error**2, axis=1)), **FULL)


def _plot(axes: Axes, record: ReducedModels, groups: Sequence[Group], look: style.Look) -> None:
    for group, size in zip(groups, style.sizes(len(groups)), strict=True):
        if failed(record, group):
            continue
        seconds = float(np.median(record.seconds[group.cases]))
        error = float(median(record.over_trajectories("error")[group.cases]))
        axes.plot(
            seconds, error, color=look.colour, marker=look.marker, ms=size, ls="", mec="white",
            mew=0.4, zorder=style.above_larger(size),
        )  # fmt: skip
