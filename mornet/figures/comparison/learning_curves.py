"""Training error against epoch, and the test error at the end, beside the errors of POD."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter

from mornet.comparison.cases import Case
from mornet.comparison.median import median
from mornet.errors import DataError, OptionError
from mornet.figures import style
from mornet.figures.captions import over_seeds, sized
from mornet.figures.comparison.reference import pod_references
from mornet.records import Array
from mornet.tables.words import in_words, listed

RECORD = Case
SIZE = (style.SINGLE, 84.0)
ENDS = 0.12  # part of the axis, beyond the last epoch, for the errors at the end


@style.in_house_style
def draw(figure: Figure, *cases: Case) -> None:
    """Draw the curves of ``cases``, all of one data set and rank, on ``figure``.

    A line is the median over the seeds; a band reaches from the smallest error to the largest. A
    method without a curve has its training error as a filled marker right of the curves. Hollow
    markers there are test errors. The horizontal lines are the optima of POD.

    Raises OptionError without cases or for cases of several data sets or ranks, DataError if no
    case has a curve or one has a curve without epochs.
    """
    _check(cases)
    axes = figure.add_subplot(xscale="log", yscale="log")
    looks = style.looks(case.method for case in cases)
    epochs = np.concatenate([_curve(case)[0] for case in cases])
    first, last = epochs.min(), epochs.max()
    step = (last / first) ** (ENDS / len(cases)) if last > first else 1.3
    for k, case in enumerate(cases):
        _plot(axes, case, looks[case.method], float(last * step ** (k + 1)))
    axes.axvspan(last, last * step ** (len(cases) + 1), color="#f2f2f2", lw=0, zorder=0)
    axes.set(xlim=(first, last * step ** (len(cases) + 1)), xlabel="epoch")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylabel(f"error / norm of {cases[0].denominator}")
    axes.grid(True, which="major")
    optima = _plot_references(axes, cases)
    title = f"{in_words(cases[0].data_set)}, rank {cases[0].rank}"
    style.legend_above(figure, [*_keys(looks), *optima], columns=3, title=title)


def caption(*cases: Case) -> str:
    """Return what the figure shows."""
    curves = [case.method for case in cases if len(_curve(case)[0])]
    ends = [case.method for case in cases if case.method not in curves]
    return (
        f"Training errors of {listed(curves)} of rank $r = {cases[0].rank}$ on {sized(cases[0])} "
        "over the epochs."
        + over_seeds(max(len(case.seed) for case in cases))
        + " In the grey margin are the errors at the end, medians over the seeds: hollow for test "
        "errors"
        + (f", filled for the training errors of {listed(ends)}, which have no curve." if ends
           else ".")
        + " Horizontal lines are the optima of theory, the training errors of POD and of centred "
        "POD (PCA)."
    )  # fmt: skip


def _check(cases: tuple[Case, ...]) -> None:
    if not cases:
        raise OptionError("learning_curves needs at least one case")
    about = {(case.data_set, case.rank) for case in cases}
    if len(about) > 1:
        listed = ", ".join(f"{data_set} at rank {rank}" for data_set, rank in sorted(about))
        raise OptionError(f"learning_curves needs cases of one data set and rank, not {listed}")
    for case in cases:
        if (case.curve is None) != (case.epoch is None):
            missing = "epoch" if case.epoch is None else "curve"
            raise DataError(f"case {_name(case)} has no {missing}: curves need both, or neither")
    if not any(len(_curve(case)[0]) for case in cases):
        raise DataError(
            f"no case has a learning curve ({', '.join(map(_name, cases))}); "
            "give at least one trained method"
        )


def _name(case: Case) -> str:
    return f"{case.method} on {case.data_set} at rank {case.rank}"


def _keys(looks: dict[str, style.Look]) -> list[Line2D]:
    test = Line2D(
        [], [], ls="", color=style.GREY, marker="o", mfc="white", label="test, at the end"
    )
    return [*(look.key(ls=look.linestyle) for look in looks.values()), test]


def _curve(case: Case) -> tuple[Array, Array]:
    """Return the epochs after the start, which a logarithmic axis can show, and their errors."""
    if case.epoch is None or case.curve is None:
        return np.empty(0), np.empty((len(case.seed), 0))
    return case.epoch[case.epoch > 0], case.curve[:, case.epoch > 0]


def _plot(axes: Axes, case: Case, look: style.Look, place: float) -> None:
    """Draw the curve of a case, and its errors at the end at the abscissa ``place``."""
    epoch, curve = _curve(case)
    if not len(epoch):
        filled = median(case.train_error)
        axes.plot(place, filled, color=look.colour, marker=look.marker, label=look.label)
    else:
        low, high = curve.min(axis=0), curve.max(axis=0)
        axes.fill_between(epoch, low, high, color=look.colour, alpha=0.15, lw=0)
        axes.plot(
            epoch, median(curve.T), color=look.colour, ls=look.linestyle, label=look.label,
            marker=look.marker, markevery=[len(epoch) - 1],
        )  # fmt: skip
    test = median(case.test_error)
    axes.plot(place, test, color=look.colour, marker=look.marker, mfc="white", zorder=4)


def _plot_references(axes: Axes, cases: tuple[Case, ...]) -> list[Line2D]:
    """Draw the optima as wide lines behind the curves; return their keys."""
    references = pod_references(
        [np.array([case.optimum]) for case in cases], [case.affine for case in cases]
    )
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, references[-1][1][0] / 1.8), high)
    return [
        axes.axhline(
            error, color=look.colour, ls=(0, (1, 1)), lw=1.2, zorder=1.9,
            label=f"optimum of {look.label}",
        )
        for look, (error,) in references
    ]  # fmt: skip
