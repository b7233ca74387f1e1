"""The convolutional autoencoder as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.comparison.methods.curve import with_curve
from mornet.comparison.methods.interface import Fit
from mornet.linalg import Norm
from mornet.records import Array
from mornet.reduction.autoencoder.convolutional import (
    ConvolutionalAutoencoderSettings,
    fit_convolutional_autoencoder,
)
from mornet.reduction.context import FitContext


@dataclass(frozen=True)
class ConvolutionalAutoencoderMethod(ConvolutionalAutoencoderSettings):
    """A convolutional autoencoder; see `ConvolutionalAutoencoderSettings` for its settings."""

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
        fitted = fit_convolutional_autoencoder(
            U, rank, self, rng=rng, context=context, **norm._asdict()
        )
        return with_curve(fitted, U, norm, None)
