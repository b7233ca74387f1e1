"""The network of the ten-point example as a directed graph with weights on its edges."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch

from mornet.errors import OptionError
from mornet.experiments.ten_points.entering_example import EnteringExample
from mornet.figures import style
from mornet.nn import Network
from mornet.records import Array

RECORD = EnteringExample
SIZE = (style.SINGLE, 64.0)
CAPTION = (
    "The trained network of widths {network} as a directed graph. An edge is a weight: its width "
    "is proportional to the modulus, blue and solid for a positive sign, red and dashed for a "
    "negative one. The number in a unit is its bias. Layers are numbered as in Higham and "
    "Higham: the input is layer 1."
)
LARGEST = 12  # units in a layer; a larger graph is unreadable
RADIUS = 0.3
POSITIVE, NEGATIVE = style.COLOURS[0], style.COLOURS[1]
DASHES = (0, (2.5, 0.8))
WIDEST = 3.2  # points, the edge of the largest weight
THINNEST = 0.4


@style.in_house_style
def draw(figure: Figure, example: EnteringExample) -> None:
    """Draw the network of ``example`` with its trained weights and biases on ``figure``.

    The width of an edge is proportional to the modulus of its weight. Colour and dashes show the
    sign. The bias of a unit is written in the unit.

    Raises OptionError for a layer of more than `LARGEST` units.
    """
    network = example.network
    if max(network.widths) > LARGEST:
        raise OptionError(f"a graph of layers {network.widths} is unreadable; {LARGEST} units fit")
    axes = figure.add_subplot(aspect="equal")
    axes.set_axis_off()
    units = _draw_units(axes, network, example.p)
    largest = max(float(np.abs(layer.W).max()) for layer in network.layers(example.p))
    for l, layer in enumerate(network.layers(example.p)):
        for (j, k), w in np.ndenumerate(layer.W):
            _draw_edge(axes, units[l][k], units[l + 1][j], float(w), largest)
    _label_layers(axes, network, units)
    style.legend_above(figure, _keys(largest), columns=3)


def caption(example: EnteringExample) -> str:
    """Return what the figure shows."""
    return CAPTION.format(network=described(example))


def described(example: EnteringExample) -> str:
    """Return the widths of the network, its parameters and its training, in words."""
    widths = "-".join(map(str, example.network.widths))
    return f"{widths} ({len(example.p)} parameters, {example.step[-1]:,} stochastic-gradient steps)"


def _draw_units(axes: Axes, network: Network, p: Array) -> list[list[Circle]]:
    """Return the circles of each layer, the first unit on top; biases are written inside."""
    spread = 1.9
    units = []
    biases: list[Array | None] = [None, *(layer.b for layer in network.layers(p))]
    for l, (width, b) in enumerate(zip(network.widths, biases, strict=True)):
        heights = 0.5 * (width - 1) - np.arange(width)
        circles = [
            Circle((spread * l, h), RADIUS, fc="white", ec="black", zorder=3) for h in heights
        ]
        for j, circle in enumerate(circles):
            axes.add_patch(circle)
            text = f"$x_{{{j + 1}}}$" if l == 0 else "" if b is None else f"{b[j]:.1f}"
            text = text.replace("-", "\N{MINUS SIGN}")
            at = circle.center
            axes.text(at[0], at[1], text, ha="center", va="center", fontsize=8, zorder=4)
        units.append(circles)
    return units


def _draw_edge(axes: Axes, tail: Circle, head: Circle, w: float, largest: float) -> None:
    """Draw a shaft, dashed for w < 0, with a filled head."""
    width = _line_width(abs(w), largest)
    length = 5 + width  # of the head, in points
    tip = f"-|>,head_length={length},head_width={2 + 0.7 * width}"
    shaft: dict[str, Any] = {"arrowstyle": "-", "shrinkB": length, "lw": width}
    point: dict[str, Any] = {"arrowstyle": tip, "shrinkB": 0, "lw": 0, "mutation_scale": 1}
    for part in ({**shaft, "ls": "-" if w >= 0 else DASHES, "capstyle": "butt"}, point):
        arrow = FancyArrowPatch(
            tail.center, head.center, patchA=tail, patchB=head, shrinkA=0, zorder=2, **part
        )
        arrow.set_color(POSITIVE if w >= 0 else NEGATIVE)
        axes.add_patch(arrow)


def _line_width(modulus: float, largest: float) -> float:
    return max(THINNEST, WIDEST * modulus / largest) if largest > 0 else THINNEST


def _label_layers(axes: Axes, network: Network, units: list[list[Circle]]) -> None:
    """Write a^[l] under the layers, W^[l] and b^[l] between them."""
    last = network.depth
    bottom = -0.5 * (max(network.widths) - 1) - 0.75
    for l, layer in enumerate(units):
        name = "$x$" if l == 0 else "$F(x)$" if l == last else f"$a^{{[{l + 1}]}}$"
        axes.text(layer[0].center[0], bottom, name, ha="center", va="center")
        if l:
            middle = 0.5 * (layer[0].center[0] + units[l - 1][0].center[0])
            names = f"$W^{{[{l + 1}]}}$" + (f", $b^{{[{l + 1}]}}$" if network.bias[l - 1] else "")
            axes.text(middle, -bottom, names, ha="center", va="center", fontsize=8)
    axes.set(xlim=(-0.5, units[-1][0].center[0] + 0.5), ylim=(bottom - 0.3, -bottom + 0.3))


def _keys(largest: float) -> list[Line2D]:
    moduli = (largest, largest / 4)
    widths = [
        Line2D([], [], color=style.GREY, lw=_line_width(m, largest), label=rf"$|\,w\,|={m:.2g}$")
        for m in moduli
    ]
    return [
        Line2D([], [], color=POSITIVE, lw=1.5, label="weight $w>0$"),
        Line2D([], [], color=NEGATIVE, lw=1.5, ls=DASHES, label="weight $w<0$"),
        *widths,
        Line2D(
            [], [], ls="none", marker="o", ms=8, mfc="white", mec="black", mew=0.6,
            label="unit and its bias",
        ),
    ]  # fmt: skip
