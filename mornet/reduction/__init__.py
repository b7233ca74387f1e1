"""Reductions of snapshots: POD and its relatives, autoencoders, and their comparison."""

from mornet.reduction.autoencoder import Autoencoder, FittedAutoencoder, fit_autoencoder
from mornet.reduction.compare import Case, Comparison, collect, compare, run_case
from mornet.reduction.dmd import DMD, fit_dmd
from mornet.reduction.explain import Explanation, explain, explain_case
from mornet.reduction.hybrid import FittedHybrid, Hybrid, fit_hybrid
from mornet.reduction.incremental import IncrementalSVD, start_incremental
from mornet.reduction.interface import Reduction, SmoothReduction, reconstruct
from mornet.reduction.linear_autoencoder import fit_linear_autoencoder
from mornet.reduction.measures import column_errors, relative_error
from mornet.reduction.methods import (
    METHODS,
    AutoencoderMethod,
    DMDMethod,
    HybridMethod,
    LinearAutoencoderMethod,
    Method,
    PODMethod,
    QuadraticManifoldMethod,
)
from mornet.reduction.pod import POD, fit_pod, hierarchical_pod, stream_pod
from mornet.reduction.quadratic import QuadraticManifold, fit_quadratic_manifold

__all__ = [
    "DMD",
    "METHODS",
    "POD",
    "Autoencoder",
    "AutoencoderMethod",
    "Case",
    "Comparison",
    "DMDMethod",
    "Explanation",
    "FittedAutoencoder",
    "FittedHybrid",
    "Hybrid",
    "HybridMethod",
    "IncrementalSVD",
    "LinearAutoencoderMethod",
    "Method",
    "PODMethod",
    "QuadraticManifold",
    "QuadraticManifoldMethod",
    "Reduction",
    "SmoothReduction",
    "collect",
    "column_errors",
    "compare",
    "explain",
    "explain_case",
    "fit_autoencoder",
    "fit_dmd",
    "fit_hybrid",
    "fit_linear_autoencoder",
    "fit_pod",
    "fit_quadratic_manifold",
    "hierarchical_pod",
    "reconstruct",
    "relative_error",
    "run_case",
    "start_incremental",
    "stream_pod",
]
