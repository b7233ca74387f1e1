"""The hybrid of POD and networks as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.comparison.methods.interface import Fit, FitInput
from mornet.reduction.hybrid.fit import fit_hybrid, hybrid_curve
from mornet.reduction.hybrid.settings import HybridSettings


@dataclass(frozen=True)
class HybridMethod(HybridSettings):
    """POD with a learned correction where cross-validation accepts it; see `HybridSettings`."""

    random: ClassVar[bool] = True

    @property
    def affine(self) -> bool:
        return self.centre

    def fit(self, to: FitInput) -> Fit:
        hybrid, history, spent = fit_hybrid(
            to.U, to.rank, self, rng=to.rng, context=to.context, **to.norm._asdict()
        )
        epoch, error = hybrid_curve(hybrid, history, to.U)
        return Fit(hybrid, None, epoch, error, spent)
