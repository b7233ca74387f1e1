"""Small networks at a minimum, from which updates start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mornet.errors import DataError
from mornet.experiments.ten_points.data import grid, network, points
from mornet.linalg import thin_svd
from mornet.nn import Convolution, Dense, Network, TransposedConvolution, initialise, normal
from mornet.records import Array
from mornet.settings import Count, NotNegative, Positive
from mornet.training import Objective
from mornet.training.newton import BasePoint, Minima, multi_start, newton_refine

Trained = Literal[
    "ten_points", "linear_autoencoder", "sigmoid_autoencoder", "convolutional_autoencoder"
]


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network at a minimum: its objective, the base point, and where errors are measured."""

    objective: Objective
    base: BasePoint
    x: Array
    y: Array | None
    """Targets at ``x`` that the training has not seen; None where there are none."""
    minima: Minima
    """All minima that were found, the lowest first."""

    def f(self, p: Array) -> Array:
        """Return the outputs at ``x`` of the network with the parameters ``p``."""
        return self.objective.net.forward(p, self.x)


@dataclass(frozen=True)
class TrainedNetworkSettings:
    """Which network is trained, and how.

    ``starts`` normal starts of the given ``scale`` train the ten points. The base is the lowest
    minimum, or the one with J = ``minimum``, to nine digits. Errors are measured on a grid of
    ``grid_points`` times ``grid_points`` points. The autoencoders use ``decay`` alone.
    """

    trained: Trained = "ten_points"
    decay: NotNegative = 1e-3
    starts: Count = 200
    scale: Positive = 2.0
    minimum: NotNegative | None = None
    grid_points: Count = 21


TEN_POINTS = TrainedNetworkSettings()
TEN_POINTS_FROM_60_STARTS = TrainedNetworkSettings(starts=60)


def trained_network(settings: TrainedNetworkSettings, seed: int) -> TrainedNetwork:
    """Return the network of the ``settings``; ``seed`` seeds the starts and the snapshots.

    Raises DivergenceError if no minimum is found, DataError if none has J = ``minimum``.
    """
    match settings.trained:
        case "ten_points":
            return ten_point_network(settings, seed)
        case "linear_autoencoder":
            return linear_autoencoder_network(settings.decay, seed=seed)
        case "sigmoid_autoencoder":
            return sigmoid_autoencoder_network(settings.decay, seed=seed)
        case "convolutional_autoencoder":
            return convolutional_autoencoder_network(settings.decay, seed=seed)


def ten_point_network(settings: TrainedNetworkSettings, seed: int) -> TrainedNetwork:
    """Return the network 2-2-3-2 trained on the ten points with weight decay.

    Damped Newton trains it from every start. Errors are measured on a grid of the unit square.

    Raises DivergenceError if no minimum is found, DataError if none has J = ``minimum``.
    """
    net, (x, y) = network(), points()
    rng = np.random.default_rng(seed)
    objective = Objective(net, x, y, decay=settings.decay)
    starts = (normal(net, rng, scale=settings.scale) for _ in range(settings.starts))
    minima = multi_start(objective, starts)
    base = _choose(minima, settings.minimum)
    return TrainedNetwork(objective, base, grid(settings.grid_points), None, minima)


def linear_autoencoder_network(
    decay: float, *, n: int = 20, r: int = 3, N: int = 60, seed: int = 0
) -> TrainedNetwork:
    """Return the linear autoencoder of code size ``r`` of snapshots with singular values 10 0.75^i.

    Its minimum is known: W_2 = U_r D, W_1 = W_2^T with D^2 = I - decay N / s^2, in the balanced
    gauge. Errors are measured on the unit vectors: an error of the outputs is an error of W_2 W_1.
    """
    X = decaying_snapshots(n, N, np.random.default_rng(seed))
    net = Network((n, r, n), "identity", bias=False)
    U, s, _ = thin_svd(X)
    W2 = U[:, :r] * np.sqrt(1 - decay * N / s[:r] ** 2)
    objective = Objective(net, X, X, decay=decay)
    base = newton_refine(objective, np.concatenate([W2.T.ravel(), W2.ravel()]))
    return TrainedNetwork(objective, base, np.eye(n), None, Minima((base,), (1,), 0))


