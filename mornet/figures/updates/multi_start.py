"""The scatter of networks trained again from random starts, and the effect of the data."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mornet.experiments.updates.multi_start import MultiStart
from mornet.figures import style
from mornet.figures.updates.base import moved, network_of

RECORD = MultiStart
SIZE = (style.DOUBLE, 80.0)
CAPTION = (
    "Minima that L-BFGS and Newton's method reach from {count} random starts, for {network}, as "
    "the {record.perturbation} move by t. Left: the objective at these minima and on the "
    "continued branch. Right: distances of the outputs of two trainings, one on the moved data "
    "and one on the old data, from different starts (bars: each; line and band: median and "
    "quartiles) and from the same start (dashed: median), beside the change on the branch."
)
BAND = "#d9d9d9"


@style.in_house_style
def draw(figure: Figure, record: MultiStart) -> None:
    """Draw J at the minima (left), and distances between trainings on D(t) and D(0) (right)."""
    scatter, pair = style.COLOURS[0], style.COLOURS[2]
    left, right = figure.subplots(1, 2, width_ratios=(0.9, 1.1))
    _minima(left, record, scatter)
    _distances(right, record, scatter, pair)
    handles = [
        Line2D(
            [],
            [],
            ls="none",
            color=scatter,
            marker="_",
            label="random starts: each minimum, each pair",
        ),
        Line2D([], [], color=style.BLACK, marker="o", label="continued branch"),
        Line2D([], [], color=scatter, label="two trainings, two starts: median"),
        Patch(color=BAND, label="two trainings, two starts: quartiles"),
        Line2D([], [], color=pair, ls="--", label="two trainings, same start: median"),
    ]
    title = f"{moved(record)}, {record.reached.objective.shape[1]} starts"
    style.legend_above(figure, handles, columns=3, title=title)


def caption(record: MultiStart) -> str:
    """Return what the figure shows."""
    return CAPTION.format(
        record=record, count=record.reached.objective.shape[1], network=network_of(record.base)
    )


def _minima(axes: Axes, record: MultiStart, colour: str) -> None:
    for i, J in enumerate(record.reached.objective):
        axes.plot([i] * len(J), J, ls="none", marker="_", ms=9, color=colour, alpha=0.6)
        axes.plot(i, record.branch.objective[i], ls="none", marker="o", color=style.BLACK)
    axes.set_xticks(range(len(record.branch.t)), [style.power(t) for t in record.branch.t])
    axes.tick_params(axis="x", which="minor", bottom=False, top=False)
    axes.set(xlabel="size of the perturbation $t$", ylabel="objective $J$ at the minimum")
    axes.margins(x=0.12)


def _distances(axes: Axes, record: MultiStart, scatter: str, pair: str) -> None:
    t = record.branch.t[1:]
    _, low, middle, high, _ = record.quantiles.independent[:, 1:]
    axes.fill_between(t, low, high, color=BAND, lw=0, zorder=0)
    for s, row in zip(t, record.reached.independent[1:], strict=True):
        axes.plot([s] * len(row), row, ls="none", marker="_", ms=7, color=scatter, alpha=0.6)
    axes.plot(t, middle, color=scatter)
    axes.plot(t, record.quantiles.pair[2, 1:], color=pair, ls="--")
    axes.plot(t, record.branch.change[1:], color=style.BLACK, marker="o")
    axes.set(xscale="log", yscale="log", xlabel="size of the perturbation $t$")
    axes.set(
        ylabel="rms change of the outputs from $t=0$", ylim=(0.3 * record.branch.change[1], None)
    )
