"""The linear autoencoder, trained to the POD error by alternating least squares.

||X - W_2 W_1 X||_F^2 is not convex in (W_1, W_2) but quadratic in each. With the codes Z = W_1 X,

    W_2 = X Z^T (Z Z^T)^{-1}              the best decoder of these codes,
    W_1 = (W_2^T W_2)^{-1} W_2^T          the best encoder for this decoder.

With the second formula in the first, range(W_2) <- range(X X^T W_2): one sweep is one step of
orthogonal iteration. In one sweep the tangent of the largest angle to the POD subspace decreases by
the factor (s_{r+1} / s_r)^2, and the excess of the loss decreases by the square of this factor
(G. H. Golub and C. F. Van Loan, Matrix Computations, 4th edition, Theorem 8.2.2). If s_r > s_{r+1},
all critical points except the POD subspace are saddles (P. Baldi and K. Hornik, 1989). A random
start avoids saddles with probability one.

Where the first modes are far larger than the others, the first sweeps decrease the loss so much
that a slow convergence to the last ones is not seen. So further sweeps take the best decoder in the
span of W_2, of its next sweep and of its last change. These are the steps of LOBPCG (A. V. Knyazev,
SIAM J. Sci. Comput. 23, 2001), which converges like the method of conjugate gradients.

With a decay lambda, ||X - W_2 W_1 X||_F^2 + lambda (||W_1||_F^2 + ||W_2||_F^2), the minima have

    W_1 = W_2^T,    W_2 W_1 = V diag(1 - lambda / s_i^2) V^T    over the i <= r with s_i^2 > lambda

for the POD modes V. Then not only the range of the modes is found, but the modes themselves, as the
left singular vectors of W_2 (D. Kunin, J. Bloom, A. Goeva and C. Seed, Loss landscapes of
regularized linear autoencoders, ICML 2019; E. Plaut, arXiv:1804.10253, 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mornet.checks import real_matrix, require_generator, require_rank, require_squares
from mornet.errors import DivergenceError, OptionError
from mornet.linalg import InnerProduct, Norm, as_inner_product, column_mean, mean_one
from mornet.nn import Network
from mornet.records import Array
from mornet.reduction.autoencoder.record import Autoencoder, FittedAutoencoder
from mornet.settings import Count, NotNegative, Positive, Settings
from mornet.training.history import History
from mornet.training.lbfgs import fit_lbfgs
from mornet.training.objective import Objective


@dataclass(frozen=True)
class LinearAutoencoderSettings(Settings):
    """A linear autoencoder, with or without biases, and its alternating least squares.

    The sweeps stop when all further sweeps would decrease the loss by less than ``tolerance`` times
    the loss, if convergence is geometric, or when round-off is reached. Faster sweeps confirm it. A
    ``decay`` lambda > 0, in the units of the snapshots squared, adds lambda (||W_1||_F^2 +
    ||W_2||_F^2) to the loss. Then at most ``sweeps`` steps of L-BFGS minimise the sum.
    """

    bias: bool = False
    tolerance: Positive = 1e-12
    sweeps: Count = 20_000
    decay: NotNegative = 0.0


def fit_linear_autoencoder(
    U: Array,
    rank: int,
    settings: LinearAutoencoderSettings = LinearAutoencoderSettings(),
    *,
    rng: np.random.Generator,
    inner_product: Any = None,
    weights: Array | None = None,
) -> FittedAutoencoder:
    """Return the linear autoencoder W_2 W_1 of code size ``rank`` for snapshots ``U`` (n, m).

    Training starts from random weights and uses no SVD of the snapshots. The best biases for any
    weights are b_1 = -W_1 c and b_2 = c with the mean c. They are therefore eliminated, and c is
    stored as the centre of the autoencoder. The result has W_2^T M W_2 = I and W_1 = W_2^T M.
    `LinearAutoencoderSettings` says when the sweeps stop. With a decay the history holds J of the
    penalised loss.

    ``inner_product`` M and ``weights`` w (m,) are those of `fit_pod`. The training minimises this
    norm, in the coordinates R (u_j - c) sqrt(w_j) with M = R^T R. The weights are divided by their
    mean.

    Raises OptionError for a rank out of range, or a decay with an inner product; ShapeError and
    DataError for bad snapshots, weights or inner products; DivergenceError if the sweeps do not
    suffice.
    """
    U = real_matrix("U", U).astype(float, copy=False)  # its sums are over all snapshots
    require_generator(rng)
    require_squares("U", U)
    n, m = U.shape
    require_rank(rank, U.shape, "code size")
    M, w = as_inner_product(inner_product, n), mean_one(weights, m)
    if settings.decay > 0 and M is not None:
        raise OptionError("a decay is a penalty in the Euclidean norm: leave inner_product out")
    c = column_mean(U, w) if settings.bias else None
    X = Norm(M, w).to_euclidean(U if c is None else U - c[:, None])
    scale = float(np.sqrt(np.mean(X**2))) or 1.0
    X = X / scale
    network = Network((n, rank, n), "identity", bias=False)
    if settings.decay > 0:
        start = rng.standard_normal(network.size) / np.sqrt(n)
        objective = Objective(network, X, X, decay=settings.decay / (scale**2 * m))
        p, history = _decayed(objective, start, settings.sweeps)
    else:
        start = np.linalg.qr(rng.standard_normal((n, rank)))[0]
        W2, losses = _alternate(X, start, settings.tolerance, settings.sweeps)
        p = _parameters(W2, M)
        done = np.arange(len(losses))
        history = History(done, losses / (2 * m), done * m)
    return FittedAutoencoder(Autoencoder(network, 1, p, scale, c), history)


def _parameters(W2: Array, M: InnerProduct | None) -> Array:
    """Return p of W_1 = W_2^T M and W_2 for a decoder ``W2`` of the Euclidean coordinates."""
    if M is None:
        return np.concatenate([W2.T.ravel(), W2.ravel()])
    W2 = M.from_euclidean(W2)
    return np.concatenate([M.apply(W2).T.ravel(), W2.ravel()])


def _decayed(objective: Objective, start: Array, steps: int) -> tuple[Array, History]:
    """Return the parameters at which the gradient is round-off, and the history.

    Raises DivergenceError if L-BFGS does not reach such a point.
    """
    p, history, reason = fit_lbfgs(objective, start, steps=steps, tolerance=1e-12)
    if not np.linalg.norm(objective.gradient(p)) <= 1e-6 * np.sqrt(history.objective[-1]):
        raise DivergenceError(f"L-BFGS did not converge in {steps} steps: {reason}")
    return p, History(history.step, history.objective, history.gradients * objective.N)


def _alternate(X: Array, W2: Array, tolerance: float, sweeps: int) -> tuple[Array, Array]:
    """Return the decoder, with orthonormal columns, and the loss before and after every sweep.

    Raises DivergenceError if the sweeps do not suffice.
    """
    losses: list[float] = []
    round_off = float(8 * np.finfo(X.dtype).eps * np.linalg.norm(X))
    change, first = None, 0
    for k in range(sweeps):
        Z = W2.T @ X  # the best encoder of an orthonormal W_2 is W_2^T
        losses.append(float(np.linalg.norm(X - W2 @ Z)) ** 2)
        if _converged(losses[max(first, k - 2) :], tolerance, round_off):
            if change is not None:
                return W2, np.array(losses)
            change, first = W2[:, :0], k
        # the factor (Z Z^T)^{-1} of the best decoder only changes the basis of its range
        following = np.linalg.qr(X @ Z.T)[0]
        if change is None:
            W2 = following
        else:
            W2, change = _best_of(X, W2, following, change)
    raise DivergenceError(
        f"alternating least squares did not converge in {sweeps} sweeps: "
        f"the loss is {losses[-1]:.6e} and still changes; allow more sweeps"
    )


def _best_of(X: Array, W2: Array, following: Array, change: Array) -> tuple[Array, Array]:
    """Return the best decoder in the span of three blocks of columns, and its change."""
    basis = np.linalg.qr(np.hstack([W2, following, change]))[0]
    left = np.linalg.svd(basis.T @ X, full_matrices=False)[0]
    best = basis @ left[:, : W2.shape[1]]
    return best, best - W2 @ (W2.T @ best)


def _converged(losses: list[float], tolerance: float, round_off: float) -> bool:
    """Whether the geometric series of the last two decreases leaves less than ``tolerance``."""
    if len(losses) < 3:
        return False
    before, now = losses[-3] - losses[-2], losses[-2] - losses[-1]
    if now <= round_off * np.sqrt(losses[-1]):
        return True
    rate = now / before if before > 0 else 1.0
    return rate < 1 and now * rate / (1 - rate) <= tolerance * losses[-1]
