"""Updates: approximations of the branch p*(t) that are computed without training again."""

from mornet.perturbation.update.by_radius import ByRadius
from mornet.perturbation.update.correctors import (
    ChordStep,
    ContinuationSteps,
    Corrected,
    Corrector,
    GradientSteps,
    NewtonStep,
)
from mornet.perturbation.update.damping import Crossover, damping_crossover
from mornet.perturbation.update.error_estimates import estimated_error, newton_kantorovich
from mornet.perturbation.update.hessian_substitutes import (
    Damped,
    GaussNewton,
    HessianSubstitute,
    PseudoInverse,
)
from mornet.perturbation.update.interface import NoUpdate, Update
from mornet.perturbation.update.kalman import KalmanFilter, KalmanUpdate, start_kalman_filter
from mornet.perturbation.update.leave_one_out import (
    left_out_residuals,
    leverages,
    proximal_minimum,
    proximal_step,
    self_loss_change,
)
from mornet.perturbation.update.predictors import Pade, Taylor, evaluate_pade
from mornet.perturbation.update.subspaces import (
    RestrictedHessian,
    biases,
    last_layer,
    leading_eigenvectors,
    low_rank,
)

__all__ = [
    "ByRadius",
    "ChordStep",
    "ContinuationSteps",
    "Corrected",
    "Corrector",
    "Crossover",
    "Damped",
    "GaussNewton",
    "GradientSteps",
    "HessianSubstitute",
    "KalmanFilter",
    "KalmanUpdate",
    "NewtonStep",
    "NoUpdate",
    "Pade",
    "PseudoInverse",
    "RestrictedHessian",
    "Taylor",
    "Update",
    "biases",
    "damping_crossover",
    "estimated_error",
    "evaluate_pade",
    "last_layer",
    "leading_eigenvectors",
    "left_out_residuals",
    "leverages",
    "low_rank",
    "newton_kantorovich",
    "proximal_minimum",
    "proximal_step",
    "self_loss_change",
    "start_kalman_filter",
]
