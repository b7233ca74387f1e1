"""Reduced-order models: the equations of a full-order model for the codes of a reduction."""

from mornet.rom.cloud import Cloud, cloud_of
from mornet.rom.deim import deim_indices, deim_interpolation, q_deim_indices
from mornet.rom.estimate import estimated_errors
from mornet.rom.galerkin import Galerkin
from mornet.rom.interpolated import InterpolatedGalerkin, interpolated, projected_interpolation
from mornet.rom.least_squares import LeastSquares, LeastSquaresSteps
from mornet.rom.local import Atlas, LocalSteps
from mornet.rom.methods.interface import Prediction, Start, Training, at_steps
from mornet.rom.methods.interpolation import InterpolatedGalerkinMethod
from mornet.rom.methods.operator_inference import OperatorInferenceMethod
from mornet.rom.methods.projection import GalerkinMethod, LeastSquaresMethod
from mornet.rom.methods.regression import RegressionMethod
from mornet.rom.methods.trajectories import Trajectory, trajectories
from mornet.rom.norms import Euclidean, StepError, WeakForm, Weighted, low_modes
from mornet.rom.projected import ProjectedSteps
from mornet.rom.sampled import SampledLeastSquares, energy_conserving, sampled
from mornet.rom.trial import AffineTrial, SmoothTrial, Trial, through, trial_manifold

__all__ = [
    "AffineTrial",
    "Atlas",
    "Cloud",
    "Euclidean",
    "Galerkin",
    "GalerkinMethod",
    "InterpolatedGalerkin",
    "InterpolatedGalerkinMethod",
    "LeastSquares",
    "LeastSquaresMethod",
    "LeastSquaresSteps",
    "LocalSteps",
    "OperatorInferenceMethod",
    "Prediction",
    "ProjectedSteps",
    "RegressionMethod",
    "SampledLeastSquares",
    "SmoothTrial",
    "Start",
    "StepError",
    "Training",
    "Trajectory",
    "Trial",
    "WeakForm",
    "Weighted",
    "at_steps",
    "cloud_of",
    "deim_indices",
    "deim_interpolation",
    "energy_conserving",
    "estimated_errors",
    "interpolated",
    "low_modes",
    "projected_interpolation",
    "q_deim_indices",
    "sampled",
    "through",
    "trajectories",
    "trial_manifold",
]
