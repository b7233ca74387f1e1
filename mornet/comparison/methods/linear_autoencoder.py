"""The linear autoencoder as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.comparison.methods.curve import with_curve
from mornet.comparison.methods.interface import NOTHING, Beside, Fit
from mornet.records import Array
from mornet.reduction.autoencoder.linear import fit_linear_autoencoder
from mornet.settings import Count, Positive


@dataclass(frozen=True)
class LinearAutoencoderMethod:
    """Linear autoencoder by alternating least squares from random weights."""

    random: ClassVar[bool] = True
    bias: bool = False
    tolerance: Positive = 1e-12
    sweeps: Count = 20_000

    @property
    def affine(self) -> bool:
        return self.bias

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        fitted = fit_linear_autoencoder(
            U, rank, rng=rng, centre=self.bias, tolerance=self.tolerance, sweeps=self.sweeps
        )
        _, decoder = fitted.autoencoder.network.layers(fitted.autoencoder.p)
        return with_curve(fitted, U, decoder.W)
