"""Reconstructions of each method at a few times, and their errors over space and time.

Where that cannot be drawn, one test snapshot is shown, as `mornet.figures.states.one_snapshot`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.errors import DataError, OptionError, ShapeError
from mornet.experiments.close_up import CloseUp
from mornet.figures import style
from mornet.figures.captions import sized
from mornet.figures.states import one_snapshot
from mornet.figures.states.labels import parameters_at
from mornet.figures.states.places import U_NAME, fields_at
from mornet.records import Array
from mornet.snapshots.formats.dates import dates_at
from mornet.snapshots.layout import SINCE
from mornet.tables.words import in_words

RECORD = CloseUp
SIZE = (style.DOUBLE, 96.0)
ACROSS = 8  # methods beside each other
DECADES = 4  # of the error that the colours resolve
GREY = "#b0b0b0"


class Curve(NamedTuple):
    """The look of a curve at one time."""

    color: str
    linestyle: Any


class Names(NamedTuple):
    """The title of a figure, and the names of the field and of its places."""

    title: str | None = None
    field: str = U_NAME
    place: str = "$x$"


UNNAMED = Names()


@style.in_house_style
def draw(
    figure: Figure,
    close_up: CloseUp,
    *,
    trajectory: int | None = None,
    times: int = 3,
) -> None:
    """Draw one trajectory of ``close_up``, by default the first, on ``figure``, as `draw_fields`.

    A close-up of a single snapshot is drawn as `one_snapshot`.

    Raises DataError if the samples have no times or more than one coordinate, OptionError for a
    trajectory that does not exist, and what `draw_fields` raises.
    """
    if close_up.shown is not None:
        one_snapshot.draw(figure, close_up)
        return
    if close_up.t is None:
        raise DataError(f"{close_up.data_set} has no times t, so no figure over space and time")
    if close_up.x.shape[0] != 1:
        raise DataError(f"{close_up.data_set} has {close_up.x.shape[0]} coordinates x, not one")
    trajectory = int(close_up.trajectory.min()) if trajectory is None else trajectory
    at = close_up.trajectory == trajectory
    if not at.any():
        numbers = sorted(set(close_up.trajectory.tolist()))
        raise OptionError(f"there is no trajectory {trajectory}; there are {numbers}")
    fields = dict(zip(close_up.method, close_up.reconstruction[:, :, at], strict=True))
    title = f"{in_words(close_up.data_set)}, rank {close_up.rank}"
    if close_up.mu is not None:
        title = ", ".join([title, *parameters_at(close_up.mu[:, at][:, 0], close_up.units)])
    draw_fields(
        figure, close_up.x[0], close_up.t[at], close_up.states[:, at], fields,
        times=times, units=close_up.units, names=_names_of(close_up, title),
    )  # fmt: skip


def _names_of(close_up: CloseUp, title: str) -> Names:
    """Return the names in the files, if they state them, beside the ``title``."""
    units = close_up.units
    field = next(fields_at(close_up.x, close_up.layout, units, units.get("states", "")))
    return Names(title, field.name, field.axis[0][0])


def caption(close_up: CloseUp) -> str:
    """Return what the figure shows."""
    if close_up.shown is not None:
        return one_snapshot.caption(close_up)
    errors = (
        f"{in_words(name)} {100 * error:.3g} %"
        for name, error in zip(close_up.method, close_up.test_error, strict=True)
    )
    return (
        f"Reconstructions of a test trajectory of {sized(close_up)} by reductions of rank "
        f"{close_up.rank}, each by the seed of median test error, the lower of two "
        f"({'; '.join(errors)}). Above: "
        "snapshots (grey) and reconstructions (colours) at three times, which lines of the same "
        "look mark below. Below: the modulus of the error over space and time, on one logarithmic "
        f"scale; the darkest colour stands for {10.0**-DECADES:g} of the largest error, and for "
        "less."
    )


@style.in_house_style
def draw_fields(
    figure: Figure,
    x: Array,
    t: Array,
    states: Array,
    reconstructions: Mapping[str, Array],
    *,
    times: int = 3,
    units: Mapping[str, str] | None = None,
    names: Names = UNNAMED,
) -> None:
    """Draw one trajectory ``states`` (n, m) at points ``x`` (n,) and times ``t`` (m,).

    Each method has a column: the states and their reconstructions at ``times`` equally spaced
    columns, the last among them, above the error |u - u_hat| with one logarithmic colour scale over
    `DECADES` decades. ``units`` may name the units of "x", "t" and "U", and the date "since" which
    times count, as in `Snapshots`. ``names`` are those of the axes, and the title.

    Raises ShapeError for shapes that do not agree, DataError unless x and t increase, OptionError
    for no reconstruction or no times.
    """
    _check(x, t, states, reconstructions, times)
    units = {"x": "1", "t": "1", "U": "1", **(units or {})}
    columns = np.unique(np.linspace(0, len(t) - 1, times + 1).round().astype(int)[1:])
    curves = {
        c: Curve(*look)
        for c, *look in zip(columns, style.COLOURS, cycle(style.LINESTYLES), strict=False)
    }
    grid, upper, lower = _axes(figure, len(reconstructions))
    looks = style.looks(reconstructions)
    for axes, (name, U) in zip(upper, reconstructions.items(), strict=True):
        _draw_profiles(axes, x, states, U, curves)
        style.entitle(axes, looks[name].label, figure, grid.shape[1])
    marks = {float(t[column]): curve for column, curve in curves.items()}
    image = _draw_errors(lower, (x, t), states, reconstructions, marks)
    for first in grid[::2, 0]:
        first.set_ylabel(style.with_unit(names.field, units["U"]))
    for first in grid[1::2, 0]:
        first.set_ylabel(_label("t", units))
    for axes in lower[-grid.shape[1] :]:
        axes.set_xlabel(style.with_unit(names.place, units["x"]))
    bar = figure.colorbar(image, ax=list(lower), extend="min", pad=0.01, aspect=18)
    error = r"$|u-\hat u\,|$" if names.field == U_NAME else f"|error of {names.field}|"
    bar.set_label(style.with_unit(error, units["U"]))
    style.legend_above(figure, _keys(marks, units), columns=len(marks) + 1, title=names.title)


def _axes(figure: Figure, count: int) -> tuple[Array, Array, Array]:
    """Return the grid of all axes, the upper ones and the lower ones of ``count`` methods."""
    across = min(count, ACROSS)
    rows = -(-count // across)
    figure.set_figheight(rows * figure.get_figheight())
    grid = figure.subplots(2 * rows, across, sharex=True, sharey="row", squeeze=False)
    parts = [grid[k::2].ravel() for k in (0, 1)]
    for part in parts:
        for spare in part[count:]:
            spare.set_axis_off()
    upper, lower = (part[:count] for part in parts)
    return grid, upper, lower


def _keys(marks: Mapping[float, Curve], units: Mapping[str, str]) -> list[Line2D]:
    """Return the entries of the legend: the snapshot, and the date or the time of each curve."""
    unit = "" if units["t"] in ("1", "") else f" {units['t']}"
    dates = dates_at(np.array(list(marks)), units["t"], units.get(SINCE, ""))
    labels = dates or [f"$t={time:.4g}${unit}" for time in marks]
    return [
        Line2D([], [], color=GREY, lw=3, label="snapshot"),
        *(
            Line2D([], [], **curve._asdict(), label=label)
            for label, curve in zip(labels, marks.values(), strict=True)
        ),
    ]


def _check(
    x: Array, t: Array, states: Array, reconstructions: Mapping[str, Array], times: int
) -> None:
    if not reconstructions or times < 1:
        raise OptionError("reconstruction needs at least one method and at least one time")
    for name, U in (("states", states), *reconstructions.items()):
        if U.shape != (len(x), len(t)):
            raise ShapeError(
                f"{name} have shape {U.shape}, but there are {len(x)} points x and {len(t)} times t"
            )
    for name, values in (("x", x), ("t", t)):
        if np.any(np.diff(values) <= 0):
            raise DataError(f"{name} must increase strictly: reconstruction shows one trajectory")


def _draw_profiles(
    axes: Axes, x: Array, states: Array, U: Array, curves: Mapping[int, Curve]
) -> None:
    """Draw the states and their reconstructions ``U`` at some columns, each with its look."""
    for column, curve in curves.items():
        axes.plot(x, states[:, column], color=GREY, lw=2.6)
        axes.plot(x, U[:, column], **curve._asdict(), lw=0.9)
    axes.set_xlim(float(x[0]), float(x[-1]))


def _draw_errors(
    row: Array,
    grid: tuple[Array, Array],
    states: Array,
    reconstructions: Mapping[str, Array],
    marks: Mapping[float, Curve],
) -> QuadMesh:
    """Draw the errors over space and time, with a line at each time of ``marks``."""
    errors = [np.abs(states - U) for U in reconstructions.values()]
    largest = max(float(error.max()) for error in errors)
    top = largest if largest > 0 else 1.0
    bottom = top * 10.0**-DECADES
    norm = LogNorm(bottom, top)
    for axes, error in zip(row, errors, strict=True):
        image = axes.pcolormesh(
            *grid, np.maximum(error, bottom).T, norm=norm, shading="nearest", rasterized=True
        )
        for time, curve in marks.items():  # the last time lies on the frame
            axes.axhline(time, color="white", lw=1.6, clip_on=False, zorder=3)
            axes.axhline(time, **curve._asdict(), lw=0.8, clip_on=False, zorder=3)
    return image


def _label(symbol: str, units: Mapping[str, str]) -> str:
    return style.with_unit(f"${symbol}$", units[symbol])
