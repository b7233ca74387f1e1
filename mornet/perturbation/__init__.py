"""Perturbation theory of trained networks: a network is updated when its data change a little.

Names that a notebook needs are here. Each sub-room shows more: `data`, `base_point`, `branch`,
`update`, `weights`, `pod_twin`.
"""

from mornet.perturbation.base_point import Base, MatrixFreePoint, require_stationary, tangent
from mornet.perturbation.branch import (
    Branch,
    BranchEndError,
    Radius,
    continue_branch,
    output_sensitivity,
    parameter_sensitivity,
    taylor_coefficients,
    validity_radius,
)
from mornet.perturbation.data import (
    DataPath,
    add_sample,
    change_decay,
    move_inputs,
    move_snapshots,
    move_targets,
    remove_samples,
    replace_snapshots,
)
from mornet.perturbation.slopes import local_slopes, measure_slope
from mornet.perturbation.update import (
    ByRadius,
    ChordStep,
    ContinuationSteps,
    Corrected,
    Damped,
    GaussNewton,
    GradientSteps,
    KalmanUpdate,
    NewtonStep,
    NoUpdate,
    Pade,
    Taylor,
    Update,
    estimated_error,
)
from mornet.perturbation.work import BASE_COUNTS, Counts, work_in_gradients

__all__ = [
    "BASE_COUNTS",
    "Base",
    "Branch",
    "BranchEndError",
    "ByRadius",
    "ChordStep",
    "ContinuationSteps",
    "Corrected",
    "Counts",
    "Damped",
    "DataPath",
    "GaussNewton",
    "GradientSteps",
    "KalmanUpdate",
    "MatrixFreePoint",
    "NewtonStep",
    "NoUpdate",
    "Pade",
    "Radius",
    "Taylor",
    "Update",
    "add_sample",
    "change_decay",
    "continue_branch",
    "estimated_error",
    "local_slopes",
    "measure_slope",
    "move_inputs",
    "move_snapshots",
    "move_targets",
    "output_sensitivity",
    "parameter_sensitivity",
    "remove_samples",
    "replace_snapshots",
    "require_stationary",
    "tangent",
    "taylor_coefficients",
    "validity_radius",
    "work_in_gradients",
]
