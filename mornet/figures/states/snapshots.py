"""The snapshots of a data set: over space and time, or as pictures of a plane at a few times."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from mornet.figures import style
from mornet.figures.captions import sized
from mornet.figures.states.labels import equation, parameters_in
from mornet.figures.states.places import FIELDS, Field, fields_of, has_one_measure, is_line, partly
from mornet.figures.states.planes import add_bar, draw_plane, share_of_height
from mornet.figures.ticks import count_along
from mornet.records import Array
from mornet.snapshots import DataSet, Snapshots
from mornet.snapshots.formats.dates import dates_at
from mornet.snapshots.layout import SINCE
from mornet.tables.words import in_words

RECORD = DataSet
TIMES = 4  # beside each other
ACROSS, LABELS, TITLE = 36.0, 18.0, 5.0  # mm: a panel, what is above and below it, and the name
LINE = 60.0  # mm: a row over space and time
SIZE = (style.DOUBLE, LINE + TITLE)


class Run(NamedTuple):
    """Snapshots that follow each other: their states (n, m), what they run over, and a title.

    ``dates`` are those of the times that they run over, if they are known.
    """

    states: Array
    along: Array
    label: str
    title: str
    dates: list[str]


@style.in_house_style
def draw(figure: Figure, data: DataSet) -> None:
    """Draw the first three fields of a trajectory for training and of one for testing.

    A field along a line is a picture over space and time. A field in a plane is shown at four times
    of each trajectory.
    """
    fields, runs = list(fields_of(data))[:FIELDS], runs_of(data)
    rows = [row for field in fields for row in _rows(field, runs)]
    heights = [_height(field) for field, _ in rows]
    figure.set_figheight((sum(heights) + TITLE) / style.MM_PER_INCH)
    parts: Any = figure.subfigures(len(rows), 1, squeeze=False, height_ratios=heights)
    for part, (field, shown) in zip(parts[:, 0], rows, strict=True):
        draw_row = _draw_lines if is_line(field) else _draw_planes
        draw_row(part, field, shown)
    figure.suptitle(in_words(data.name))


def _rows(field: Field, runs: list[Run]) -> list[tuple[Field, list[Run]]]:
    """Return the rows of panels of a field: one of all runs along a line, or one for each run."""
    return [(field, runs)] if is_line(field) else [(field, [run]) for run in runs]


def _height(field: Field) -> float:
    """Return the height of a row of panels in millimetres."""
    if is_line(field) or not has_one_measure(field):
        return LINE
    return ACROSS * share_of_height(field) + LABELS


def caption(data: DataSet) -> str:
    """Return what the figure shows."""
    return (
        f"Snapshots of {sized(_Sizes(data))}: a trajectory of the training part, and one of "
        f"the test part where it is another one. The split is: {data.split}."
        f"{partly(list(fields_of(data)))}"
    )


class _Sizes:
    """The sizes of a data set, as captions state them."""

    def __init__(self, data: DataSet) -> None:
        self.data_set, self.n = data.name, data.train.n
        self.m, self.m_test = data.train.m, data.test.m


def runs_of(data: DataSet) -> list[Run]:
    """Return the first trajectory of the training part, and of the test part if it is another.

    A trajectory has the snapshots of all parts. Trajectories of one snapshot each are one run.
    """
    parts = list(data.parts.values())
    counts = np.unique(np.concatenate([p.trajectory for p in parts]), return_counts=True)[1]
    if counts.max() == 1:
        return [_run(data, [np.arange(p.m) for p in parts], "all snapshots")]
    first, second = (int(part.trajectory.min()) for part in (data.train, data.test))
    found = []
    for number in dict.fromkeys((first, second)):
        columns = [np.flatnonzero(p.trajectory == number) for p in parts]
        used = [WORDS[n] for n, of in zip(data.parts, columns, strict=True) if len(of)]
        found.append(_run(data, columns, f"{' and '.join(used)}"))
    return found


COUNTED = "snapshot"  # the label of snapshots without times and parameters
WORDS = {"train": "training", "validation": "validation", "test": "test"}


def _run(data: DataSet, columns: list[Any], title: str) -> Run:
    """Return these columns of all parts, in the order of times, parameters or numbers."""
    parts = [p.take(of) for p, of in zip(data.parts.values(), columns, strict=True) if len(of)]
    states, units = np.hstack([part.states for part in parts]), data.train.units
    along, label = np.arange(float(states.shape[1])), COUNTED
    mu, (called, *_) = _mu(parts), (*parameters_in(units, 1), "")
    for values, quantity, unit in ((_times(parts), "$t$", "t"), (mu, called, "mu")):
        if values is not None and len(np.unique(values)) == len(values):
            along, label = values, style.with_unit(quantity, units.get(unit, ""))
            break
    order = np.argsort(along, kind="stable")
    if mu is not None and along is not mu and len(np.unique(mu)) == 1:
        title += f", {equation(called, f'{mu[0]:.4g}', '')}"
    known = label.startswith("$t$")
    dates = dates_at(along[order], units.get("t", ""), units.get(SINCE, "")) if known else []
    return Run(states[:, order], along[order], label, title, dates)


def _times(parts: list[Snapshots]) -> Array | None:
    known = [part.t for part in parts if part.t is not None]
    return np.concatenate(known) if len(known) == len(parts) else None


def _mu(parts: list[Snapshots]) -> Array | None:
    """Return the parameter of each snapshot if there is one of them."""
    known = [part.mu[0] for part in parts if part.mu is not None and len(part.mu) == 1]
    return np.concatenate(known) if len(known) == len(parts) else None


def _limits(field: Field, runs: list[Run]) -> dict[str, Any]:
    shown = [run.states[field.row] for run in runs]
    return {"vmin": min(U.min() for U in shown), "vmax": max(U.max() for U in shown)}


def _draw_lines(part: Any, field: Field, runs: list[Run]) -> None:
    """Draw a field over space and time, a panel for each run with one scale of colours."""
    panels = part.subplots(1, len(runs), squeeze=False)[0]
    for axes, run in zip(panels, runs, strict=True):
        grid = field.x[0], run.along
        values = run.states[field.row].T
        image = axes.pcolormesh(
            *grid, values, shading="nearest", rasterized=True, **_limits(field, runs)
        )
        axes.set_xlabel(style.with_unit(*field.axis[0]))
        axes.set_title(run.title)
        axes.set_ylabel(run.label)
        if run.label == COUNTED:
            count_along(axes.yaxis)
    add_bar(part, image, panels, field)


def _draw_planes(part: Any, field: Field, runs: list[Run]) -> None:
    """Draw a field in a plane at a few times of a run, with one scale of colours."""
    (run,) = runs
    m = len(run.along)
    columns = np.unique(np.linspace(0, m - 1, min(TIMES, m)).round().astype(int))
    panels = part.subplots(1, len(columns), sharex=True, sharey=True, squeeze=False)[0]
    for axes, column in zip(panels, columns, strict=True):
        image = draw_plane(axes, field, run.states[field.row, column], **_limits(field, runs))
        axes.set_title(_at(run, column))
        axes.set_xlabel(style.with_unit(*field.axis[0]))
    panels[0].set_ylabel(style.with_unit(*field.axis[1]))
    part.supylabel(run.title, fontsize="medium")
    add_bar(part, image, panels, field)


def _at(run: Run, column: int) -> str:
    """Return the date, time, parameter or number of a column as a title: t = 0.5 s."""
    if run.dates:
        return run.dates[column]
    quantity, _, unit = run.label.partition(" (")
    value = f"{run.along[column]:.4g}"
    if quantity == COUNTED:
        return f"snapshot {value}"
    return equation(quantity, value, unit.removesuffix(")"))
