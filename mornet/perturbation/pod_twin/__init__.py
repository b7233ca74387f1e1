"""The POD twin: series and bounds of the singular values, modes and subspaces of X + t E."""

from mornet.perturbation.pod_twin.bounds import (
    SubspaceBounds,
    cai_zhang,
    davis_kahan,
    sine_theta,
    wedin,
)
from mornet.perturbation.pod_twin.series import (
    GraphSeries,
    SingularDerivatives,
    graph_series,
    projector_derivative,
    singular_derivatives,
)

__all__ = [
    "GraphSeries",
    "SingularDerivatives",
    "SubspaceBounds",
    "cai_zhang",
    "davis_kahan",
    "graph_series",
    "projector_derivative",
    "sine_theta",
    "singular_derivatives",
    "wedin",
]
