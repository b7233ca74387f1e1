"""Perturbation theory of trained networks: update instead of retrain."""

from mornet.perturbation.compression import add_noise, round_to, truncate_ranks
from mornet.perturbation.continuation import Branch, follow
from mornet.perturbation.moves import (
    add_sample,
    change_decay,
    move_inputs,
    move_snapshots,
    move_targets,
    remove_samples,
    replace_snapshots,
)
from mornet.perturbation.paths import DataPath
from mornet.perturbation.slopes import Slope, local_slopes, measure_slope
from mornet.perturbation.stationary import (
    BasePoint,
    Minima,
    expand,
    find_minimum,
    multi_start,
    newton,
)
from mornet.perturbation.symmetries import IdleUnits, balance, idle_units, orbit
from mornet.perturbation.updates import (
    UPDATES,
    Counts,
    FirstOrder,
    NewtonStep,
    NoUpdate,
    Update,
    tangent,
)

__all__ = [
    "UPDATES",
    "BasePoint",
    "Branch",
    "Counts",
    "DataPath",
    "FirstOrder",
    "IdleUnits",
    "Minima",
    "NewtonStep",
    "NoUpdate",
    "Slope",
    "Update",
    "add_noise",
    "add_sample",
    "balance",
    "change_decay",
    "expand",
    "find_minimum",
    "follow",
    "idle_units",
    "local_slopes",
    "measure_slope",
    "move_inputs",
    "move_snapshots",
    "move_targets",
    "multi_start",
    "newton",
    "orbit",
    "remove_samples",
    "replace_snapshots",
    "round_to",
    "tangent",
    "truncate_ranks",
]
