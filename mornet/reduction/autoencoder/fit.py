"""Fitting autoencoders: ||x - G(F(x))||_2^2 -> min by mini-batches."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from mornet.checks import real_matrix, require_rank, require_squares
from mornet.errors import DataError, OptionError
from mornet.linalg import InnerProduct, as_inner_product, mean_one
from mornet.nn import Network, initialise
from mornet.records import Array, Indices
from mornet.reduction.autoencoder.record import Autoencoder, FittedAutoencoder, network_inputs
from mornet.reduction.autoencoder.settings import AutoencoderSettings
from mornet.reduction.autoencoder.sharing import shared_index
from mornet.reduction.context import FitContext
from mornet.reduction.pod.fit import fit_pod
from mornet.training.objective import Objective
from mornet.training.recipes import RECIPES, Recipe
from mornet.training.sampling import Shuffled, even_batch
from mornet.training.settings import TrainingSettings
from mornet.training.shared import Shared
from mornet.training.trainer import train

STEPS = 5000  # of a training whose number of epochs is not given
RECORDS = 100  # approximate number of records of the objective in a training


def fit_autoencoder(
    U: Array,
    rank: int,
    settings: AutoencoderSettings = AutoencoderSettings(),
    *,
    rng: np.random.Generator,
    inner_product: Any = None,
    weights: Array | None = None,
    context: FitContext = FitContext(),
) -> FittedAutoencoder:
    """Return an autoencoder of code size ``rank`` trained on the snapshots ``U`` (n, m).

    `AutoencoderSettings` says what the network is and how it is trained. The inputs of the network
    are divided by their root mean square. ``inner_product`` and ``weights`` (m,) are those of
    `fit_pod`: the training minimises this norm. An inner product needs POD coordinates, in which
    its norm is Euclidean. The fit uses the validation snapshots and the checkpoints of the
    ``context``.

    Raises OptionError for settings that contradict each other, a rank out of range, or patience
    without validation; ShapeError for wrong shapes; DataError for bad snapshots or weights;
    DivergenceError if the training diverges.
    """
    U = real_matrix("U", U)
    _check(U, rank, settings, inner_product is not None)
    M, w = as_inner_product(inner_product, len(U)), mean_one(weights, U.shape[1])
    c = np.average(U, axis=1, weights=w) if settings.centre else None
    basis = _pod_coordinates(U, c, settings.pod_tolerance, rank, M, w)
    X = network_inputs(U, c, basis, M)
    scale = float(np.sqrt(np.mean(np.average(X**2, axis=1, weights=w))))
    if scale == 0:
        raise DataError("all snapshots are equal: there is nothing to train on")
    network = autoencoder_network(len(X), rank, settings)
    model = Autoencoder(network, len(settings.hidden) + 1, np.empty(0), scale, c, basis, M)
    return _trained(model, X / scale, w, settings, rng, context)


def _check(U: Array, rank: int, settings: AutoencoderSettings, product: bool) -> None:
    require_squares("U", U)
    require_rank(rank, U.shape, "code size")
    if settings.decoder_density is not None and settings.pod_tolerance is not None:
        raise OptionError(
            "a masked decoder (decoder_density) does not work in POD coordinates: set "
            "pod_tolerance to None"
        )
    if product and settings.pod_tolerance is None:
        raise OptionError("an inner product needs POD coordinates: give pod_tolerance")


def _trained(
    model: Autoencoder,
    x: Array,
    weights: Array | None,
    settings: AutoencoderSettings,
    rng: np.random.Generator,
    context: FitContext,
) -> FittedAutoencoder:
    """Return ``model`` with parameters trained on the scaled inputs ``x``."""
    network, m = model.network, x.shape[1]
    index = None
    if settings.tied or settings.decoder_density is not None:
        index = shared_index(network, settings.tied, settings.decoder_density)
    objective = _objective(network, index, x, weights)
    sampling = Shuffled(even_batch(m, settings.batch))
    epoch = sampling.steps_per_epoch(m)
    epochs = settings.epochs or -(-STEPS // epoch)
    every = max(1, epochs // RECORDS) * epoch
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
            keep_every=every,
            resume=context.resume,
        ),
    )
    p = objective.lift(p) if isinstance(objective, Shared) else p
    return FittedAutoencoder(replace(model, p=p), history)


def _recipe(settings: AutoencoderSettings) -> Recipe:
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


def autoencoder_network(n: int, rank: int, settings: AutoencoderSettings) -> Network:
    """Return the network of widths n, hidden, r, reversed hidden, n with a linear output layer."""
    hidden = settings.hidden
    half = (settings.activation,) * len(hidden)
    activations = (*half, settings.code_activation, *half, "identity")
    return Network((n, *hidden, rank, *hidden[::-1], n), activations)


def _objective(
    network: Network, index: Indices | None, x: Array, weights: Array | None
) -> Objective | Shared:
    """Return J for the scaled inputs ``x``; with an ``index`` it is J of shared parameters."""
    x = np.asfortranarray(x)
    objective = Objective(network, x, x, weights)
    return objective if index is None else Shared(objective, index)


def _pod_coordinates(
    U: Array,
    centre: Array | None,
    tolerance: float | None,
    rank: int,
    product: InnerProduct | None,
    weights: Array | None,
) -> Array | None:
    """Return the POD modes (n, q) for the least q >= ``rank`` that meets the ``tolerance``.

    Without a tolerance the result is None.
    """
    if tolerance is None:
        return None
    norm: dict[str, Any] = {"centre": centre, "inner_product": product, "weights": weights}
    pod = fit_pod(U, tolerance=tolerance, **norm)
    return pod.V if pod.r >= rank else fit_pod(U, rank=rank, **norm).V
