"""Data that move by the same size in random directions, and in the worst direction."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mornet.experiments.updates.directions import Directions, FollowedDirections
from mornet.figures import style
from mornet.figures.updates.base import moved, network_of

RECORD = Directions
SIZE = (style.DOUBLE, 78.0)
CAPTION = (
    "Changes of the outputs of {network} as the {record.perturbation} move by t in the Frobenius "
    "norm. Left: gains in the singular directions of the derivative by the data, with their root "
    "mean square and the range of {count} random directions. Right: root mean square changes "
    "along the worst direction and along random ones, with their first order (dashed)."
)
BAND = "#d9d9d9"
SMALLEST = 1e-6  # singular values below this part of the largest are not drawn


@style.in_house_style
def draw(figure: Figure, record: Directions) -> None:
    """Draw the gains of all directions (left), and the changes of the outputs for some (right)."""
    worst, random = style.COLOURS[1], style.COLOURS[0]
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
    _gains(left, record, worst, random)
    _moves(right, record.followed, worst, random)
    handles = [
        Line2D([], [], color=worst, marker="o", label="worst direction"),
        Line2D([], [], color=random, marker="s", label="random directions"),
        Line2D([], [], color=style.BLACK, lw=0.8, ls="--", label="first order"),
        Line2D([], [], color=style.BLACK, ls="none", marker=".", label="singular directions"),
        Line2D([], [], color=random, lw=1.4, label="root mean square"),
        Patch(color=BAND, label=f"range of {len(record.drawn_gain)} random directions"),
    ]
    style.legend_above(figure, handles, columns=3, title=moved(record))


def caption(record: Directions) -> str:
    """Return what the figure shows."""
    return CAPTION.format(
        record=record, network=network_of(record.base), count=len(record.drawn_gain)
    )


def _gains(axes: Axes, record: Directions, worst: str, random: str) -> None:
    values = record.outputs.singular_values
    values = values[values > SMALLEST * values[0]]
    index = np.arange(1, len(values) + 1)
    axes.axhspan(record.drawn_gain[0], record.drawn_gain[-1], color=BAND, lw=0, zorder=0)
    axes.axhline(record.outputs.mean, color=random, lw=1.4, zorder=1)
    axes.plot(index, values, ls="none", marker=".", color=style.BLACK)
    axes.plot(1, values[0], ls="none", marker="o", color=worst)
    axes.set(yscale="log", xlabel="index of the singular direction")
    axes.set_ylabel(r"gain $\|df/dt\|$, rms of the outputs")


def _moves(axes: Axes, followed: FollowedDirections, worst: str, random: str) -> None:
    t = followed.t
    for i in reversed(range(len(followed.direction))):
        first = followed.direction[i] == "worst"
        axes.plot(t, followed.gain[i] * t, color=style.BLACK, lw=0.8, ls="--", zorder=3)
        axes.plot(
            t, followed.move[i], color=worst if first else random, lw=1.4 if first else 0.8,
            marker="o" if first else "s",
        )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel=r"size of the perturbation $t$, $\|E\|_F = 1$")
    axes.set_ylabel("rms change of the outputs")
