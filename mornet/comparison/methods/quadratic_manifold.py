"""The quadratic manifold as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.comparison.methods.interface import Fit, FitInput
from mornet.reduction.quadratic.fit import fit_quadratic_manifold
from mornet.reduction.quadratic.settings import QuadraticSettings


@dataclass(frozen=True)
class QuadraticManifoldMethod(QuadraticSettings):
    """POD modes and a quadratic correction; see `QuadraticSettings` for its settings."""

    random: ClassVar[bool] = False

    @property
    def affine(self) -> bool:
        return self.centre

    def fit(self, to: FitInput) -> Fit:
        return Fit(fit_quadratic_manifold(to.U, to.rank, self, **to.norm._asdict()))
