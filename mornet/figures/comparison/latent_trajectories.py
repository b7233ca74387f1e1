"""Test trajectories in the space of codes of each method."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from mornet.errors import DataError, counted
from mornet.experiments.close_up import CloseUp
from mornet.figures import style
from mornet.figures.captions import sized
from mornet.linalg import thin_svd
from mornet.records import Array, Indices
from mornet.tables.words import in_words, listed

RECORD = CloseUp
SIZE = (style.DOUBLE, 112.0)
ACROSS = 4  # panels in a row
MOST_TRAJECTORIES = 12  # trajectories that can be told apart


@style.in_house_style
def draw(figure: Figure, close_up: CloseUp) -> None:
    """Draw the codes of ``close_up`` in their two principal directions, a panel for each method.

    Codes are centred and divided by their root mean square, so that all panels have the same axes.
    A code of one entry is drawn against time. The colour is the time; without times, the number of
    the snapshot. A circle marks the beginning of a trajectory. At most `MOST_TRAJECTORIES` are
    drawn, evenly spaced from the first to the last. Trajectories of one snapshot each are points.

    Raises DataError for several codes that are all equal.
    """
    methods = close_up.method
    rows = -(-len(methods) // ACROSS)
    across = min(ACROSS, len(methods))
    looks = style.looks(methods)
    figure.set_figheight(figure.get_figheight() * max(1.0, rows / 2))
    grid = figure.subplots(rows, across, squeeze=False, sharex=True, sharey=True)
    t = _all_times(close_up)
    norm = Normalize(float(t.min()), float(t.max()))
    for axes, method, code in zip(grid.flat, methods, close_up.code, strict=False):
        z = _principal(code, f"the codes of {method} on {close_up.data_set}")
        if _are_single(close_up):
            _plot_points(axes, z, t, norm)
        for number in () if _are_single(close_up) else _shown(close_up):
            at = close_up.trajectory == number
            _plot(axes, z[:, at], _times(close_up, number), norm)
        style.entitle(axes, looks[method].label, figure, across)
    for axes in grid.flat[len(methods) :]:
        axes.set_axis_off()
    _label(grid, close_up, len(methods))
    bar = figure.colorbar(grid[0, 0].collections[0], ax=grid, pad=0.01, aspect=30)
    bar.set_label(_time_label(close_up))
    figure.suptitle(_title(close_up))


def caption(close_up: CloseUp) -> str:
    """Return what the figure shows."""
    shown = len(_shown(close_up))
    one = close_up.code.shape[1] == 1
    what = f"{shown} test {'trajectory' if shown == 1 else 'trajectories'}"
    colour = "Colour is time; a circle marks the beginning."
    if _are_single(close_up):
        what = counted(close_up.code.shape[2], "test snapshot")
        colour = "Colour is the time, or the number of the snapshot."
    axes = "The code is drawn" if one else "The two principal directions of the codes are drawn"
    return (
        f"Codes of {what} of {sized(close_up)} by {listed(close_up.method)} of rank "
        f"{close_up.rank}, each by the seed of median test error, the lower of two. {axes}, "
        "centred and divided by the root mean square: the codes of "
        "an autoencoder are defined only up to an invertible map, so that the shapes of the curves "
        "can be compared, but not their places. "
        f"{colour}"
    )


def _principal(code: Array, name: str) -> Array:
    """Return the code (r, m), centred, over its root mean square, in two principal directions.

    Their signs are chosen so that the first snapshot lies left and below. A single code is 0.
    """
    if code.shape[1] == 1:
        return np.zeros((min(2, len(code)), 1))
    z = code - code.mean(axis=1, keepdims=True)
    scale = np.sqrt(np.mean(np.sum(z**2, axis=0)))
    if not scale > 0:
        raise DataError(f"{name} are all zero, or all equal")
    z = thin_svd(z).U[:, :2].T @ z / scale
    return np.asarray(np.where(z[:, :1] > 0, -z, z))


def _are_single(close_up: CloseUp) -> bool:
    """Return whether every trajectory has one snapshot."""
    return len(np.unique(close_up.trajectory)) == len(close_up.trajectory)


def _shown(close_up: CloseUp) -> Indices:
    numbers = np.unique(close_up.trajectory)
    places = np.linspace(0, len(numbers) - 1, MOST_TRAJECTORIES).round().astype(int)
    return numbers[np.unique(places)]


def _all_times(close_up: CloseUp) -> Array:
    """Return all times or numbers; those of single snapshots are in the order of the snapshots."""
    if _are_single(close_up):
        count = float(len(close_up.trajectory))
        return np.arange(count) if close_up.t is None else close_up.t
    return np.concatenate([_times(close_up, n) for n in np.unique(close_up.trajectory)])


def _times(close_up: CloseUp, number: int) -> Array:
    at = close_up.trajectory == number
    return np.arange(np.count_nonzero(at), dtype=float) if close_up.t is None else close_up.t[at]


def _plot(axes: Axes, z: Array, t: Array, norm: Normalize) -> None:
    x, y = (t, z[0]) if len(z) == 1 else z
    points = np.column_stack([x, y])
    segments = np.stack([points[:-1], points[1:]], axis=1)
    line = LineCollection(list(segments), array=t[:-1], norm=norm, linewidths=1.6)
    axes.add_collection(line)
    axes.scatter(x[:1], y[:1], s=14, c="white", edgecolors="black", linewidths=0.7, zorder=3)
    if len(t) == 1:
        axes.scatter(x, y, s=6, c=t, norm=norm)
    axes.autoscale_view()


def _plot_points(axes: Axes, z: Array, t: Array, norm: Normalize) -> None:
    x, y = (t, z[0]) if len(z) == 1 else z
    axes.scatter(x, y, s=12, c=t, norm=norm)


def _label(grid: Any, close_up: CloseUp, panels: int) -> None:
    one = close_up.code.shape[1] == 1
    for k, axes in enumerate(grid.flat[:panels]):
        if k + grid.shape[1] >= panels:
            axes.set_xlabel(_time_label(close_up) if one else r"first direction / rms")
            axes.tick_params(labelbottom=True)
    for axes in grid[:, 0]:
        axes.set_ylabel("code / rms" if one else "second direction / rms")


def _time_label(close_up: CloseUp) -> str:
    if close_up.t is None:
        return "snapshot"
    return style.with_unit("$t$", close_up.units.get("t", "1"))


def _title(close_up: CloseUp) -> str:
    shown, count = len(_shown(close_up)), len(np.unique(close_up.trajectory))
    if _are_single(close_up):
        words = counted(count, "test snapshot")
        return f"{in_words(close_up.data_set)}, rank {close_up.rank}: {words}"
    some = f"{shown} of {count} " if shown < count else ""
    words = "trajectory" if count == 1 else "trajectories"
    return f"{in_words(close_up.data_set)}, rank {close_up.rank}: {some}test {words}"
