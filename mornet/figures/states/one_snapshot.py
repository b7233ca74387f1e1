"""A test snapshot, its reconstructions by two methods, and their errors on one scale."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.close_up import CloseUp
from mornet.figures import style
from mornet.figures.captions import sized
from mornet.figures.states.places import FIELDS, Field, fields_at, is_line, partly
from mornet.figures.states.planes import WHITE_AT_ZERO, add_bar, draw_plane, share_of_height
from mornet.records import Array
from mornet.tables.words import in_words

LINE, HEADS, TITLE = 52.0, 9.0, 6.0  # mm: a row of curves; what is above curves and pictures
ACROSS, LABELS = 27.0, 16.0  # mm: one of five panels beside each other, and what is around it
WIDE, LABELS_OF_TWO = 45.0, 26.0  # mm: the same for three panels above two
MOST, LOW = 215.0, 1.2  # mm: the height of two rows for each field; their largest height over width


class Shown(NamedTuple):
    """A field of the snapshot (k,), and its reconstructions (k,) by name of the method."""

    field: Field
    u: Array
    by: dict[str, Array]

    @property
    def errors(self) -> dict[str, Array]:
        """The differences from the snapshot, over its largest magnitude."""
        largest = float(np.abs(self.u).max()) or 1.0
        return {name: (v - self.u) / largest for name, v in self.by.items()}

    @property
    def limit(self) -> float:
        """The largest magnitude of all errors, or 1 if there is none."""
        return max(float(np.abs(e).max()) for e in self.errors.values()) or 1.0


def draw(figure: Figure, close_up: CloseUp) -> None:
    """Draw a row of panels for each of the first fields: pictures of a plane, or curves."""
    rows = _shown(close_up)[:FIELDS]
    curves, two = any(is_line(row.field) for row in rows), _have_two(rows)
    heights = [_height(row, two) for row in rows]
    figure.set_figheight((sum(heights) + (HEADS if curves else TITLE)) / style.MM_PER_INCH)
    parts: Any = figure.subfigures(len(rows), 1, squeeze=False, height_ratios=heights)
    for part, row in zip(parts[:, 0], rows, strict=True):
        draw_row = _draw_curves if is_line(row.field) else _draw_planes
        draw_row(part, row, figure, two=two)
    title = (
        f"{in_words(close_up.data_set)}, rank {close_up.rank}: test snapshot, {called(close_up)}"
    )
    if curves:
        style.legend_above(figure, _keys(rows[0]), columns=3, title=title)
    else:
        figure.suptitle(title)


def caption(close_up: CloseUp) -> str:
    """Return what the figure shows, how the snapshot was chosen, and the errors."""
    rows, count = _shown(close_up), close_up.code.shape[2]
    errors = [_error_in_words(close_up, k) for k in compared(close_up)]
    best = ""
    if len(errors) > 1:
        best = f" Of the other methods {in_words(_names(close_up)[1])} has the least test error."
    return (
        f"A test snapshot of {sized(close_up)}, {called(close_up)}, and its reconstructions of "
        f"rank {close_up.rank}. Of {count} test snapshots it has the median relative error by "
        f"{in_words(close_up.reference)}, the lower of two.{best} Relative errors of this "
        f"snapshot: {'; '.join(errors)}. Each method is shown by the seed of median test error. "
        "Errors are reconstruction less snapshot, over the largest magnitude of the field in this "
        f"snapshot, on one scale for each field.{partly([row.field for row in rows])}"
    )


def compared(close_up: CloseUp) -> list[int]:
    """Return the positions of the reference, and of the best other method if there is one."""
    reference = close_up.method.index(close_up.reference)
    others = [k for k in range(len(close_up.method)) if k != reference]
    return [reference, *sorted(others, key=lambda k: close_up.test_error[k])[:1]]


def called(close_up: CloseUp) -> str:
    """Return the time and the parameters of the snapshot as a formula, or its number."""
    k, units, words = _number(close_up), close_up.units, []
    if close_up.t is not None:
        words.append(_equal("t", f"{close_up.t[k]:.4g}", units.get("t", "")))
    if close_up.mu is not None:
        values = [f"{value:.4g}" for value in close_up.mu[:, k]]
        value = values[0] if len(values) == 1 else f"({', '.join(values)})"
        words.append(_equal(r"\mu", value, units.get("mu", "")))
    elif len(np.unique(close_up.trajectory)) > 1 and close_up.t is not None:
        words.append(f"trajectory {close_up.trajectory[k]}")
    return ", ".join(words) or f"number {k + 1} of {close_up.code.shape[2]}"


def _equal(symbol: str, value: str, unit: str) -> str:
    return f"${symbol}={value}$" + ("" if unit in ("", "1") else f" {unit}")


def _number(close_up: CloseUp) -> int:
    return 0 if close_up.shown is None else int(close_up.shown[0])


def _names(close_up: CloseUp) -> list[str]:
    return [close_up.method[k] for k in compared(close_up)]


def _error_in_words(close_up: CloseUp, k: int) -> str:
    error = close_up.snapshot_error
    value = "" if error is None else f" {100 * error[k, _number(close_up)]:.3g} %"
    return f"{in_words(close_up.method[k])}{value}"


def _shown(close_up: CloseUp) -> list[Shown]:
    """Return the fields of the first snapshot that is kept, with their reconstructions."""
    u, units = close_up.states[:, 0], close_up.units
    by = {close_up.method[k]: close_up.reconstruction[k, :, 0] for k in compared(close_up)}
    fields = fields_at(close_up.x, close_up.layout, units, units.get("states", ""))
    return [Shown(f, u[f.row], {name: v[f.row] for name, v in by.items()}) for f in fields]


def _have_two(rows: list[Shown]) -> bool:
    """Return whether errors are below the reconstructions: of low pictures, if there is room."""
    shares = [share_of_height(row.field) for row in rows if not is_line(row.field)]
    return max(shares, default=0) <= LOW and sum(_height(row, two=True) for row in rows) <= MOST


def _height(row: Shown, two: bool) -> float:
    """Return the height of the panels of a field in millimetres."""
    if is_line(row.field):
        return LINE
    high = share_of_height(row.field)
    return 2 * WIDE * high + LABELS_OF_TWO if two else ACROSS * high + LABELS


def _panels(part: Any, count: int, two: bool) -> tuple[list[Axes], list[Axes]]:
    """Return the panels of the snapshot and ``count`` reconstructions, and those of the errors.

    The errors are below the reconstructions in ``two`` rows, or beside them in one.
    """
    if not two:
        panels = list(part.subplots(1, 1 + 2 * count, sharex=True, sharey=True))
        return panels[: 1 + count], panels[1 + count :]
    upper, lower = part.subplots(2, 1 + count, sharex=True, sharey=True)
    lower[0].set_axis_off()
    upper[0].tick_params(labelbottom=True)
    lower[1].tick_params(labelleft=True)
    return list(upper), list(lower[1:])


def _draw_planes(part: Any, row: Shown, figure: Figure, two: bool) -> None:
    field, errors = row.field, row.errors
    states, differences = _panels(part, len(row.by), two)
    across = len(states) if two else len(states) + len(differences)
    pictures = {"snapshot": row.u} | {in_words(name): v for name, v in row.by.items()}
    limits = {
        "vmin": min(v.min() for v in pictures.values()),
        "vmax": max(v.max() for v in pictures.values()),
    }
    for axes, (name, v) in zip(states, pictures.items(), strict=True):
        image = draw_plane(axes, field, v, **limits)
        style.entitle(axes, name, figure, across)
    add_bar(part, image, states, field)
    for axes, (name, e) in zip(differences, errors.items(), strict=True):
        image = draw_plane(axes, field, e, **WHITE_AT_ZERO, vmin=-row.limit, vmax=row.limit)
        style.entitle(axes, f"error of {in_words(name)}", figure, across)
    add_bar(part, image, differences, field, f"error / max |{field.name}|")
    for axes in [states[0], *differences, *([] if two else states[1:])]:
        axes.set_xlabel(style.with_unit(*field.axis[0]))
    for axes in [states[0], *(differences[:1] if two else [])]:
        axes.set_ylabel(style.with_unit(*field.axis[1]))


def _draw_curves(part: Any, row: Shown, figure: Figure, two: bool) -> None:
    """Draw the snapshot and its reconstructions (left), and the errors (right)."""
    del figure, two
    field, looks = row.field, style.looks(row.by)
    left, right = part.subplots(1, 2, sharex=True)
    left.plot(field.x[0], row.u, **SNAPSHOT)
    right.axhline(0, **(SNAPSHOT | {"lw": 0.8}))
    for (name, v), linestyle in zip(row.by.items(), LINESTYLES, strict=False):
        how = {"color": looks[name].colour, "linestyle": linestyle}
        left.plot(field.x[0], v, **how)
        right.plot(field.x[0], row.errors[name], **how)
    right.set_ylim(-1.05 * row.limit, 1.05 * row.limit)
    left.set_ylabel(style.with_unit(field.name, field.unit))
    right.set_ylabel(f"error / max |{field.name}|")
    for axes in (left, right):
        axes.set_xlabel(style.with_unit(*field.axis[0]))
        axes.margins(x=0)


LINESTYLES = ("-", "--")
SNAPSHOT: dict[str, Any] = {"color": "#b0b0b0", "lw": 2.6}


def _keys(row: Shown) -> list[Line2D]:
    """Return the entries of the legend."""
    looks = zip(style.looks(row.by).values(), LINESTYLES, strict=False)
    keys = [look.key(marker="", linestyle=linestyle) for look, linestyle in looks]
    return [Line2D([], [], **SNAPSHOT, label="snapshot"), *keys]
