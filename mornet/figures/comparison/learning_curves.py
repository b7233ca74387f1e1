"""Training error against epoch, beside the error of POD."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.comparison.cases import Case
from mornet.comparison.median import median_seed
from mornet.errors import DataError, OptionError
from mornet.figures import style
from mornet.figures.comparison.reference import pod_references

RECORD = Case
SIZE = (style.SINGLE, 72.0)


@style.in_house_style
def draw(figure: Figure, *cases: Case) -> None:
    """Draw the curves of ``cases``, all of one data set and rank, on ``figure``.

    A line is the median over the seeds; a band reaches from the smallest error to the largest. A
    method without a curve is a horizontal line. POD is black and labelled.

    Raises OptionError without cases or for cases of several data sets or ranks, DataError if no
    case has a curve or one has a curve without epochs.
    """
    _check(cases)
    axes = figure.add_subplot(yscale="log")
    looks = style.looks(case.method for case in cases)
    handles = [
        _plot(axes, case, looks[case.method]) for case in cases if not style.is_pod(case.method)
    ]
    _scale_epochs(axes, cases)
    _plot_references(axes, cases)
    axes.set_ylabel(f"training error / norm of {cases[0].denominator}")
    axes.grid(True, which="major")
    seeds = max(len(case.seed) for case in cases)
    title = f"{cases[0].data_set.replace('_', ' ')}, rank {cases[0].rank}"
    note = f"; median and range of {seeds} seeds" if seeds > 1 else ""
    style.legend_above(figure, handles, columns=2, title=title + note)


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
    if all(case.curve is None for case in cases):
        raise DataError(
            f"no case has a learning curve ({', '.join(map(_name, cases))}); "
            "give at least one trained method"
        )


def _name(case: Case) -> str:
    return f"{case.method} on {case.data_set} at rank {case.rank}"


def _plot(axes: Axes, case: Case, look: style.Look) -> Line2D:
    if case.curve is None or case.epoch is None:
        error = float(median_seed(case.train_error))
        return axes.axhline(error, color=look.colour, ls=look.linestyle, label=look.label)
    if len(case.curve) > 1:
        low, high = case.curve.min(axis=0), case.curve.max(axis=0)
        axes.fill_between(case.epoch, low, high, color=look.colour, alpha=0.15, lw=0)
    middle = median_seed(case.curve.T)
    return axes.plot(case.epoch, middle, color=look.colour, ls=look.linestyle, label=look.label)[0]


def _scale_epochs(axes: Axes, cases: tuple[Case, ...]) -> None:
    """Make the axis of epochs logarithmic; if the first epoch is 0, linear below 1."""
    epochs = np.concatenate([case.epoch for case in cases if case.epoch is not None])
    if epochs.min() > 0:
        axes.set(xscale="log", xlabel="epoch", xlim=(epochs.min(), epochs.max()))
        return
    axes.set_xscale("symlog", linthresh=1.0, linscale=0.3)
    axes.set(xlim=(0, epochs.max()), xlabel="epoch (linear from 0 to 1)")


def _plot_references(axes: Axes, cases: tuple[Case, ...]) -> None:
    """Draw the POD errors as black lines, labelled in the right margin."""
    references = pod_references(
        [np.array([case.optimum]) for case in cases], [case.affine for case in cases]
    )
    aligned = ("center",) if len(references) == 1 else ("bottom", "top")
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, references[-1][1][0] / 1.8), high)  # room for the words
    for (look, (error,)), va in zip(references, aligned, strict=True):
        # wide and behind: a method on this line does not hide it
        axes.axhline(
            error, color=look.colour, ls=look.linestyle, lw=1.7, zorder=1.9, label=look.label
        )
        axes.text(
            1.015, error, look.label, va=va, fontsize=8,
            transform=axes.get_yaxis_transform(),
        )  # fmt: skip
