"""The quadratic manifold as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.comparison.methods.interface import Fit
from mornet.linalg import Norm
from mornet.records import Array
from mornet.reduction.context import FitContext
from mornet.reduction.quadratic.fit import fit_quadratic_manifold
from mornet.reduction.quadratic.settings import QuadraticSettings


@dataclass(frozen=True)
class QuadraticManifoldMethod(QuadraticSettings):
    """POD modes and a quadratic correction; see `QuadraticSettings` for its settings."""

    random: ClassVar[bool] = False

    @property
    def affine(self) -> bool:
        return self.centre

    def fit(
        self,
        U: Array,
        rank: int,
        rng: np.random.Generator,
        norm: Norm = Norm(),
        context: FitContext = FitContext(),
    ) -> Fit:
        return Fit(fit_quadratic_manifold(U, rank, self, **norm._asdict()))
