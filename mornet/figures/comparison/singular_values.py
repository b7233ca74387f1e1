"""The decay of the singular values of snapshots."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mornet.comparison.cases import Case
from mornet.errors import DataError, OptionError
from mornet.figures import style
from mornet.figures.captions import sized
from mornet.figures.ticks import count_along
from mornet.records import Array
from mornet.reduction.pod import POD
from mornet.tables.words import in_words

RECORD = Case
SIZE = (style.SINGLE, 72.0)
ROUND_OFF = float(np.finfo(float).eps)


@style.in_house_style
def draw(figure: Figure, *cases: Case) -> None:
    """Draw the singular values of the PODs in ``cases`` by data set, as `draw_decay` does.

    Raises DataError for a case whose model has no singular values, OptionError for two cases of
    one data set.
    """
    values: dict[str, Array] = {}
    named: dict[str, str] = {}
    for case in cases:
        model = case.models[0] if case.models else None
        if not isinstance(model, POD):
            raise DataError(f"case {case.method} on {case.data_set} holds no singular values")
        if case.data_set in values:
            raise OptionError(f"singular_values needs one case of {case.data_set}, not several")
        values[case.data_set] = model.singular_values
        size = "" if case.n is None or case.m is None else rf", ${case.n}\times{case.m}$"
        named[case.data_set] = in_words(case.data_set) + size
    draw_decay(figure, {named[name]: s for name, s in values.items()})


def caption(*cases: Case) -> str:
    """Return what the figure shows."""
    return (
        "Singular values of the training snapshots, divided by the largest one: of "
        f"{'; '.join(sized(case) for case in cases)}. By the theorem of Eckart and Young they give "
        "the error of POD at every rank. Markers tell the curves apart; values below round-off are "
        "noise."
    )


@style.in_house_style
def draw_decay(figure: Figure, singular_values: Mapping[str, Array]) -> None:
    """Draw sigma_k / sigma_1 against k on ``figure``, for each data set by name.

    Raises OptionError for no data set, DataError for values that are not in descending order.
    """
    if not singular_values:
        raise OptionError("singular_values needs at least one data set")
    axes = figure.add_subplot(yscale="log")
    for i, (name, values) in enumerate(singular_values.items()):
        _plot(axes, name, values, i)
    axes.set(xlabel="index $k$", ylabel=r"normalised singular value $\sigma_k/\sigma_1$")
    count_along(axes.xaxis)
    axes.grid(True, which="major")
    handles = list(axes.lines)
    if axes.get_ylim()[0] < ROUND_OFF:
        _end_at_round_off(
            axes, max(_above_round_off(values) for values in singular_values.values())
        )
    style.legend_above(figure, handles, columns=2)


def _plot(axes: Axes, name: str, values: Array, i: int) -> None:
    if np.ndim(values) != 1 or not len(values) or not values[0] > 0 or np.any(np.diff(values) > 0):
        raise DataError(f"singular values of {name!r} must be positive and in descending order")
    positive = values[values > 0]  # a zero has no place on a logarithmic axis
    axes.plot(
        np.arange(1, len(positive) + 1),
        positive / values[0],
        color=style.COLOURS[i % 9],
        marker=style.MARKERS[i % 9],
        ls=style.LINESTYLES[i % 5],
        markevery=0.12,  # of the diagonal, along the curve
        label=name.replace("_", " "),  # with the size, a formula
    )


def _above_round_off(values: Array) -> int:
    return int(np.count_nonzero(values > ROUND_OFF * values[0]))


def _end_at_round_off(axes: Axes, last: int) -> None:
    """Mark round-off, and end both axes soon after the last value above round-off."""
    axes.set_xlim(1 - 0.04 * last, 1.06 * last)
    axes.set_ylim(ROUND_OFF / 60, 4)  # room for the words
    axes.axhline(ROUND_OFF, color=style.GREY, lw=0.7)
    axes.annotate(
        r"round-off, $2^{-52}$",
        xy=(0.5, ROUND_OFF),
        xycoords=axes.get_yaxis_transform(),
        xytext=(0, -2),
        textcoords="offset points",
        va="top",
        ha="center",
        color="#505050",
        fontsize=8,
    )
