"""Perturbation theory of trained networks: update instead of retrain."""

from mornet.perturbation.branch.continuation import Branch, BranchEndError, follow
from mornet.perturbation.branch.sensitivity import (
    Sensitivity,
    output_sensitivity,
    parameter_sensitivity,
)
from mornet.perturbation.branch.validity import Radius, radius_of, validity_radius
from mornet.perturbation.data.moves import (
    add_sample,
    change_decay,
    move_inputs,
    move_snapshots,
    move_targets,
    remove_samples,
    replace_snapshots,
)
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.pod_twin.bounds import OneSided, cai_zhang, davis_kahan, sine_theta, wedin
from mornet.perturbation.pod_twin.series import (
    GraphSeries,
    SingularDerivatives,
    graph_series,
    projector_derivative,
    singular_derivatives,
)
from mornet.perturbation.slopes import Slope, local_slopes, measure_slope
from mornet.perturbation.update.correctors import Chord, Corrected, GradientSteps, Newton, Steps
from mornet.perturbation.update.crossover import Crossover, damping_crossover
from mornet.perturbation.update.estimate import estimated_error, newton_kantorovich, rms
from mornet.perturbation.update.hessian_substitutes import (
    Damped,
    GaussNewton,
    Subspace,
    Truncated,
    biases,
    last_layer,
    leading_eigenvectors,
    low_rank,
)
from mornet.perturbation.update.interface import Base, NoUpdate, Update, require_stationary, tangent
from mornet.perturbation.update.kalman import Filter, Kalman, start_filter
from mornet.perturbation.update.leave_one_out import (
    left_out_residuals,
    leverages,
    proximal_minimum,
    proximal_step,
    self_loss_change,
)
from mornet.perturbation.update.matrix_free import MatrixFreePoint
from mornet.perturbation.update.predictors import Pade, Taylor, pade, taylor_coefficients
from mornet.perturbation.weights.disturbances import Disturbed, add_noise, round_to, truncate_ranks
from mornet.perturbation.weights.fixed_rank import FixedRank
from mornet.perturbation.work import BASE, Counts, gradient_equivalents

__all__ = [
    "BASE",
    "Base",
    "Branch",
    "BranchEndError",
    "Chord",
    "Corrected",
    "Counts",
    "Crossover",
    "Damped",
    "DataPath",
    "Disturbed",
    "Filter",
    "FixedRank",
    "GaussNewton",
    "GradientSteps",
    "GraphSeries",
    "Kalman",
    "MatrixFreePoint",
    "Newton",
    "NoUpdate",
    "OneSided",
    "Pade",
    "Radius",
    "Sensitivity",
    "SingularDerivatives",
    "Slope",
    "Steps",
    "Subspace",
    "Taylor",
    "Truncated",
    "Update",
    "add_noise",
    "add_sample",
    "biases",
    "cai_zhang",
    "change_decay",
    "damping_crossover",
    "davis_kahan",
    "estimated_error",
    "follow",
    "gradient_equivalents",
    "graph_series",
    "last_layer",
    "leading_eigenvectors",
    "left_out_residuals",
    "leverages",
    "local_slopes",
    "low_rank",
    "measure_slope",
    "move_inputs",
    "move_snapshots",
    "move_targets",
    "newton_kantorovich",
    "output_sensitivity",
    "pade",
    "parameter_sensitivity",
    "projector_derivative",
    "proximal_minimum",
    "proximal_step",
    "radius_of",
    "remove_samples",
    "replace_snapshots",
    "require_stationary",
    "rms",
    "round_to",
    "self_loss_change",
    "sine_theta",
    "singular_derivatives",
    "start_filter",
    "tangent",
    "taylor_coefficients",
    "truncate_ranks",
    "validity_radius",
    "wedin",
]
