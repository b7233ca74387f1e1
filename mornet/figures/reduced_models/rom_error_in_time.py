"""Error of reduced-order models in time: where and when a model fails."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mornet.comparison.median import median_position
from mornet.experiments.model_runs import NO_FAILURE
from mornet.experiments.reduced_models import ReducedModels
from mornet.figures import style
from mornet.figures.reduced_models.panels import (
    FAILED,
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
    """Draw a panel for each model: the errors of the largest rank of every reduction in time.

    The trajectory of a line is that of the largest error, its seed the median one, or the lower of
    two. A line ends with a cross where its model fails.
    """
    styles, any_failed = looks(records), False
    for axes, record in zip(panels(figure, records, "linear"), records, strict=True):
        for k, (name, look) in enumerate(styles.items()):
            if name in record.method:
                any_failed |= _plot(axes, record, name, look, 0.03 * k)
    time = style.with_unit("$t$", records[0].units.get("t", "1"))
    name_axes(figure, time, "error of a state, relative to the largest")
    more = [failure_key()] if any_failed else []
    title = in_words(records[0].data_set) + ", largest rank, worst test trajectory"
    style.legend_above(figure, keys(styles, *more), columns=4, title=title)


def caption(*records: ReducedModels) -> str:
    """Return what the figure shows."""
    return (
        f"Errors in time of {named(records)}, at the largest rank of each reduction and on the "
        "test trajectory of the largest error. The error of a state is relative to the largest "
        "state; a model starts at the exact state or at its projection. A line ends with a cross "
        "where its model fails."
        + seeds_of(records, "Of {} seeds that of the median error is shown (the lower of two).")
    )  # fmt: skip


def _plot(axes: Axes, record: ReducedModels, name: str, look: style.Look, place: float) -> bool:
    """Draw the errors of one reduction; return whether the prediction failed.

    Markers begin at the part ``place`` of the axis.
    """
    group = max((g for g in record.groups() if g.method == name), key=lambda g: g.rank)
    case = group.cases[median_position(record.over_trajectories("error")[group.cases])]
    worst = int(np.argmax(record.judged("error")[case]))
    error, step = record.error_in_time[case, worst], int(record.failed_step[case, worst])
    end = len(record.t) if step == NO_FAILURE else min(step + 1, len(record.t))
    t, error = record.t[:end], error[:end]
    shown = error > 0  # a model starts at the exact state
    axes.plot(
        t[shown], error[shown], color=look.colour, marker=look.marker, ms=3, ls=look.linestyle,
        markevery=(place, 0.15), label=look.label,
    )  # fmt: skip
    if step == NO_FAILURE:
        return False
    axes.plot(t[-1], error[-1], color=look.colour, **FAILED)
    return True
