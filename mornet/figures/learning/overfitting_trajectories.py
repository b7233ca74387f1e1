"""Errors of growing autoencoders that see few trajectories, with and without cures."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet.errors import counted
from mornet.experiments.learning.overfitting_trajectories import OverfittingTrajectories
from mornet.figures import style
from mornet.figures.learning.growing import cures, handles
from mornet.tables.words import listed

RECORD = OverfittingTrajectories
SIZE = (style.DOUBLE, 80.0)
CAPTION = (
    "Relative errors of growing autoencoders with codes of {study.code} entries on Burgers' "
    "equation ($n = {study.n}$), trained on {trajectories}: on test trajectories "
    "(solid) and on training snapshots (dashed), against the number of parameters. Lines are "
    "medians over {seeds}, bands the quartiles. The dotted line stands at as many "
    "parameters as numbers to fit, the dash-dotted one at the test error of PCA."
)


@style.in_house_style
def draw(figure: Figure, study: OverfittingTrajectories) -> None:
    """Draw test (solid) and training errors (dashed) over the parameters of the autoencoder.

    A line is the median over the seeds, a band their quartiles. A panel has as many training
    trajectories as its title says.
    """
    panels = figure.subplots(1, len(study.trajectories), sharey=True, squeeze=False)[0]
    for k, axes in enumerate(panels):
        cures(axes, study.parameters[k], study.train_error[:, k], study.test_error[:, k])
        axes.axvline(study.samples[k], color=style.GREY, lw=0.6, ls=":")
        axes.axhline(study.pod_error[k], color=style.BLACK, lw=0.8, ls="-.")
        number = int(study.trajectories[k])
        title = counted(number, "training trajectory")
        axes.set(xscale="log", yscale="log", title=title, xlabel="parameters $P$")
    panels[0].set_ylabel("relative error")
    others = (
        Line2D([], [], color=style.GREY, ls=":", lw=0.6, label="numbers to fit"),
        Line2D([], [], color=style.BLACK, ls="-.", lw=0.8, label="PCA, test"),
    )
    seeds = counted(study.test_error.shape[-1], "seed")
    title = f"Burgers, $n$ = {study.n}, $r$ = {study.code}, {seeds}"
    style.legend_above(figure, handles(study.cure, *others), columns=4, title=title)


def caption(study: OverfittingTrajectories) -> str:
    """Return what the figure shows."""
    *others, last = study.trajectories.tolist()
    trajectories = listed([*others, counted(last, "trajectory")])
    seeds = counted(study.test_error.shape[-1], "seed")
    return CAPTION.format(study=study, trajectories=trajectories, seeds=seeds)
