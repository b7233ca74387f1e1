"""The base point: the stationary point p* from which updates start."""

from mornet.perturbation.base_point.interface import Base, require_stationary, tangent
from mornet.perturbation.base_point.matrix_free import MatrixFreePoint

__all__ = [
    "Base",
    "MatrixFreePoint",
    "require_stationary",
    "tangent",
]