def sigmoid_autoencoder_network(
    decay: float, *, n: int = 20, r: int = 3, N: int = 80, seed: int = 0, starts: int = 2
) -> TrainedNetwork:
    """Return the autoencoder n-r-n, sigmoid then linear, of X = tanh(B Z) + 0.1 noise.

    Errors are measured on 200 snapshots without noise. The base is the lowest minimum of
    ``starts`` Glorot starts.
    """
    rng = np.random.default_rng(seed)
    X, test = tanh_snapshots(n, r, N, rng)
    net = Network((n, r, n), ("sigmoid", "identity"))
    objective = Objective(net, X, X, decay=decay)
    minima = multi_start(
        objective, (initialise(net, "glorot", rng) for _ in range(starts)), steps=500
    )
    return TrainedNetwork(objective, minima.points[0], test, test, minima)


def convolutional_autoencoder_network(
    decay: float, *, n: int = 16, r: int = 2, N: int = 40, seed: int = 0, starts: int = 2
) -> TrainedNetwork:
    """Return an autoencoder of waves on a circle: a convolution, a code, and the mirror image.

    The snapshots are periodic bumps at random places with 0.05 noise. The convolution has two
    channels and stride 2. Errors are measured on 200 bumps without noise. The base is the lowest
    minimum of ``starts`` Glorot starts.
    """
    rng = np.random.default_rng(seed)
    place = 2 * np.pi * np.arange(n)[:, None] / n
    bumps = [np.exp(2 * np.cos(place - 2 * np.pi * rng.random(m)) - 2) for m in (N, 200)]
    X = np.asfortranarray(bumps[0] + 0.05 * rng.standard_normal((n, N)))
    down = Convolution((1, 2), (n,), (3,), (2,), (1, 1), circular=True)
    maps = (down, Dense(n, r), Dense(r, n), TransposedConvolution(down))
    net = Network.of(maps, ("tanh", "tanh", "tanh", "identity"))
    objective = Objective(net, X, X, decay=decay)
    minima = multi_start(
        objective, (initialise(net, "glorot", rng) for _ in range(starts)), steps=500
    )
    test = np.asfortranarray(bumps[1])
    return TrainedNetwork(objective, minima.points[0], test, test, minima)


def tanh_snapshots(n: int, r: int, N: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return X = tanh(B Z) + 0.1 noise (n, N), B (n, r), and 200 such snapshots without noise."""
    B = rng.standard_normal((n, r))
    X = np.tanh(B @ rng.standard_normal((r, N))) + 0.1 * rng.standard_normal((n, N))
    return X, np.asfortranarray(np.tanh(B @ rng.standard_normal((r, 200))))


def decaying_snapshots(n: int, N: int, rng: np.random.Generator) -> Array:
    """Return X (n, N) with the singular values 10 0.75^i and random orthonormal factors."""
    U = np.linalg.qr(rng.standard_normal((n, n)))[0]
    V = np.linalg.qr(rng.standard_normal((N, n)))[0]
    return np.asfortranarray((U * (10 * 0.75 ** np.arange(n))) @ V.T)


def _choose(minima: Minima, wanted: float | None) -> BasePoint:
    """Return the lowest minimum, or the one with J = ``wanted`` to nine digits."""
    if wanted is None:
        return minima.points[0]
    nearest = int(np.abs(minima.values - wanted).argmin())
    if abs(minima.values[nearest] - wanted) > 1e-9 * wanted:
        found = ", ".join(f"{J:.10g}" for J in minima.values)
        raise DataError(f"no minimum with J = {wanted:.10g} among {found}: try more starts")
    return minima.points[nearest]
