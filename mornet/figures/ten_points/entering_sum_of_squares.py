"""The sum of squares of the ten points against the steps of the stochastic gradient method."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mornet.experiments.ten_points.entering_example import EnteringExample
from mornet.figures import style

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
    reference = (
        math.nan
        if example.reference_sum_of_squares is None
        else float(example.reference_sum_of_squares)
    )
    if math.isfinite(reference) and reference > 0:
        _mark_reference(axes, reference)


def _mark_reference(axes: Axes, value: float) -> None:
    """Draw the final sum of squares of the independent run as a horizontal line with its value."""
    axes.axhline(
        value, color=style.BLACK, lw=0.8, ls="--", label="independent run, final sum of squares"
    )
    axes.annotate(
        f"final sum of squares of an independent run: ${_decimal(value)}$",
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
