"""Error of reduced-order models against rank r, beside the error of the reduction itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from mornet.comparison.median import median
from mornet.experiments.reduced_models import Group, ReducedModels
from mornet.figures import style
from mornet.figures.reduced_models.panels import (
    ESTIMATE,
    FAILED,
    FLOOR,
    failed,
    failure_key,
    keys,
    looks,
    name_axes,
    named,
    panels,
    seeds_of,
)
from mornet.tables.words import in_words

RECORD = ReducedModels
SIZE = (style.DOUBLE, 84.0)


@style.in_house_style
def draw(figure: Figure, *records: ReducedModels) -> None:
    """Draw a panel for each model: its errors, and those of every reduction (dashed).

    Lines are medians over the seeds of root mean squares over the test trajectories.
    """
    styles = looks(records)
    ranks = sorted({int(rank) for record in records for rank in record.rank})
    log = ranks[-1] >= 10 * ranks[0]
    for axes, record in zip(
        panels(figure, records, "log" if log else "linear"), records, strict=True
    ):
        for k, (name, look) in enumerate(styles.items()):
            groups = [g for g in record.groups() if g.method == name]
            _plot(axes, record, groups, look, (k, len(styles)))
    figure.axes[0].set_xticks(ranks, [str(rank) for rank in ranks])
    figure.axes[0].xaxis.set_minor_locator(NullLocator())
    figure.axes[0].margins(y=0.12)  # room for the crosses
    name_axes(figure, "rank $r$", "relative error of the test states")
    floor = Line2D([], [], color=style.GREY, marker="o", label="reconstruction error", **FLOOR)
    more = [floor, failure_key()] if any(r.failures for r in records) else [floor]
    if any(r.estimate is not None for r in records):
        more.append(Line2D([], [], color=style.GREY, label="estimate of the error", **ESTIMATE))
    title = in_words(records[0].data_set)
    style.legend_above(figure, keys(styles, *more, ls="-"), columns=4, title=title)


def caption(*records: ReducedModels) -> str:
    """Return what the figure shows."""
    return (
        f"Errors of {named(records)}, against the rank $r$: root mean squares over the test "
        "trajectories, relative to the states. Dashed lines are the reconstruction errors, "
        "of decode(encode(u)): of the reduction itself, no bound of a model. Plus signs, where "
        "there are any, are estimates of the errors from the residuals alone. A cross at the "
        "upper edge is a reduction on which a prediction failed; lines join the others."
        + seeds_of(records, "All are medians over {} seeds.")
        + " Curves are moved a little sideways, so that equal errors stay apart."
    )


def _plot(
    axes: Axes,
    record: ReducedModels,
    groups: Sequence[Group],
    look: style.Look,
    place: tuple[int, int],
) -> None:
    """Draw a line of one reduction, its reconstruction error, and a cross where it failed.

    ``place`` is the number of the reduction, and how many there are.
    """
    if not groups:
        return
    ranks = style.beside([group.rank for group in groups], *place, log=axes.get_xscale() == "log")
    error, floor = (
        np.array([median(record.over_trajectories(f)[g.cases]) for g in groups])
        for f in ("error", "floor")
    )
    if record.estimate is not None:
        estimate = [median(record.over_trajectories("estimate")[g.cases]) for g in groups]
        axes.plot(ranks, estimate, color=look.colour, **ESTIMATE)
    axes.plot(ranks, floor, color=look.colour, marker=look.marker, **FLOOR)
    bad = np.array([failed(record, group) for group in groups])
    axes.plot(ranks, np.where(bad, np.nan, error), color=look.colour, marker=look.marker)
    at_top = np.full(bad.sum(), 0.96)
    where = axes.get_xaxis_transform()
    axes.plot(ranks[bad], at_top, color=look.colour, transform=where, **FAILED)
