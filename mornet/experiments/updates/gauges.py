"""The linear autoencoder W_2 W_1 in another gauge, and the projector of POD that it equals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mornet.linalg import thin_svd
from mornet.records import Array
from mornet.training import Objective


def random_gauge(objective: Objective, p: Array, rng: np.random.Generator) -> Array:
    """Return parameters A W_1, W_2 A^{-1} of the same function, for a random A."""
    q = np.array(p)
    W1, W2 = (layer.W for layer in objective.net.layers(q))
    A = rng.standard_normal((len(W1), len(W1)))
    W1[...], W2[...] = A @ W1, W2 @ np.linalg.inv(A)
    return q


def projector(X: Array, r: int) -> Array:
    """Return the projector (n, n) onto the first ``r`` modes of ``X``."""
    U = thin_svd(X).U[:, :r]
    return np.asarray(U @ U.T)


def products(objective: Objective, q: Sequence[Array]) -> list[Array]:
    """Return W_2 W_1 (n, n) for each of the parameters ``q``."""
    units = np.eye(len(objective.x))
    return [objective.net.forward(p, units) for p in q]


def distances(found: Sequence[Array], exact: Sequence[Array]) -> Array:
    """Return the Frobenius norms of the differences, one for each pair."""
    return np.array([np.linalg.norm(a - b) for a, b in zip(found, exact, strict=True)])
