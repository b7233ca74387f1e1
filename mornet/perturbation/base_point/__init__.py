"""The stationary point from which updates start: what it can do, and one without a Hessian."""

from mornet.perturbation.base_point.interface import Base, require_stationary, tangent
from mornet.perturbation.base_point.matrix_free import MatrixFreePoint

__all__ = [
    "Base",
    "MatrixFreePoint",
    "require_stationary",
    "tangent",
]
