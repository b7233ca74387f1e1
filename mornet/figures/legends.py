"""Legends above the axes, and titles of axes, that fit the figure whatever the names in them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend

LETTER = 5.0  # pt, more than a letter of a legend takes in any name
AVERAGE = 4.2  # pt, a little more than it takes in long ones
KEY = 32.0  # pt, more than the line of an entry takes with the space around it
PART = 0.4  # of the height of a figure, which its legend may take

SMALLEST = 0.75  # of the size of a title, before its words are broken


def legend_above(
    figure: Figure, handles: Sequence[Any], columns: int, title: str | None = None
) -> Legend:
    """Return a legend above all axes of ``figure``, where it covers no data.

    Long names are wrapped, and the legend has fewer ``columns`` if they would run out of the
    figure. A figure grows with a legend that takes more than `PART` of its height.
    """
    width = figure.get_figwidth() * 72
    for handle in handles:
        handle.set_label(wrapped(handle.get_label(), width - KEY))
    title = title and wrapped(title, width)
    labels = [handle.get_label() for handle in handles]
    legend = _legend(figure, handles, columns, title)
    while columns > 1 and _width(labels, columns) > width < _measured(figure, legend)[0]:
        legend.remove()
        columns -= 1
        legend = _legend(figure, handles, columns, title)
    _make_room(figure, legend, lines=sum(label.count("\n") + 1 for label in labels) / columns)
    return legend


def _make_room(figure: Figure, legend: Legend, lines: float) -> None:
    """Let the figure grow with a legend of several ``lines`` that takes too much of it."""
    height = figure.get_figheight()
    if 2 * LETTER * lines > PART * 72 * height:
        figure.set_figheight(max(height, height * (1 - PART) + _measured(figure, legend)[1] / 72))


def _legend(figure: Figure, handles: Sequence[Any], columns: int, title: str | None) -> Legend:
    return figure.legend(
        handles=list(handles), loc="outside upper center", ncols=columns, title=title
    )


def entitle(axes: Axes, text: str, figure: Figure, count: int) -> None:
    """Give a title to one of ``count`` axes of ``figure`` beside each other.

    Letters become smaller, up to `SMALLEST`, before a word is broken.
    """
    width = 0.9 * 72 * figure.get_figwidth() / count
    longest = 1 if "$" in text else max(map(len, text.split()), default=1)
    scale = min(1.0, max(SMALLEST, width / (LETTER * longest)))
    title = axes.set_title(wrapped(text, width / scale))
    title.set_fontsize(scale * float(title.get_fontsize()))


def _measured(figure: Figure, legend: Legend) -> tuple[float, float]:
    """Return width and height of a legend in pt."""
    extent = legend.get_window_extent()
    return extent.width / figure.dpi * 72, extent.height / figure.dpi * 72


def wrapped(text: str, width: float) -> str:
    """Return ``text`` in lines of about ``width`` pt; a text with formulas is not broken."""
    most = max(1, int(width / AVERAGE))
    if len(text) <= most or re.search(r"(?<!\\)\$", text):
        return text
    return textwrap.fill(text, most)


def _width(labels: Sequence[str], columns: int) -> float:
    """Return an upper estimate of the width of a legend in pt."""
    lengths = [max(map(len, label.split("\n"))) for label in labels]
    rows = -(-len(lengths) // columns)
    return sum(KEY + LETTER * max(lengths[i : i + rows]) for i in range(0, len(lengths), rows))
