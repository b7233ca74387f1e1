"""The linear autoencoder as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.comparison.methods.curve import with_curve
from mornet.comparison.methods.interface import Fit
from mornet.linalg import Norm
from mornet.records import Array
from mornet.reduction.autoencoder.linear import LinearAutoencoderSettings, fit_linear_autoencoder
from mornet.reduction.context import FitContext


@dataclass(frozen=True)
class LinearAutoencoderMethod(LinearAutoencoderSettings):
    """A linear autoencoder by alternating least squares; see `LinearAutoencoderSettings`."""

    random: ClassVar[bool] = True

    @property
    def affine(self) -> bool:
        return self.bias

    def fit(
        self,
        U: Array,
        rank: int,
        rng: np.random.Generator,
        norm: Norm = Norm(),
        context: FitContext = FitContext(),
    ) -> Fit:
        fitted = fit_linear_autoencoder(U, rank, self, rng=rng, **norm._asdict())
        _, decoder = fitted.autoencoder.network.layers(fitted.autoencoder.p)
        return with_curve(fitted, U, norm, decoder.W)
