"""Fitting autoencoders: ||x - G(F(x))||_2^2 -> min by mini-batches."""

from __future__ import annotations

from typing import Any

import numpy as np

from mornet.checks import real_matrix, require_generator, require_rank, require_squares
from mornet.errors import DataError, OptionError
from mornet.linalg import InnerProduct, as_inner_product, column_mean, mean_one
from mornet.nn import Network
from mornet.records import Array, Indices
from mornet.reduction.autoencoder.record import Autoencoder, FittedAutoencoder, network_inputs
from mornet.reduction.autoencoder.settings import AutoencoderSettings, MiniBatchSettings
from mornet.reduction.autoencoder.sharing import shared_index
from mornet.reduction.autoencoder.training import input_scale, trained
from mornet.reduction.context import FitContext
from mornet.reduction.grid import require_places
from mornet.reduction.pod.fit import fit_pod


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
    require_generator(rng)
    _check(U, rank, settings, inner_product is not None)
    if settings.needs_places:
        require_places(context, "a masked decoder (decoder_density)")
    M, w = as_inner_product(inner_product, len(U)), mean_one(weights, U.shape[1])
    c = column_mean(U, w) if settings.centre else None
    basis = _pod_coordinates(U, c, settings.pod_tolerance, rank, M, w)
    X = network_inputs(U, c, basis, M)
    scale = input_scale(X, w)
    if scale == 0:
        raise DataError("all snapshots are equal: there is nothing to train on")
    network = autoencoder_network(len(X), rank, settings)
    model = Autoencoder(network, len(settings.hidden) + 1, np.empty(0), scale, c, basis, M)
    return trained(model, X / scale, w, settings, rng, context, sharing(network, settings))


def train_autoencoder(
    model: Autoencoder,
    U: Array,
    settings: MiniBatchSettings,
    *,
    rng: np.random.Generator,
    weights: Array | None = None,
    start: Array | None = None,
) -> FittedAutoencoder:
    """Return ``model`` trained on the snapshots ``U`` (n, m), from ``start`` or a random start.

    Network, scale, centre and coordinates stay as they are, so that only the training counts of the
    ``settings``. The parameters ``start`` (P,) are those of `Autoencoder.p`.

    Raises ShapeError and DataError for bad snapshots or weights, DivergenceError as
    `fit_autoencoder` does.
    """
    U = real_matrix("U", U, model.n)
    w, index = mean_one(weights, U.shape[1]), sharing(model.network, settings)
    return trained(model, model.inputs(U), w, settings, rng, FitContext(), index, start)


def sharing(network: Network, settings: MiniBatchSettings) -> Indices | None:
    """Return the index of the parameters that are shared or left out; None if all are free."""
    if not isinstance(settings, AutoencoderSettings):
        return None
    if not settings.tied and settings.decoder_density is None:
        return None
    return shared_index(network, settings.tied, settings.decoder_density)


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


def autoencoder_network(n: int, rank: int, settings: AutoencoderSettings) -> Network:
    """Return the network of widths n, hidden, r, reversed hidden, n with a linear output layer."""
    hidden = settings.hidden
    half = (settings.activation,) * len(hidden)
    activations = (*half, settings.code_activation, *half, "identity")
    return Network((n, *hidden, rank, *hidden[::-1], n), activations)


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
