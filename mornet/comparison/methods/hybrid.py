"""The hybrid of POD and networks as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.comparison.methods.interface import Fit
from mornet.linalg import Norm
from mornet.records import Array
from mornet.reduction.context import FitContext
from mornet.reduction.hybrid.fit import fit_hybrid, hybrid_curve
from mornet.reduction.hybrid.settings import HybridSettings


@dataclass(frozen=True)
class HybridMethod(HybridSettings):
    """POD with a learned correction where cross-validation accepts it; see `HybridSettings`."""

    random: ClassVar[bool] = True

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
        hybrid, history, spent = fit_hybrid(
            U, rank, self, rng=rng, context=context, **norm._asdict()
        )
        epoch, error = hybrid_curve(hybrid, history, U)
        return Fit(hybrid, None, epoch, error, spent)
