"""What the figures of reduced-order models share: a panel for each model, and their keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.reduced_models import NO_FAILURE, Group, ReducedModels
from mornet.figures import style

FAILED: dict[str, Any] = {"marker": "X", "color": "#cc0000", "ms": 7.0, "ls": "", "zorder": 3}
FLOOR: dict[str, Any] = {"ls": (0, (3, 1.5)), "lw": 0.8, "mfc": "white"}


def panels(figure: Figure, records: Sequence[ReducedModels], xscale: str) -> list[Axes]:
    """Return one panel for each model, side by side, with one logarithmic axis of errors."""
    axes = figure.subplots(1, len(records), sharey=True, squeeze=False)[0]
    for panel, record in zip(axes, records, strict=True):
        panel.set(xscale=xscale, yscale="log", title=record.model.replace("_", " "))
        panel.grid(True, which="major")
    return list(axes)


def looks(records: Sequence[ReducedModels]) -> dict[str, style.Look]:
    """Return the look of each reduction of the records."""
    return style.looks(name for record in records for name in record.method)


def failed(record: ReducedModels, group: Group) -> bool:
    """Return whether a prediction of the group failed."""
    return bool((record.failed_step[group.cases] != NO_FAILURE).any())


def keys(looks: dict[str, style.Look], *more: Line2D) -> list[Line2D]:
    """Return the keys of the reductions and ``more`` keys."""
    return [
        *(
            Line2D([], [], color=look.colour, marker=look.marker, label=look.label)
            for look in looks.values()
        ),
        *more,
    ]


def failure_key() -> Line2D:
    """Return the key of a failure."""
    return Line2D([], [], label="a prediction failed", **FAILED)
