"""The quadratic manifold as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.comparison.methods.interface import NOTHING, Beside, Fit
from mornet.records import Array
from mornet.reduction.quadratic.fit import fit_quadratic_manifold
from mornet.settings import Count, Positive


@dataclass(frozen=True)
class QuadraticManifoldMethod:
    """POD modes and a quadratic correction; see `fit_quadratic_manifold`."""

    random: ClassVar[bool] = False
    affine: ClassVar[bool] = True
    greedy: bool = True
    regularisation: Positive = 1e-6
    candidates: Count = 200

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        manifold = fit_quadratic_manifold(
            U,
            rank,
            greedy=self.greedy,
            regularisation=self.regularisation,
            candidates=self.candidates,
        )
        return Fit(manifold)
