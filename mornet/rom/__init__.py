"""Reduced-order models: the equations of a full-order model for the codes of a reduction."""

from mornet.rom.deim import deim_indices, deim_interpolation
from mornet.rom.galerkin import Galerkin
from mornet.rom.projected import ProjectedSteps
from mornet.rom.trial import AffineTrial, SmoothTrial, Trial, trial_manifold

__all__ = [
    "AffineTrial",
    "Galerkin",
    "ProjectedSteps",
    "SmoothTrial",
    "Trial",
    "deim_indices",
    "deim_interpolation",
    "trial_manifold",
]
