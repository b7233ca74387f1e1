"""The leading modes of POD, in space, with the share of the energy of each."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mornet.errors import DataError
from mornet.experiments.close_up import CloseUp
from mornet.figures import style
from mornet.figures.captions import sized
from mornet.figures.states.enlarging import enlarged, in_percent, scaled
from mornet.figures.states.places import FIELDS, Field, fields_at, is_line, partly
from mornet.figures.states.planes import WHITE_AT_ZERO, add_bar, draw_plane, share_of_height
from mornet.records import Array
from mornet.tables.words import in_words

RECORD = CloseUp
LINE, TITLE = 52.0, 6.0  # mm: a row of curves; the title above all rows
ACROSS, LABELS = 37.0, 13.0  # mm: one of four panels beside each other, and what is around it
SIZE = (style.DOUBLE, LINE + TITLE)
ABOUT_ZERO: dict[str, Any] = {"vmin": -1.0, "vmax": 1.0, **WHITE_AT_ZERO}


@style.in_house_style
def draw(figure: Figure, close_up: CloseUp) -> None:
    """Draw a row for each of the first fields: a picture of each mode in a plane, or curves.

    Raises DataError for a close-up without modes.
    """
    V, fields = _modes(close_up), _fields(close_up)[:FIELDS]
    heights = [LINE if is_line(f) else ACROSS * share_of_height(f) + LABELS for f in fields]
    figure.set_figheight((sum(heights) + TITLE) / style.MM_PER_INCH)
    parts: Any = figure.subfigures(len(fields), 1, squeeze=False, height_ratios=heights)
    for part, field in zip(parts[:, 0], fields, strict=True):
        draw_row = _draw_curves if is_line(field) else _draw_planes
        draw_row(part, field, *enlarged(scaled(V[field.row]), _shares(close_up)))
    figure.suptitle(f"{in_words(close_up.data_set)}: modes of {in_words(close_up.reference)}")


def caption(close_up: CloseUp) -> str:
    """Return what the figure shows."""
    count, shares = _modes(close_up).shape[1], _shares(close_up)
    modes = f"{count} leading modes" if count > 1 else "leading mode"
    return (
        f"The {modes} of {in_words(close_up.reference)} of {sized(close_up)}. The share of each in "
        f"the sum of the squared singular values is {'; '.join(shares)}. Each field is divided by "
        "its largest magnitude in these modes, and a mode below a fifth of that is enlarged by the "
        "factor in its title. The sign of a mode is arbitrary; its largest entry "
        f"is positive here.{partly(_fields(close_up))}"
    )


def _modes(close_up: CloseUp) -> Array:
    """Return the modes (n, k), with positive largest entries; DataError if there are none."""
    V = close_up.modes
    if V is None:
        raise DataError(f"the close-up of {close_up.data_set} has no modes: make it with a POD")
    largest = np.abs(V).argmax(axis=0)
    return V * np.where(V[largest, np.arange(V.shape[1])] < 0, -1.0, 1.0)


def _fields(close_up: CloseUp) -> list[Field]:
    units = close_up.units
    return list(fields_at(close_up.x, close_up.layout, units, units.get("states", "")))


def _shares(close_up: CloseUp) -> list[str]:
    energy = np.zeros(0) if close_up.energy is None else close_up.energy
    return [in_percent(float(share)) for share in energy]


def _draw_planes(part: Any, field: Field, V: Array, titles: list[str]) -> None:
    panels = part.subplots(1, len(titles), sharex=True, sharey=True, squeeze=False)[0]
    for axes, v, title in zip(panels, V.T, titles, strict=True):
        image = draw_plane(axes, field, v, **ABOUT_ZERO)
        axes.set_title(title)
        axes.set_xlabel(style.with_unit(*field.axis[0]))
    panels[0].set_ylabel(style.with_unit(*field.axis[1]))
    add_bar(part, image, panels, field, f"{field.name} / largest")


def _draw_curves(part: Any, field: Field, V: Array, titles: list[str]) -> None:
    axes = part.subplots()
    axes.axhline(0, color=style.GREY, lw=0.6)
    looks = zip(V.T, titles, style.COLOURS, style.LINESTYLES, strict=False)
    for v, title, colour, linestyle in looks:
        axes.plot(field.x[0], v, color=colour, linestyle=linestyle, label=title)
    axes.set_xlabel(style.with_unit(*field.axis[0]))
    axes.set_ylabel(f"{field.name} / largest")
    axes.margins(x=0)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
