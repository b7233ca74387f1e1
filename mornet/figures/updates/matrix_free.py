"""Updates by Hessian products alone: accuracy against work, and the sizes at which they pay."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from mornet.experiments.updates.matrix_free import MatrixFree
from mornet.figures import style
from mornet.figures.updates.base import WORK
from mornet.tables.words import listed

RECORD = MatrixFree
SIZE = (style.DOUBLE, 90.0)
LINES = ("-", "--")
GOALS = (1e-1, 1e-3, 1e-6)
MARKERS = ("o", "s", "^", "D", "v", "<", ">", "p", "*", "h")


@style.in_house_style
def draw(figure: Figure, record: MatrixFree) -> None:
    """Draw error against work for every size (left), work against size for some errors (right).

    The crosses at the foot of the left panel are first-order updates with a factorised H. On the
    right, each point is the solve of least work among those that reach the error of its line.
    """
    left, right = figure.subplots(1, 2)
    colours = style.shades(len(record.width))
    bottom = float(record.error.min()) / 3
    for k, colour in enumerate(colours):
        for m, line in zip(range(len(record.method)), LINES, strict=True):
            left.plot(record.work[k, m], record.error[k, m], color=colour, ls=line, lw=0.9,
                      marker=MARKERS[k], ms=3)  # fmt: skip
        left.plot(record.direct_work[k], bottom, ls="none", marker="X", color=colour, ms=6)
    left.set(xscale="log", yscale="log", xlabel="work of one update (gradient-equivalents)")
    left.set(ylabel="relative error of the solve, in the outputs")
    for goal, colour in zip(GOALS, style.COLOURS, strict=False):
        for m, line in zip(range(len(record.method)), LINES, strict=True):
            work = np.where(record.error[:, m] <= goal, record.work[:, m], np.inf).min(axis=1)
            right.plot(record.parameters, work, color=colour, ls=line, lw=0.9, marker="o", ms=3)
    right.plot(record.parameters, record.direct_work, color=style.BLACK, marker="X", ms=6)
    right.set(xscale="log", yscale="log", xlabel="number of parameters $P$")
    right.set(ylabel="work of one update (gradient-equivalents)")
    right.set_xticks(record.parameters, [str(P) for P in record.parameters])
    right.xaxis.set_minor_locator(NullLocator())
    left.legend(handles=_sizes(record, colours), loc="lower left", bbox_to_anchor=(0, 0.06))
    right.legend(handles=_goals(), loc="upper left")
    handles = [
        Line2D([], [], color=style.GREY, ls=line, lw=0.9, label=name)
        for name, line in zip(record.method, LINES, strict=True)
    ]
    handles.append(Line2D([], [], color=style.BLACK, marker="X", ms=6, label="factorised $H$"))
    title = f"autoencoders $n$-{record.code}-$n$, decay {style.power(record.decay)}"
    style.legend_above(figure, handles, columns=3, title=title)


def caption(record: MatrixFree) -> str:
    """Return what the figure shows."""
    return (
        f"First-order updates by {listed(record.method)} with Hessian products alone, for "
        f"autoencoders n-{record.code}-n with {listed(record.parameters.tolist())} parameters "
        f"($N = {record.samples}$ samples, weight decay {record.decay:g}). Left: relative errors "
        "of the change of the outputs against the work; crosses at the foot stand at the work with "
        "a factorised Hessian. Right: the least work that reaches an error, against the number of "
        "parameters. " + WORK
    )


def _sizes(record: MatrixFree, colours: list[str]) -> list[Line2D]:
    return [
        Line2D([], [], color=colour, marker=MARKERS[k], ms=3, lw=0.9, label=f"$P$ = {P}")
        for k, (P, colour) in enumerate(zip(record.parameters, colours, strict=True))
    ]


def _goals() -> list[Line2D]:
    return [
        Line2D([], [], color=colour, marker="o", ms=3, lw=0.9, label=f"error {style.power(goal)}")
        for goal, colour in zip(GOALS, style.COLOURS, strict=False)
    ]
