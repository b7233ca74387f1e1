"""Networks at their minima, for the tests of this directory."""

import numpy as np

from mornet.nn import Network
from mornet.training import Objective


def prescribed(n=20, N=60, ratio=0.75, seed=0):
    """Return snapshots (n, N) with the singular values 10 ratio^i, and a direction of norm 1."""
    rng = np.random.default_rng(seed)
    U = np.linalg.qr(rng.standard_normal((n, n)))[0]
    V = np.linalg.qr(rng.standard_normal((N, n)))[0]
    E = rng.standard_normal((n, N))
    return (U * (10 * ratio ** np.arange(n))) @ V.T, E / np.linalg.norm(E)


def linear_autoencoder(X, r=3, A=None, decay=0.0):
    """Return the objective and its minimum; without decay it is W_1 = A U_r^T, W_2 = U_r A^{-1}."""
    n = X.shape[0]
    net = Network((n, r, n), "identity", bias=False)
    U, s, _ = np.linalg.svd(X, full_matrices=False)
    A = np.eye(r) if A is None else A
    shrink = np.sqrt(1 - decay * X.shape[1] / s[:r] ** 2)
    p = np.concatenate(
        [
            (A @ (shrink[:, None] * U[:, :r].T)).ravel(),
            (U[:, :r] * shrink @ np.linalg.inv(A)).ravel(),
        ]
    )
    return Objective(net, X, X, decay=decay), p


def product_of(net, p):
    W1, W2 = (layer.W for layer in net.layers(p))
    return W2 @ W1
