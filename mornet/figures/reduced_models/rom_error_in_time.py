"""Error of reduced-order models in time: where and when a model fails."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mornet.comparison.median import median_position
from mornet.experiments.reduced_models import NO_FAILURE, ReducedModels
from mornet.figures import style
from mornet.figures.reduced_models.panels import FAILED, failure_key, keys, looks, panels

RECORD = ReducedModels
SIZE = (style.DOUBLE, 84.0)


@style.in_house_style
def draw(figure: Figure, *records: ReducedModels) -> None:
    """Draw a panel for each model: the errors of the largest rank of every reduction in time.

    The trajectory of a line is that of the largest error, its seed the median one. A cross marks a
    failure; from there on the last state stands still.
    """
    styles, any_failed = looks(records), False
    for axes, record in zip(panels(figure, records, "linear"), records, strict=True):
        for name, look in styles.items():
            if any(name == method for method in record.method):
                any_failed |= _plot(axes, record, name, look)
        axes.set_xlabel(style.with_unit("$t$", record.units.get("t", "1")))
    figure.axes[0].set_ylabel("error of a state, relative to the largest")
    more = [failure_key()] if any_failed else []
    title = records[0].data_set.replace("_", " ") + ", largest rank, worst test trajectory"
    style.legend_above(figure, keys(styles, *more), columns=4, title=title)


def _plot(axes: Axes, record: ReducedModels, name: str, look: style.Look) -> bool:
    """Draw the errors of one reduction; return whether the prediction failed."""
    group = max((g for g in record.groups() if g.method == name), key=lambda g: g.rank)
    case = group.cases[median_position(record.over_trajectories("error")[group.cases])]
    worst = int(np.argmax(record.error[case]))
    error, step = record.error_in_time[case, worst], int(record.failed_step[case, worst])
    shown = error > 0  # a model starts at the exact state
    axes.plot(record.t[shown], error[shown], color=look.colour, label=look.label)
    if step == NO_FAILURE:
        return False
    at = min(step, len(record.t) - 1)
    axes.plot(record.t[at], error[at], **FAILED)
    return True
