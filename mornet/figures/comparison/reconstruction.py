"""Snapshots and reconstructions at a few times, and their difference over space and time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D

from mornet.errors import DataError, OptionError, ShapeError
from mornet.experiments.close_up import CloseUp
from mornet.figures import style
from mornet.records import Array, Indices

RECORD = CloseUp
SIZE = (style.DOUBLE, 112.0)
DECADES = 4  # of the error that the colours resolve


@style.in_house_style
def draw(
    figure: Figure,
    close_up: CloseUp,
    *,
    trajectory: int = 0,
    times: int = 3,
) -> None:
    """Draw one trajectory of ``close_up`` on ``figure``, as `draw_fields` does.

    Raises DataError if the samples have no times or more than one coordinate, OptionError for a
    trajectory that does not exist, and what `draw_fields` raises.
    """
    if close_up.t is None:
        raise DataError(f"{close_up.data_set} has no times t, so no figure over space and time")
    if close_up.x.shape[0] != 1:
        raise DataError(f"{close_up.data_set} has {close_up.x.shape[0]} coordinates x, not one")
    at = close_up.trajectory == trajectory
    if not at.any():
        numbers = sorted(set(close_up.trajectory.tolist()))
        raise OptionError(f"there is no trajectory {trajectory}; there are {numbers}")
    fields = dict(zip(close_up.method, close_up.reconstruction[:, :, at], strict=True))
    title = f"{close_up.data_set.replace('_', ' ')}, rank {close_up.rank}"
    if close_up.mu is not None:
        values = ", ".join(f"{value:.4g}" for value in close_up.mu[:, at][:, 0])
        title += rf", $\mu = {values}$" if len(close_up.mu) == 1 else rf", $\mu = ({values})$"
    draw_fields(
        figure, close_up.x[0], close_up.t[at], close_up.states[:, at], fields,
        times=times, units=close_up.units, title=title,
    )  # fmt: skip


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
    title: str | None = None,
) -> None:
    """Draw one trajectory ``states`` (n, m) at points ``x`` (n,) and times ``t`` (m,).

    The upper panels show the states at ``times`` equally spaced columns, the last among them. The
    lower panels show the error |u - u_hat| of each method with one logarithmic colour scale over
    `DECADES` decades. ``units`` may name the units of "x", "t" and "U", as in `Snapshots`.

    Raises ShapeError for shapes that do not agree, DataError unless x and t increase, OptionError
    for no reconstruction or no times.
    """
    _check(x, t, states, reconstructions, times)
    units = {"x": "1", "t": "1", "U": "1", **(units or {})}
    columns = np.unique(np.linspace(0, len(t) - 1, times + 1).round().astype(int)[1:])
    upper, lower = figure.subfigures(2, 1, squeeze=False, height_ratios=(1, 1.1))[:, 0]
    lines = _draw_profiles(upper, x, t, states, reconstructions, columns, units)
    _draw_errors(lower, x, t, states, reconstructions, t[columns], units)
    style.legend_above(figure, lines, columns=len(lines), title=title)


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
    panel: SubFigure,
    x: Array,
    t: Array,
    states: Array,
    reconstructions: Mapping[str, Array],
    columns: Indices,
    units: Mapping[str, str],
) -> list[Line2D]:
    row = panel.subplots(1, len(columns), sharey=True, squeeze=False)[0]
    looks = style.looks(reconstructions)
    for axes, column in zip(row, columns, strict=True):
        axes.plot(x, states[:, column], color="#b0b0b0", lw=3, label="snapshot")
        for k, (name, U) in enumerate(reconstructions.items()):
            look, every = looks[name], max(1, len(x) // 8)
            axes.plot(
                x, U[:, column], color=look.colour, ls=look.linestyle, label=look.label,
                marker=look.marker, markersize=3.5,
                markevery=(k * every // len(reconstructions), every),
            )  # fmt: skip
        unit = "" if units["t"] in ("1", "") else f" {units['t']}"
        axes.set(xlabel=_label("x", units), title=f"$t={t[column]:.4g}$" + unit, xlim=x[[0, -1]])
    row[0].set_ylabel(_label("u", {"u": units["U"]}))
    return list(row[0].lines)


def _draw_errors(
    panel: SubFigure,
    x: Array,
    t: Array,
    states: Array,
    reconstructions: Mapping[str, Array],
    marked: Array,
    units: Mapping[str, str],
) -> None:
    row = panel.subplots(1, len(reconstructions), sharex=True, sharey=True, squeeze=False)[0]
    errors = {name: np.abs(states - U) for name, U in reconstructions.items()}
    largest = max(float(error.max()) for error in errors.values())
    top = largest if largest > 0 else 1.0
    bottom = top * 10.0**-DECADES
    norm = LogNorm(bottom, top)
    for axes, (name, error) in zip(row, errors.items(), strict=True):
        image = axes.pcolormesh(
            x, t, np.maximum(error, bottom).T, norm=norm, shading="nearest", rasterized=True
        )
        _mark_times(axes, marked)
        axes.set(xlabel=_label("x", units), title=style.looks(reconstructions)[name].label)
    row[0].set_ylabel(_label("t", units))
    bar = panel.colorbar(image, ax=list(row), extend="min", pad=0.01, aspect=18)
    bar.set_label(_label(r"|u-\hat u\,|", {r"|u-\hat u\,|": units["U"]}))


def _mark_times(axes: Axes, times: Array) -> None:
    for time in times:
        axes.axhline(time, color="white", lw=0.6, ls=":")


def _label(symbol: str, units: Mapping[str, str]) -> str:
    return style.with_unit(f"${symbol}$", units[symbol])
