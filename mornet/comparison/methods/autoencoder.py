"""The autoencoder as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.comparison.methods.curve import with_curve
from mornet.comparison.methods.interface import Fit, FitInput
from mornet.reduction.autoencoder.fit import fit_autoencoder
from mornet.reduction.autoencoder.settings import AutoencoderSettings


@dataclass(frozen=True)
class AutoencoderMethod(AutoencoderSettings):
    """An autoencoder trained by mini-batches; see `AutoencoderSettings` for its settings."""

    random: ClassVar[bool] = True

    @property
    def affine(self) -> bool:
        return self.centre

    def fit(self, to: FitInput) -> Fit:
        fitted = fit_autoencoder(
            to.U, to.rank, self, rng=to.rng, context=to.context, **to.norm._asdict()
        )
        return with_curve(fitted, to.U, to.norm, None)
