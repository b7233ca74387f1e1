"""The comparison: methods with their settings, cases, verdicts and explanations."""

from mornet.comparison.cases import Case, run_case
from mornet.comparison.collect import Comparison, collect, compare
from mornet.comparison.explain import Explanation, explain, explain_case
from mornet.comparison.methods import (
    AutoencoderMethod,
    BestMethod,
    ConvolutionalAutoencoderMethod,
    DMDMethod,
    GaussianProcessMethod,
    HybridMethod,
    LinearAutoencoderMethod,
    Method,
    PODMethod,
    QuadraticManifoldMethod,
)

__all__ = [
    "AutoencoderMethod",
    "BestMethod",
    "Case",
    "Comparison",
    "ConvolutionalAutoencoderMethod",
    "DMDMethod",
    "Explanation",
    "GaussianProcessMethod",
    "HybridMethod",
    "LinearAutoencoderMethod",
    "Method",
    "PODMethod",
    "QuadraticManifoldMethod",
    "collect",
    "compare",
    "explain",
    "explain_case",
    "run_case",
]
