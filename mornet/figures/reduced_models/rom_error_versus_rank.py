"""Error of reduced-order models against rank r, above the error of the projected states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.comparison.median import median_seed
from mornet.experiments.reduced_models import Group, ReducedModels
from mornet.figures import style
from mornet.figures.reduced_models.panels import (
    FAILED,
    FLOOR,
    failed,
    failure_key,
    keys,
    looks,
    panels,
)

RECORD = ReducedModels
SIZE = (style.DOUBLE, 84.0)


@style.in_house_style
def draw(figure: Figure, *records: ReducedModels) -> None:
    """Draw a panel for each model: its errors on every reduction, and their floors (dashed).

    Lines are medians over the seeds of root mean squares over the test trajectories.
    """
    styles = looks(records)
    for axes, record in zip(panels(figure, records, "linear"), records, strict=True):
        for name, look in styles.items():
            _plot(axes, record, [g for g in record.groups() if g.method == name], look)
        axes.set_xlabel("rank $r$")
        axes.set_xticks(sorted(set(record.rank.tolist())))
    figure.axes[0].set_ylabel("relative error of the test states")
    floor = Line2D([], [], color=style.GREY, marker="o", label="projected test states", **FLOOR)
    more = [floor, failure_key()] if any(r.failures for r in records) else [floor]
    title = records[0].data_set.replace("_", " ")
    style.legend_above(figure, keys(styles, *more), columns=4, title=title)


def _plot(axes: Axes, record: ReducedModels, groups: Sequence[Group], look: style.Look) -> None:
    """Draw the line of one reduction, its floor, and a cross where a prediction failed."""
    if not groups:
        return
    ranks = np.array([group.rank for group in groups])
    error, floor = (
        np.array([median_seed(record.over_trajectories(f)[g.cases]) for g in groups])
        for f in ("error", "floor")
    )
    axes.plot(ranks, floor, color=look.colour, marker=look.marker, **FLOOR)
    axes.plot(ranks, error, color=look.colour, marker=look.marker)
    bad = np.array([failed(record, group) for group in groups])
    axes.plot(ranks[bad], error[bad], **FAILED)
