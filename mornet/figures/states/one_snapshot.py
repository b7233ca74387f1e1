"""A test snapshot, its reconstructions by two methods, and their errors on one scale."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.experiments.close_up import CloseUp
from mornet.figures import style
from mornet.figures.captions import sized
from mornet.figures.states.compared import Shown, called, compared, error_in_words, shown
from mornet.figures.states.places import FIELDS, is_line, partly
from mornet.figures.states.planes import WHITE_AT_ZERO, add_bar, draw_plane, share_of_height
from mornet.tables.words import in_words

LINE, HEADS, TITLE = 52.0, 9.0, 6.0  # mm: a row of curves; what is above curves and pictures
ACROSS, LABELS = 27.0, 16.0  # mm: one of five panels beside each other, and what is around it
WIDE, LABELS_OF_TWO = 45.0, 26.0  # mm: the same for three panels above two
MOST, LOW = 215.0, 1.2  # mm: the height of two rows for each field; their largest height over width


def draw(figure: Figure, close_up: CloseUp) -> None:
    """Draw a row of panels for each of the first fields: pictures of a plane, or curves."""
    rows = shown(close_up)[:FIELDS]
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
    rows, count = shown(close_up), close_up.code.shape[2]
    errors = [error_in_words(close_up, k) for k in compared(close_up)]
    best = ""
    if len(errors) > 1:
        other = in_words(close_up.method[compared(close_up)[1]])
        best = f" Of the other methods {other} has the least test error."
    return (
        f"A test snapshot of {sized(close_up)}, {called(close_up)}, and its reconstructions of "
        f"rank {close_up.rank}. Of {count} test snapshots it has the median relative error by "
        f"{in_words(close_up.reference)}, the lower of two.{best} Relative errors of this "
        f"snapshot: {'; '.join(errors)}. Each method is shown by the seed of median test error. "
        "Errors are reconstruction less snapshot, over the largest magnitude of the field in this "
        f"snapshot, on one scale for each field.{partly([row.field for row in rows])}"
    )


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
