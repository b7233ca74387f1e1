"""Perturbation theory of trained networks: update instead of retrain."""

from mornet.perturbation.continuation import Branch, follow
from mornet.perturbation.paths import DataPath
from mornet.perturbation.slopes import Slope, local_slopes, measure_slope
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
    "Branch",
    "Counts",
    "DataPath",
    "FirstOrder",
    "NewtonStep",
    "NoUpdate",
    "Slope",
    "Update",
    "follow",
    "local_slopes",
    "measure_slope",
    "tangent",
]
