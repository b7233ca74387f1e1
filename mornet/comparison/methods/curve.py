"""The training error of an autoencoder on the way, in the units of the snapshots."""

from __future__ import annotations

import numpy as np

from mornet.comparison.methods.interface import Fit
from mornet.records import Array
from mornet.reduction.autoencoder.fit import FittedAutoencoder


def with_curve(fitted: FittedAutoencoder, U: Array, range_: Array | None) -> Fit:
    """Return the fit with ||X - G(F(X))||_F after each record of the training.

    It follows from J: the square is 2 m J scale^2, plus what POD left out before.
    """
    model, history = fitted
    m = U.shape[1]
    squares = model.scale**2 * 2 * m * history.cost + model.discarded(U) ** 2
    epoch = history.sample_gradients / m
    return Fit(model, range_, epoch, np.sqrt(squares), int(history.sample_gradients[-1]))
