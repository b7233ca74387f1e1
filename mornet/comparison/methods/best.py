"""The winner of a race between reductions as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.comparison.methods.interface import Fit, FitInput
from mornet.reduction.best.fit import fit_best
from mornet.reduction.best.settings import BestSettings


@dataclass(frozen=True)
class BestMethod(BestSettings):
    """The best reduction that held-out snapshots can prove; see `fit_best`."""

    random: ClassVar[bool] = True

    @property
    def affine(self) -> bool:
        return True

    def fit(self, to: FitInput) -> Fit:
        fitted = fit_best(to.U, to.rank, self, rng=to.rng, context=to.context, **to.norm._asdict())
        return Fit(fitted.best, sample_gradients=fitted.sample_gradients)
