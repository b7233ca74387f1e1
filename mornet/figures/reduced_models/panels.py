"""What the figures of reduced-order models share: a panel for each model, and their keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from mornet.experiments.reduced_models import Group, ReducedModels
from mornet.figures import style
from mornet.figures.captions import over_seeds, sized
from mornet.tables.words import listed, literal

MOST = 4  # panels side by side
FAILED: dict[str, Any] = {
    "marker": "X",
    "ms": 7.0,
    "ls": "",
    "mec": "white",
    "mew": 0.4,
    "zorder": 4,
}
ESTIMATE: dict[str, Any] = {
    "marker": "+",
    "ms": 9.0,
    "mew": 0.6,
    "ls": "",
    "zorder": 4,
    "path_effects": [withStroke(linewidth=1.4, foreground="white")],  # seen inside a marker
}
FLOOR: dict[str, Any] = {"ls": (0, (3, 1.5)), "lw": 0.8, "mfc": "white"}


def panels(figure: Figure, records: Sequence[ReducedModels], xscale: str) -> list[Axes]:
    """Return one panel for each model, with the same axes; errors are logarithmic.

    At most `MOST` panels stand side by side; further rows make the figure higher.
    """
    rows, columns = _shape(len(records))
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height * (1 + 0.7 * (rows - 1)))
    every = figure.subplots(rows, columns, sharey=True, sharex=True, squeeze=False).ravel()
    axes = every[: len(records)]
    for spare in every[len(records) :]:
        spare.remove()
    for panel, record in zip(axes, records, strict=True):
        panel.set(xscale=xscale, yscale="log")
        style.entitle(panel, literal(record.model), figure, columns)
        panel.grid(True, which="major")
    return list(axes)


def _shape(count: int) -> tuple[int, int]:
    """Return the rows and columns of ``count`` panels."""
    rows = -(-count // MOST)
    return rows, -(-count // rows)


def name_axes(figure: Figure, x: str, y: str) -> None:
    """Label the panels: the error ``y`` on the left, ``x`` below those that have none beneath."""
    _, columns = _shape(len(figure.axes))
    for i, axes in enumerate(figure.axes):
        if i % columns == 0:
            axes.set_ylabel(y)
        if i + columns >= len(figure.axes):
            axes.set_xlabel(x)
            axes.tick_params(axis="x", labelbottom=True)


def looks(records: Sequence[ReducedModels]) -> dict[str, style.Look]:
    """Return the look of each reduction of the records."""
    return style.looks(name for record in records for name in record.method)


def failed(record: ReducedModels, group: Group) -> bool:
    """Return whether a prediction of the group failed."""
    return bool(record.failed[group.cases].any())


def keys(looks: dict[str, style.Look], *more: Line2D, ls: str | None = None) -> list[Line2D]:
    """Return the keys of the reductions, with their own lines unless ``ls``, and ``more`` keys."""
    own = (look.key(ls=look.linestyle if ls is None else ls) for look in looks.values())
    return [*own, *more]


def failure_key() -> Line2D:
    """Return the key of a failure."""
    return Line2D([], [], label="a prediction failed", color=style.GREY, **FAILED)


def named(records: Sequence[ReducedModels]) -> str:
    """Return the models, the reductions and the data set of a caption."""
    first = records[0]
    reductions = dict.fromkeys(name for record in records for name in record.method)
    *others, last = (literal(record.model) for record in records)
    models = f"{', '.join(others)} and {last}" if others else last
    return f"reduced-order models of {sized(first)}: {models} on {listed(list(reductions))}"


def seeds_of(records: Sequence[ReducedModels], words: str) -> str:
    """Return the sentence on the seeds of the records; it is empty for one seed."""
    return over_seeds(max(len(group.cases) for r in records for group in r.groups()), words)
