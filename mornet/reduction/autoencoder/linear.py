"""The linear autoencoder, trained to the POD error by alternating least squares.

||X - W_2 W_1 X||_F^2 is not convex in (W_1, W_2) but quadratic in each. With the codes Z = W_1 X,

    W_2 = X Z^T (Z Z^T)^{-1}              the best decoder of these codes,
    W_1 = (W_2^T W_2)^{-1} W_2^T          the best encoder for this decoder.

Inserting the second into the first shows range(W_2) <- range(X X^T W_2): one sweep is one step of
orthogonal iteration. The tangent of the largest angle to the POD subspace shrinks by the factor
(s_{r+1} / s_r)^2 a sweep and the excess of the loss by its square (G. H. Golub and C. F. Van Loan,
Matrix Computations, 4th edition, Theorem 8.2.2). Where s_r > s_{r+1}, all critical points but the
POD subspace are saddles (P. Baldi and K. Hornik, 1989), which a random start avoids with
probability one.

With a decay lambda, ||X - W_2 W_1 X||_F^2 + lambda (||W_1||_F^2 + ||W_2||_F^2), the minima have

    W_1 = W_2^T,    W_2 W_1 = V diag(1 - lambda / s_i^2) V^T    over the i <= r with s_i^2 > lambda

for the POD modes V: not only their range but they themselves are found, as the left singular
vectors of W_2 (D. Kunin, J. Bloom, A. Goeva and C. Seed, Loss landscapes of regularized linear
autoencoders, ICML 2019; E. Plaut, arXiv:1804.10253, 2018).
"""

from __future__ import annotations

import numpy as np

from mornet.checks import require_columns, require_finite, require_rank
from mornet.errors import DivergenceError, OptionError
from mornet.nn import Network
from mornet.records import Array
from mornet.reduction.autoencoder.fit import Autoencoder, FittedAutoencoder
from mornet.training import History, Objective, fit_lbfgs


def fit_linear_autoencoder(
    U: Array,
    rank: int,
    *,
    rng: np.random.Generator,
    centre: bool = False,
    tolerance: float = 1e-12,
    sweeps: int = 20_000,
    decay: float = 0.0,
) -> FittedAutoencoder:
    """Return the linear autoencoder W_2 W_1 of code size ``rank`` for snapshots ``U`` (n, m).

    It starts from random weights and never sees an SVD of the snapshots. If ``centre``, both layers
    have biases: for any weights the best are b_1 = -W_1 c and b_2 = c with the mean c, so they are
    eliminated, and stored as the autoencoder's centre.
    Sweeps stop when what geometric convergence still leaves of the loss is below ``tolerance``
    times the loss, or round-off is reached. The result has W_2^T W_2 = I and W_1 = W_2^T.

    With ``decay`` lambda > 0, in the units of the snapshots squared, at most ``sweeps`` steps of
    L-BFGS minimise the penalised loss; it is then what the history holds, as J.

    Raises OptionError for a rank out of range or a negative decay, DivergenceError if ``sweeps`` do
    not suffice.
    """
    require_columns("U", U)
    require_finite("U", U)
    if not 0 <= decay < np.inf:
        raise OptionError(f"decay = {decay} must be finite and not negative")
    n, m = U.shape
    require_rank(rank, U.shape, "code size")
    c = np.mean(U, axis=1) if centre else None
    X = U if c is None else U - c[:, None]
    scale = float(np.sqrt(np.mean(X**2))) or 1.0
    X = X / scale
    network = Network((n, rank, n), "identity", bias=False)
    if decay > 0:
        start = rng.standard_normal(network.size) / np.sqrt(n)
        objective = Objective(network, X, X, decay=decay / (scale**2 * m))
        p, history = _decayed(objective, start, sweeps)
    else:
        W2, losses = _alternate(X, _orthonormal(rng.standard_normal((n, rank))), tolerance, sweeps)
        p = np.concatenate([W2.T.ravel(), W2.ravel()])
        done = np.arange(len(losses))
        history = History(done, losses / (2 * m), done * m)
    return FittedAutoencoder(Autoencoder(network, 1, p, scale, c), history)


def _decayed(objective: Objective, start: Array, steps: int) -> tuple[Array, History]:
    """Return the parameters at which the gradient vanishes but for round-off."""
    p, history, reason = fit_lbfgs(objective, start, steps=steps, tolerance=1e-12)
    if not np.linalg.norm(objective.gradient(p)) <= 1e-6 * np.sqrt(history.objective[-1]):
        raise DivergenceError(f"L-BFGS did not converge in {steps} steps: {reason}")
    return p, History(history.step, history.objective, history.gradients * objective.N)


def _alternate(X: Array, W2: Array, tolerance: float, sweeps: int) -> tuple[Array, Array]:
    """Return the decoder, with orthonormal columns, and the loss before and after every sweep."""
    losses: list[float] = []
    round_off = float(8 * np.finfo(X.dtype).eps * np.linalg.norm(X))
    for _ in range(sweeps):
        Z = W2.T @ X  # the best encoder of an orthonormal W_2 is W_2^T
        losses.append(float(np.linalg.norm(X - W2 @ Z)) ** 2)
        if _converged(losses, tolerance, round_off):
            return W2, np.array(losses)
        # the factor (Z Z^T)^{-1} of the best decoder only changes the basis of its range
        W2 = _orthonormal(X @ Z.T)
    raise DivergenceError(
        f"alternating least squares did not converge in {sweeps} sweeps: "
        f"the loss is {losses[-1]:.6e} and still changes; allow more sweeps"
    )


def _converged(losses: list[float], tolerance: float, round_off: float) -> bool:
    """Whether the geometric tail of the last two decreases is below the tolerance."""
    if len(losses) < 3:
        return False
    before, now = losses[-3] - losses[-2], losses[-2] - losses[-1]
    if now <= round_off * np.sqrt(losses[-1]):
        return True
    rate = now / before if before > 0 else 1.0
    return rate < 1 and now * rate / (1 - rate) <= tolerance * losses[-1]


def _orthonormal(A: Array) -> Array:
    """Return an orthonormal basis of the range of ``A`` (n, r)."""
    return np.linalg.qr(A)[0]
