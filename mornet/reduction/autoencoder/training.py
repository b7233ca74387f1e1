"""The training of autoencoders by mini-batches."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from mornet.checks import real_matrix
from mornet.linalg import mean_one
from mornet.nn import Network, initialise
from mornet.records import Array, Indices
from mornet.reduction.autoencoder.record import Autoencoder, FittedAutoencoder
from mornet.reduction.autoencoder.settings import MiniBatchSettings
from mornet.reduction.context import FitContext
from mornet.training.objective import Objective
from mornet.training.recipes import RECIPES, Recipe
from mornet.training.sampling import Shuffled, even_batch, record_interval
from mornet.training.settings import TrainingSettings
from mornet.training.shared import Shared
from mornet.training.trainer import train

STEPS = 5000  # of a training whose number of epochs is not given
RECORDS = 100  # approximate largest number of records of the objective in a training


def trained(
    model: Autoencoder,
    x: Array,
    weights: Array | None,
    settings: MiniBatchSettings,
    rng: np.random.Generator,
    context: FitContext,
    index: Indices | None = None,
    start: Array | None = None,
) -> FittedAutoencoder:
    """Return ``model`` with parameters trained on the scaled inputs ``x`` (n_1, m).

    The network reproduces x. With an ``index`` its parameters are those of `Shared`. The training
    begins at the parameters ``start`` (P,), by default at random ones.
    """
    network, m = model.network, x.shape[1]
    objective = _objective(network, index, x, weights)
    sampling = Shuffled(even_batch(m, settings.batch))
    epoch = sampling.steps_per_epoch(m)
    epochs = planned_epochs(settings, m)
    held_out = 0 if context.validation is None else context.validation.shape[1]
    every = record_interval(epochs * epoch, sampling.size, m + held_out, RECORDS)
    every = -(-every // epoch) * epoch  # whole epochs
    if start is None:
        start = initialise(network, settings.initialisation, rng)
    p, history = train(
        objective,
        objective.restrict(start) if isinstance(objective, Shared) else start,
        _recipe(settings)(network, epochs * epoch),
        steps=epochs * epoch,
        sampling=sampling,
        rng=rng,
        record_every=every,
        settings=TrainingSettings(
            validation=_validation(model, index, context),
            patience=settings.patience,
            clip=settings.clip,
            keep=context.keep,
            keep_every=max(1, epochs // RECORDS) * epoch,
            resume=context.resume,
        ),
    )
    p = objective.lift(p) if isinstance(objective, Shared) else p
    return FittedAutoencoder(replace(model, p=p), history)


def input_scale(x: Array, weights: Array | None) -> float:
    """Return the root mean square of the inputs ``x`` (n_1, m), weighted by ``weights`` (m,)."""
    return float(np.sqrt(np.mean(np.average(x**2, axis=1, weights=weights))))


def planned_epochs(settings: MiniBatchSettings, m: int) -> int:
    """Return the number of epochs of a training on ``m`` snapshots that nothing stops earlier."""
    epoch = Shuffled(even_batch(m, settings.batch)).steps_per_epoch(m)
    return settings.epochs or -(-STEPS // epoch)


def _recipe(settings: MiniBatchSettings) -> Recipe:
    rate = {} if settings.learning_rate is None else {"eta": settings.learning_rate}
    return partial(RECIPES[settings.optimiser], **rate)


def _validation(
    model: Autoencoder, index: Indices | None, context: FitContext
) -> Objective | Shared | None:
    """Return J of the validation snapshots; None without them."""
    U = context.validation
    if U is None:
        return None
    U = real_matrix("validation", U, model.n)
    weights = mean_one(context.validation_weights, U.shape[1])
    return _objective(model.network, index, model.inputs(U), weights)


def _objective(
    network: Network, index: Indices | None, x: Array, weights: Array | None
) -> Objective | Shared:
    """Return J for the scaled inputs ``x``; with an ``index`` it is J of shared parameters."""
    x = np.asfortranarray(x)
    objective = Objective(network, x, x, weights)
    return objective if index is None else Shared(objective, index)
