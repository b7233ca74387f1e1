"""The winner of a race between reductions as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.comparison.methods.interface import Fit
from mornet.linalg import Norm
from mornet.records import Array
from mornet.reduction.best.fit import fit_best
from mornet.reduction.best.settings import BestSettings
from mornet.reduction.context import FitContext


@dataclass(frozen=True)
class BestMethod(BestSettings):
    """The best reduction that held-out snapshots can prove; see `fit_best`."""

    random: ClassVar[bool] = True

    @property
    def affine(self) -> bool:
        return True

    def fit(
        self,
        U: Array,
        rank: int,
        rng: np.random.Generator,
        norm: Norm = Norm(),
        context: FitContext = FitContext(),
    ) -> Fit:
        fitted = fit_best(U, rank, self, rng=rng, context=context, **norm._asdict())
        return Fit(fitted.best, sample_gradients=fitted.sample_gradients)
