"""The sum of squares of the ten points against the steps of the stochastic gradient method."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mornet.experiments.ten_points.entering_example import EnteringExample
from mornet.figures import style
from mornet.figures.ten_points.entering_network import described

RECORD = EnteringExample
SIZE = (style.SINGLE, 66.0)
MANY = 20_000  # points beyond which a vector curve makes the PDF heavy


@style.in_house_style
def draw(figure: Figure, example: EnteringExample) -> None:
    """Draw the sum of squared residuals over the steps on ``figure``."""
    axes = figure.add_subplot(yscale="log")
    axes.plot(
        example.step,
        example.sum_of_squares,
        color=style.COLOURS[0],
        rasterized=len(example.step) > MANY,
    )
    axes.set(
        xlabel="stochastic-gradient step",
        ylabel=r"$\sum_i\|y^{\{i\}}-F(x^{\{i\}})\|_2^2$",
        xlim=(0, example.step[-1]),
    )
    axes.ticklabel_format(axis="x", style="sci", scilimits=(-3, 4), useMathText=True)
    low, high = axes.get_ylim()
    axes.set_ylim(low, 2 * high)
    reference = _reference(example)
    if reference > 0:
        _mark_reference(axes, reference)


def caption(example: EnteringExample) -> str:
    """Return what the figure shows."""
    reference = (
        " The dashed line is the last sum of squares of the published program, run in GNU Octave."
        if _reference(example) > 0
        else ""
    )
    return (
        "The sum of squared residuals over the ten points against the steps of the stochastic "
        f"gradient method, one point a step, for {described(example)}, from the published start "
        f"and with the published learning rate.{reference}"
    )


def _reference(example: EnteringExample) -> float:
    """Return the last sum of squares of the independent run; nan if there is none."""
    value = example.reference_sum_of_squares
    return math.nan if value is None else float(value)


def _mark_reference(axes: Axes, value: float) -> None:
    """Draw the final sum of squares of the independent run as a horizontal line with its value."""
    axes.axhline(value, color=style.BLACK, lw=0.8, ls="--", label="GNU Octave, last sum of squares")
    axes.annotate(
        f"last sum of squares in GNU Octave: ${_decimal(value)}$",
        xy=(0.02, value),
        xycoords=axes.get_yaxis_transform(),
        xytext=(0, -3),
        textcoords="offset points",
        va="top",
        fontsize=8,
    )
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, value / 4), high)


def _decimal(value: float) -> str:
    mantissa, exponent = f"{value:.3e}".split("e")
    return rf"{mantissa}\times 10^{{{int(exponent)}}}"
