"""The experiments that a study may name: kind -> what it runs, and what shows its record.

A new experiment is one entry here. Rules, the command line, figures, tables and the summary find
everything else by this entry. Functions and modules stand here by their names and are imported when
they are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_type_hints

from mornet.errors import OptionError
from mornet.lazy import Lazy


@dataclass(frozen=True)
class Experiment(Lazy):
    """A function of settings that returns one record, and what shows that record.

    ``figures`` are modules below `mornet.figures`; each of them draws one record. ``tables`` are
    functions below `mornet.tables`; each of them takes all records of the kind in a study.
    ``section`` is a function below `mornet.summary`; it returns the kind's part of the summary. An
    experiment without a section of its own is summarised by its tables and figures. ``overviews``
    are figures that draw all records of the kind in a study. The ``title`` names it in a summary,
    unless its name in the registry does.
    """

    figures: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    section: str | None = None
    overviews: tuple[str, ...] = ()
    title: str = ""

    @property
    def record(self) -> str:
        """Kind of the record that the function returns; OptionError if no type says it."""
        hints = get_type_hints(self.load())
        if "return" not in hints:
            raise OptionError(f"{self.name} has no type that says which record it returns")
        return str(hints["return"].kind)


EXPERIMENTS = {
    "ten_points": Experiment(
        "mornet.experiments.ten_points.entering_example.entering_example",
        figures=(
            "ten_points.entering_points",
            "ten_points.entering_sum_of_squares",
            "ten_points.entering_region",
            "ten_points.entering_network",
        ),
        section="ten_points.entering_example",
    ),
    "optimiser_race": Experiment(
        "mornet.experiments.ten_points.optimiser_race.optimiser_race",
        figures=("ten_points.optimiser_race",),
        section="ten_points.optimiser_race",
    ),
    "rom_robustness": Experiment(
        "mornet.experiments.rom_robustness.rom_robustness",
        tables=("robustness.robustness",),
        title="robustness of reduced-order models",
    ),
    "rom_speed": Experiment(
        "mornet.experiments.rom_speed.rom_speed",
        figures=("reduced_models.rom_speed",),
        tables=("speed.rom_speed",),
        title="speed of reduced-order models",
    ),
    "digits_classifier": Experiment(
        "mornet.experiments.learning.digits_classifier.digits_classifier",
        figures=("learning.digits_classifier",),
        tables=("learning.digits_classifier",),
    ),
    "digits_codes": Experiment(
        "mornet.experiments.learning.digits_codes.digits_codes",
        figures=("learning.digits_codes", "learning.digits_errors"),
        tables=("learning.digits_codes",),
    ),
    "overfitting": Experiment(
        "mornet.experiments.learning.overfitting.overfitting",
        figures=("learning.overfitting",),
        tables=("learning.overfitting",),
    ),
    "overfitting_trajectories": Experiment(
        "mornet.experiments.learning.overfitting_trajectories.overfitting_trajectories",
        figures=("learning.overfitting_trajectories",),
        tables=("learning.overfitting_trajectories",),
    ),
    "layers": Experiment(
        "mornet.experiments.learning.layers.layers",
        figures=("learning.layers", "learning.generalisation_gap"),
        tables=("learning.layers",),
    ),
    "grid_sizes": Experiment(
        "mornet.experiments.learning.grid_sizes.grid_sizes",
        figures=("learning.grid_sizes",),
        tables=("learning.grid_sizes",),
    ),
    "update_orders": Experiment(
        "mornet.experiments.updates.orders.update_orders",
        figures=("updates.update_slopes", "updates.update_work"),
        tables=("updates.update_slopes", "updates.update_work"),
        section="updates.orders",
    ),
    "burgers_update": Experiment(
        "mornet.experiments.updates.burgers.burgers_update",
        figures=("updates.burgers_update",),
        section="updates.burgers",
    ),
    "bridge": Experiment(
        "mornet.experiments.updates.bridge.bridge",
        figures=("updates.bridge",),
        section="updates.bridge",
    ),
    "removal": Experiment(
        "mornet.experiments.updates.removal.removal",
        figures=("updates.removals",),
        section="updates.removal",
    ),
    "cut_offs": Experiment(
        "mornet.experiments.updates.cut_offs.cut_offs",
        figures=("updates.spectra", "updates.cut_offs"),
    ),
    "damping": Experiment(
        "mornet.experiments.updates.damping.damping", figures=("updates.damping",)
    ),
    "directions": Experiment(
        "mornet.experiments.updates.directions.directions", figures=("updates.directions",)
    ),
    "disturbances": Experiment(
        "mornet.experiments.updates.disturbances.disturbances",
        figures=("updates.disturbances",),
        tables=("updates.disturbances",),
    ),
    "matrix_free": Experiment(
        "mornet.experiments.updates.matrix_free.matrix_free",
        figures=("updates.matrix_free",),
    ),
    "multi_start": Experiment(
        "mornet.experiments.updates.multi_start.multi_start",
        figures=("updates.multi_start",),
    ),
    "stream": Experiment("mornet.experiments.updates.stream.stream", figures=("updates.stream",)),
    "judge": Experiment(
        "mornet.experiments.judge.judged.judge",
        tables=("judged.judged_totals", "judged.judged"),
        overviews=("judged",),
    ),
}
# tables of published numbers: each is a function of the name of its file in `validation`
PUBLISHED = (
    "burgers_pod",
    "burgers_models",
    "burgers_networks",
    "inflow_burgers",
    "inflow_burgers_models",
    "inflow_burgers_quadratic",
    "inflow_burgers_local",
    "inflow_burgers_networks",
    "inflow_burgers_gaussian_process",
    "steady_burgers",
    "navier_stokes",
    "peers",
    "shock_pod",
    "shock_galerkin",
    "shock_networks",
    "pulse",
    "travelling_waves",
    "fitzhugh_nagumo",
    "kuramoto_sivashinsky",
    "cylinder_wake",
    "digits",
    "shifted_pulses",
    "higham",
    "linear_autoencoders",
    "subspace_series",
    "update_theory",
)
EXPERIMENTS |= {
    kind: Experiment(
        f"mornet.experiments.validation.{kind}.{kind}",
        tables=("published.published",),
        section="validation.validation",
    )
    for kind in PUBLISHED
}
