"""Reductions of snapshots: POD and its relatives, quadratic manifolds, autoencoders, hybrids."""

from mornet.reduction.autoencoder.convolutional import (
    ConvolutionalAutoencoderSettings,
    fit_convolutional_autoencoder,
)
from mornet.reduction.autoencoder.fit import fit_autoencoder
from mornet.reduction.autoencoder.linear import LinearAutoencoderSettings, fit_linear_autoencoder
from mornet.reduction.autoencoder.record import Autoencoder, FittedAutoencoder
from mornet.reduction.autoencoder.settings import AutoencoderSettings
from mornet.reduction.best.fit import FittedBest, fit_best
from mornet.reduction.best.record import Best
from mornet.reduction.best.settings import BestSettings
from mornet.reduction.context import FitContext
from mornet.reduction.dmd import DMD, fit_dmd
from mornet.reduction.gaussian_process.fit import fit_gaussian_process
from mornet.reduction.gaussian_process.record import GaussianProcessManifold
from mornet.reduction.gaussian_process.settings import GaussianProcessSettings
from mornet.reduction.hybrid.fit import FittedHybrid, fit_hybrid
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.hybrid.settings import HybridSettings
from mornet.reduction.interface import Reduction, SmoothReduction, reconstruct
from mornet.reduction.measures import column_errors, relative_error
from mornet.reduction.pod import (
    POD,
    Algorithm,
    HardThreshold,
    StreamSettings,
    fit_pod,
    hierarchical_pod,
    stream_pod,
)
from mornet.reduction.pod.incremental import IncrementalSVD, start_incremental
from mornet.reduction.pod.update import update_pod
from mornet.reduction.quadratic.fit import fit_quadratic_manifold
from mornet.reduction.quadratic.record import QuadraticManifold
from mornet.reduction.quadratic.settings import QuadraticSettings

__all__ = [
    "DMD",
    "POD",
    "Algorithm",
    "Autoencoder",
    "AutoencoderSettings",
    "Best",
    "BestSettings",
    "ConvolutionalAutoencoderSettings",
    "FitContext",
    "FittedAutoencoder",
    "FittedBest",
    "FittedHybrid",
    "GaussianProcessManifold",
    "GaussianProcessSettings",
    "HardThreshold",
    "Hybrid",
    "HybridSettings",
    "IncrementalSVD",
    "LinearAutoencoderSettings",
    "QuadraticManifold",
    "QuadraticSettings",
    "Reduction",
    "SmoothReduction",
    "StreamSettings",
    "column_errors",
    "fit_autoencoder",
    "fit_best",
    "fit_convolutional_autoencoder",
    "fit_dmd",
    "fit_gaussian_process",
    "fit_hybrid",
    "fit_linear_autoencoder",
    "fit_pod",
    "fit_quadratic_manifold",
    "hierarchical_pod",
    "reconstruct",
    "relative_error",
    "start_incremental",
    "stream_pod",
    "update_pod",
]
