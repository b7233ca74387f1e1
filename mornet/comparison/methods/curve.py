"""The training error of an autoencoder after each epoch, in the units of the snapshots."""

from __future__ import annotations

import numpy as np

from mornet.comparison.methods.interface import Fit
from mornet.linalg import Norm
from mornet.records import Array
from mornet.reduction.autoencoder.record import FittedAutoencoder


def with_curve(fitted: FittedAutoencoder, U: Array, norm: Norm, range_: Array | None) -> Fit:
    """Return the fit with its training errors in ``norm`` on the training snapshots ``U`` (n, m).

    The squared error is s^2 2 N J plus the squared truncation error of the POD coordinates, where N
    is the sum of the weights.
    """
    model, history = fitted
    m, weights = U.shape[1], norm.weights
    total = m if weights is None else float(np.sum(weights))
    lost = model.truncation_error(U, weights)
    squares = model.scale**2 * 2 * total * history.objective + lost**2
    epoch = history.sample_gradients / m
    return Fit(model, range_, epoch, np.sqrt(squares), int(history.sample_gradients[-1]))
