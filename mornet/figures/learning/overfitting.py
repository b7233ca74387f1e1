"""Errors of growing networks and polynomials on noisy samples, with and without cures."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter

from mornet.errors import counted
from mornet.experiments.learning.overfitting import Overfitting
from mornet.figures import style
from mornet.figures.learning.growing import cures, handles, pair
from mornet.records import Indices

RECORD = Overfitting
SIZE = (style.DOUBLE, 80.0)
CAPTION = (
    "Errors of networks and polynomials fitted to {study.samples} samples of $\\sin(2 \\pi x)$ "
    "with noise {study.noise:g}, against their number of parameters: root mean square errors "
    "against the function without noise (solid) and misfits of the samples (dashed). Lines are "
    "medians over {seeds}, bands the quartiles. Each cure is chosen on validation samples. "
    "Dotted lines stand at as many parameters as samples, and at the noise.{interpolated}"
)
LOWEST = 1e-3  # a smaller training error interpolates
INTERPOLATED = f" Misfits below {LOWEST:g} are drawn there: such fits pass through the samples."


@style.in_house_style
def draw(figure: Figure, study: Overfitting) -> None:
    """Draw test (solid) and training errors (dashed) over the parameters, in one panel a depth.

    A line is the median over the seeds, a band their quartiles. The last panel shows polynomials.
    """
    panels = figure.subplots(1, len(study.depth) + 1)
    for d, axes in enumerate(panels[:-1]):
        errors = study.train_error[:, d], study.test_error[:, d]
        cures(axes, study.parameters[d], *errors, LOWEST)
        layers = "hidden layer" if study.depth[d] == 1 else "hidden layers"
        axes.set(title=f"{study.depth[d]} {layers}", xlabel="parameters $P$")
    last = panels[-1]
    errors = study.polynomial_train_error, study.polynomial_test_error
    pair(last, study.coefficients, *errors, style.BLACK, LOWEST)
    last.set(title="polynomials", xlabel="coefficients")
    for axes in panels:
        axes.axvline(study.samples, color=style.GREY, lw=0.6, ls=":")
        axes.axhline(study.noise, color=style.GREY, lw=0.6, ls=":")
        axes.set(xscale="log", yscale="log")
        axes.xaxis.set_minor_formatter(NullFormatter())
    last.set_xticks(*_ticks(study.coefficients))
    for axes in panels[:-1]:
        axes.set_ylim(*_limits(study))
    panels[0].set_ylabel("root mean square error")
    both = Line2D([], [], color=style.GREY, ls=":", lw=0.6, label="$N$, noise")
    seeds = counted(study.test_error.shape[-1], "seed")
    title = f"{study.samples} samples, noise {study.noise:g}, {seeds}"
    style.legend_above(figure, handles(study.cure, both), columns=7, title=title)


def caption(study: Overfitting) -> str:
    """Return what the figure shows."""
    least = min(study.train_error.min(), study.polynomial_train_error.min())
    words = INTERPOLATED if least < LOWEST else ""
    seeds = counted(study.test_error.shape[-1], "seed")
    return CAPTION.format(study=study, seeds=seeds, interpolated=words)


def _ticks(coefficients: Indices) -> tuple[list[int], list[str]]:
    """Return ticks within the numbers of coefficients, and their labels."""
    ticks = [k for k in (2, 5, 10, 20, 50, 100, 200) if k <= coefficients.max()]
    return ticks, [str(k) for k in ticks]


def _limits(study: Overfitting) -> tuple[float, float]:
    """Return limits that hold the medians of the training errors and the quartiles of the tests."""
    least = float(np.median(study.train_error, axis=-1).min())
    largest = float(np.quantile(study.test_error, 0.75, axis=-1).max())
    return max(LOWEST, 0.7 * least), 1.4 * largest
