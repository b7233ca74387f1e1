"""The branch p*(t) of stationary points: continuation, sensitivity, series, validity radius."""

from mornet.perturbation.branch.continuation import Branch, BranchEndError, continue_branch
from mornet.perturbation.branch.radius import Radius, domb_sykes, validity_radius
from mornet.perturbation.branch.sensitivity import (
    Sensitivity,
    output_sensitivity,
    parameter_sensitivity,
)
from mornet.perturbation.branch.taylor_series import taylor_coefficients

__all__ = [
    "Branch",
    "BranchEndError",
    "Radius",
    "Sensitivity",
    "continue_branch",
    "domb_sykes",
    "output_sensitivity",
    "parameter_sensitivity",
    "taylor_coefficients",
    "validity_radius",
]
