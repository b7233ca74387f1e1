"""The hybrid of POD and a network as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.comparison.methods.interface import NOTHING, ActivationName, Beside, Fit
from mornet.records import Array
from mornet.reduction.hybrid.fit import fit_hybrid, hybrid_curve
from mornet.settings import Count, Positive


@dataclass(frozen=True)
class HybridMethod:
    """POD with a learned correction where cross-validation accepts it; see `fit_hybrid`."""

    random: ClassVar[bool] = True
    centre: bool = False
    hidden: Count | None = None
    activation: ActivationName = "swish"
    steps: Count = 5000
    trial_steps: Count = 300
    batch: Count = 100
    learning_rate: Positive = 3e-3

    @property
    def affine(self) -> bool:
        return self.centre

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        hybrid, history, spent = fit_hybrid(
            U,
            rank,
            rng=rng,
            groups=beside.groups,
            centre=self.centre,
            hidden=self.hidden,
            activation=self.activation,
            steps=self.steps,
            trial_steps=self.trial_steps,
            batch=self.batch,
            eta=self.learning_rate,
            keep=beside.keep,
            resume=beside.resume,
        )
        epoch, error = hybrid_curve(hybrid, history, U)
        return Fit(hybrid, None, epoch, error, spent)
