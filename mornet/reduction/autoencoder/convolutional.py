"""Convolutional autoencoders: the layers near the snapshots are convolutions on their grid."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

import numpy as np

from mornet.checks import real_matrix, require_generator, require_rank, require_squares
from mornet.errors import DataError, OptionError, ShapeError, counted
from mornet.linalg import column_mean, mean_one
from mornet.nn import Convolution, Dense, LayerMap, Network, TransposedConvolution
from mornet.nn.activations import ACTIVATIONS
from mornet.nn.layers import length
from mornet.records import Array
from mornet.reduction.autoencoder.record import Autoencoder, FittedAutoencoder
from mornet.reduction.autoencoder.settings import MiniBatchSettings
from mornet.reduction.autoencoder.training import input_scale, trained
from mornet.reduction.context import FitContext
from mornet.reduction.grid import grid_shape, require_places
from mornet.settings import Count, OneOf


@dataclass(frozen=True)
class ConvolutionalAutoencoderSettings(MiniBatchSettings):
    """The network of a convolutional autoencoder, and its training by mini-batches.

    The encoder has one convolution for each number of ``channels``, with kernels of ``size`` places
    along each axis. Each convolution has a ``stride``, so that it leaves every stride-th place.
    Dense layers of the widths ``hidden`` and the code follow. The decoder is the mirror image, with
    transposed convolutions. All layers have the ``activation`` but the code, which has the
    ``code_activation``, and the linear output. The padding is zero, or ``circular`` on periodic
    grids whose number of places each stride divides. The mean of the snapshots is subtracted if
    ``centre``. `MiniBatchSettings` says how the network is trained.

    The grid is that of the coordinates x in the context of the fit. Without x the snapshots are
    signals of one field.
    """

    channels: tuple[Count, ...] = (8, 16)
    size: Count = 5
    stride: Count = 2
    hidden: tuple[Count, ...] = (64,)
    activation: Annotated[str, OneOf(ACTIVATIONS)] = "swish"
    code_activation: Annotated[str, OneOf(ACTIVATIONS)] = "identity"
    circular: bool = False
    centre: bool = True

    @property
    def needs_places(self) -> bool:
        """Whether the network uses where the degrees of freedom are: it does."""
        return True


def fit_convolutional_autoencoder(
    U: Array,
    rank: int,
    settings: ConvolutionalAutoencoderSettings = ConvolutionalAutoencoderSettings(),
    *,
    rng: np.random.Generator,
    inner_product: Any = None,
    weights: Array | None = None,
    context: FitContext = FitContext(),
) -> FittedAutoencoder:
    """Return a convolutional autoencoder of code size ``rank`` trained on ``U`` (n, m).

    The inputs of the network are divided by their root mean square. ``weights`` (m,) are those of
    `fit_pod`. The fit uses the coordinates, the validation snapshots and the checkpoints of the
    ``context``.

    Raises OptionError for an inner product, a rank out of range, or snapshots that are on no grid
    (coordinates in modes are not);
    ShapeError for wrong shapes; DataError for bad snapshots; DivergenceError if the training
    diverges.
    """
    U = real_matrix("U", U)
    require_generator(rng)
    require_places(context, "a convolution")
    require_squares("U", U)
    require_rank(rank, U.shape, "code size")
    require_no_product(inner_product)
    w = mean_one(weights, U.shape[1])
    centre = column_mean(U, w) if settings.centre else None
    X = U if centre is None else U - centre[:, None]
    scale = input_scale(X, w)
    if scale == 0:
        raise DataError("all snapshots are equal: there is nothing to train on")
    network = network_on(len(U), context.x, rank, settings)
    code = len(settings.channels) + len(settings.hidden) + 1
    model = Autoencoder(network, code, np.empty(0), scale, centre)
    return trained(model, X / scale, w, settings, rng, context)


def require_no_product(inner_product: Any) -> None:
    """Raise OptionError if the states have an inner product."""
    if inner_product is not None:
        raise OptionError("convolutions know no inner product: take a method in POD coordinates")


def network_on(
    n: int, x: Array | None, rank: int, settings: ConvolutionalAutoencoderSettings
) -> Network:
    """Return the network for ``n`` degrees of freedom at the coordinates ``x`` (d, n).

    Without x they are one field on a line. Raises ShapeError for another number of coordinates,
    OptionError for a grid or settings without a network.
    """
    if x is None:
        return convolutional_network((1, n), rank, settings)
    if np.shape(x)[-1:] != (n,):
        raise ShapeError(f"x has shape {np.shape(x)} for {counted(n, 'degree of freedom')}")
    return convolutional_network(grid_shape(x), rank, settings)


def convolutional_network(
    shape: tuple[int, ...], rank: int, settings: ConvolutionalAutoencoderSettings
) -> Network:
    """Return the network for snapshots of ``shape`` (fields, n) or (fields, height, width)."""
    down: list[Convolution] = []
    for number in settings.channels:
        down.append(coarsening(shape, number, settings))
        shape = down[-1].shape_out
    widths = (length(shape), *settings.hidden, rank)
    dense = [Dense(n, m) for n, m in pairwise(widths)]
    back = [Dense(layer.n_out, layer.n_in) for layer in reversed(dense)]
    up = [TransposedConvolution(layer) for layer in reversed(down)]
    half = (settings.activation,) * (len(down) + len(settings.hidden))
    maps: list[LayerMap] = [*down, *dense, *back, *up]
    return Network.of(maps, (*half, settings.code_activation, *half, "identity"))


def coarsening(
    shape: tuple[int, ...], channels: int, settings: ConvolutionalAutoencoderSettings
) -> Convolution:
    """Return the convolution from ``shape`` to every stride-th place, in new ``channels``."""
    places, size, stride = shape[1:], settings.size, settings.stride
    uneven = any(n % stride for n in places)
    if settings.circular and uneven:
        raise OptionError(f"a circular stride {stride} does not divide the places {places}")
    before = (size - 1) // 2
    sides = (before, size - 1 - before) * len(places)
    return Convolution(
        (shape[0], channels), places, (size,), (stride,), sides, circular=settings.circular
    )
