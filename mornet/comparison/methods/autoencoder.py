"""The autoencoder as a method of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, ClassVar

import numpy as np

from mornet.comparison.methods.curve import with_curve
from mornet.comparison.methods.interface import NOTHING, ActivationName, Beside, Fit
from mornet.records import Array
from mornet.reduction.autoencoder.fit import fit_autoencoder
from mornet.settings import Count, Fraction, OneOf, Positive, Range
from mornet.training import RECIPES, Shuffled, even_batch


@dataclass(frozen=True)
class AutoencoderMethod:
    """Autoencoder with hidden layers, or none, by mini-batches; see `fit_autoencoder`.

    Every ``optimiser`` has the same budget: ``epochs`` of batches of about ``batch`` samples, and
    by default as many as make 5000 steps. Its
    ``learning_rate`` is that of its recipe unless given. ``patience`` counts records, of which
    there are about a hundred, and needs a data set with a validation part.
    """

    random: ClassVar[bool] = True
    affine: ClassVar[bool] = True
    hidden: tuple[Count, ...] = (128, 64)
    activation: ActivationName = "swish"
    code_activation: ActivationName = "identity"
    pod_tolerance: Annotated[float, Range(0, 1, above=True)] | None = 1e-4
    tied: bool = False
    seen: Fraction | None = None
    epochs: Count | None = None
    batch: Count = 100
    optimiser: Annotated[str, OneOf(RECIPES)] = "soap"
    learning_rate: Positive | None = None
    clip: Positive | None = None
    patience: Count | None = None

    def fit(self, U: Array, rank: int, rng: np.random.Generator, beside: Beside = NOTHING) -> Fit:
        rate = {} if self.learning_rate is None else {"eta": self.learning_rate}
        fitted = fit_autoencoder(
            U,
            rank,
            rng=rng,
            hidden=self.hidden,
            activation=self.activation,
            code_activation=self.code_activation,
            pod_tolerance=self.pod_tolerance,
            tied=self.tied,
            seen=self.seen,
            epochs=self.epochs,
            sampling=Shuffled(even_batch(U.shape[1], self.batch)),
            optimiser=partial(RECIPES[self.optimiser], **rate),
            clip=self.clip,
            patience=self.patience,
            validation=beside.validation,
            keep=beside.keep,
            resume=beside.resume,
        )
        return with_curve(fitted, U, None)
