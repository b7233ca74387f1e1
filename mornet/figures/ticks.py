"""Ticks of logarithmic axes that span too little for two powers of ten, and of axes that count."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

LEAST, MOST = 3, 5  # labels of an axis
NARROW = 3  # the factor up to which labels are equally spaced
DIGITS = ((1, 3), (1, 2, 5), (1, 2, 3, 5, 7), tuple(range(1, 10)))  # of labels, few ones first


def label_short_logarithms(figure: Figure) -> None:
    """Label each logarithmic axis of ``figure`` that shows fewer than two powers of ten.

    An axis whose figure has chosen its ticks stays as it is.
    """
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if axis.get_scale() == "log" and axis.isDefault_majloc and axis.isDefault_majfmt:
                _label(axis)


def count_along(axis: Any) -> None:
    """Put the ticks of an axis that counts at whole numbers."""
    axis.set_major_locator(MaxNLocator(integer=True, steps=(1, 2, 5, 10)))


def _label(axis: Any) -> None:
    low, high = sorted(axis.get_view_interval())
    if len(_within(low, high, (1,))) >= 2:
        return
    axis.set_major_locator(FixedLocator(places(low, high)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: in_digits(value)))
    axis.set_minor_formatter(NullFormatter())


def places(low: float, high: float) -> list[float]:
    """Return about three to five round numbers from ``low`` to ``high``.

    >>> places(0.2, 4), places(0.011, 0.05), places(1.2, 1.5)
    ([0.3, 1.0, 3.0], [0.02, 0.03, 0.05], [1.2, 1.3, 1.4, 1.5])
    """
    found = [_within(low, high, digits) for digits in DIGITS]
    good = [values for values in found if LEAST <= len(values) <= MOST]
    if good and high > NARROW * low:
        return good[0]
    ticks = MaxNLocator(MOST - 1, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(f"{tick:.12g}") for tick in ticks if low <= tick <= high]


def _within(low: float, high: float, digits: tuple[int, ...]) -> list[float]:
    """Return the numbers with one of these ``digits`` and a power of ten from low to high."""
    powers = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
    values = [float(f"{digit}e{power}") for power in powers for digit in digits]
    near = np.array([low * (1 - 1e-9), high * (1 + 1e-9)])
    return [value for value in values if near[0] <= value <= near[1]]


def in_digits(value: float) -> str:
    r"""Return a number as the label of a tick.

    >>> in_digits(0.05), in_digits(1200.0), in_digits(2.5e-6)
    ('0.05', '1200', '$2.5\\times10^{-6}$')
    """
    if 1e-3 <= value < 1e4:
        return f"{value:.10g}"
    mantissa, exponent = f"{value:.9e}".split("e")
    factor = f"{float(mantissa):.10g}"
    return (
        rf"${factor}\times10^{{{int(exponent)}}}$" if factor != "1" else f"$10^{{{int(exponent)}}}$"
    )
