"""Perturbation theory of trained networks: update instead of retrain."""

from mornet.perturbation.continuation import Branch, follow
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
    "Minima",
    "NewtonStep",
    "NoUpdate",
    "Slope",
    "Update",
    "expand",
    "find_minimum",
    "follow",
    "local_slopes",
    "measure_slope",
    "multi_start",
    "newton",
    "tangent",
]
