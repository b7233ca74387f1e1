"""The linear autoencoder as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.comparison.methods.curve import with_curve
from mornet.comparison.methods.interface import Fit, FitInput
from mornet.reduction.autoencoder.linear import LinearAutoencoderSettings, fit_linear_autoencoder


@dataclass(frozen=True)
class LinearAutoencoderMethod(LinearAutoencoderSettings):
    """A linear autoencoder by alternating least squares; see `LinearAutoencoderSettings`."""

    random: ClassVar[bool] = True

    @property
    def affine(self) -> bool:
        return self.bias

    def fit(self, to: FitInput) -> Fit:
        fitted = fit_linear_autoencoder(to.U, to.rank, self, rng=to.rng, **to.norm._asdict())
        _, decoder = fitted.autoencoder.network.layers(fitted.autoencoder.p)
        return with_curve(fitted, to.U, to.norm, decoder.W)
