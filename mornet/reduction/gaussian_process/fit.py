"""Fitting a Gaussian process to coordinates in POD modes, by maximum likelihood.

The work is O(m^3) for m snapshots, some fifteen times.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.checks import real_matrix, require_count, require_squares
from mornet.errors import DataError
from mornet.linalg import equally_spaced, safe_norm
from mornet.records import Array
from mornet.reduction.gaussian_process.kernel import distances, matern, mean
from mornet.reduction.gaussian_process.record import GaussianProcessManifold
from mornet.reduction.gaussian_process.settings import GaussianProcessSettings
from mornet.reduction.pod.record import POD


class Regressed(NamedTuple):
    """The mean of a process: coefficients k((z - middle) / half), with kernels of the ``length``.

    Its ``points`` are (r, m), ``middle`` and ``half`` (r,), and the ``coefficients`` (k, m).
    """

    points: Array
    middle: Array
    half: Array
    length: float
    coefficients: Array

    @classmethod
    def zero(cls, r: int, k: int) -> Regressed:
        """Return the process without points, which predicts ``k`` zeros from ``r`` codes."""
        return cls(np.empty((r, 0)), np.zeros(r), np.ones(r), 1.0, np.empty((k, 0)))

    def predict(self, z: Array) -> Array:
        """Return the values (k, l) at codes ``z`` (r, l)."""
        x = (z - self.middle[:, None]) / self.half[:, None]
        return mean(self.coefficients, self.points, x, self.length)


def fit_gaussian_process(
    pod: POD,
    C: Array,
    rank: int,
    settings: GaussianProcessSettings = GaussianProcessSettings(),
    *,
    bounds: tuple[Array, Array] | None = None,
    relative: bool = False,
) -> GaussianProcessManifold:
    """Return the manifold on the first ``rank`` modes of ``pod`` through coordinates ``C`` (q, m).

    A Gaussian process with one length for all outputs regresses the last q - rank coordinates over
    the first ones. The length maximises the likelihood. The ``bounds`` (r,), (r,) of the codes are
    scaled to -1 and 1; they are those of the points unless given. If ``relative``, the variance and
    the noise of the settings are relative to the mean square of what is predicted. Without further
    modes the manifold is POD.

    Raises OptionError unless 1 <= rank <= q; ShapeError unless C has q = pod.r rows; DataError
    where a code is constant, or points are so near to each other that the covariance is singular.
    """
    C = real_matrix("C", C, pod.r)
    if not relative:
        require_squares("C", C)
    require_count("rank", rank, pod.r, f"{pod.r}, the number of modes of the POD")
    process = regress(C[:rank], C[rank:], settings, bounds, relative)
    return in_modes(process, pod, rank)


def regress(
    z: Array,
    Y: Array,
    settings: GaussianProcessSettings,
    bounds: tuple[Array, Array] | None = None,
    relative: bool = False,
) -> Regressed:
    """Return the process through values ``Y`` (k, m) at codes ``z`` (r, m).

    `fit_gaussian_process` says what the other arguments are, and when DataError is raised.
    """
    if not len(Y):
        return Regressed.zero(len(z), 0)
    chosen = equally_spaced(z.shape[1], settings.points)
    z, Y = z[:, chosen], Y[:, chosen]
    low, high = (z.min(axis=1), z.max(axis=1)) if bounds is None else bounds
    middle, half = (low + high) / 2, (high - low) / 2
    if not np.all(half > 0):
        raise DataError("a code is constant: a Gaussian process needs codes that vary")
    points = np.ascontiguousarray((z - middle[:, None]) / half[:, None])
    unit = (float(safe_norm(Y)) / Y.size**0.5 or 1.0) if relative else 1.0
    length, coefficients = _process(points, Y / unit, settings)
    return Regressed(points, middle, half, length, unit * coefficients)


def in_modes(process: Regressed, pod: POD, rank: int) -> GaussianProcessManifold:
    """Return the manifold on ``rank`` modes of ``pod``, whose other modes the process predicts."""
    return GaussianProcessManifold(
        V=pod.V[:, :rank].copy(),
        W=pod.V[:, rank:].copy(),
        centre=pod.centre,
        inner_product=pod.inner_product,
        **process._asdict(),
    )


def _process(X: Array, Y: Array, settings: GaussianProcessSettings) -> tuple[float, Array]:
    """Return the length and the coefficients (k, m) for points ``X`` (r, m), values ``Y`` (k, m).

    The negative logarithm of the likelihood is, with K = L L^T and Y^T = L B, up to a constant,
    1/2 ||B||_F^2 + k sum_i log L_ii (Rasmussen and Williams, (2.30)).
    """
    from scipy.linalg import solve_triangular
    from scipy.optimize import minimize_scalar

    R = distances(X, X)

    def factored(length: float) -> tuple[Array, Array]:
        K = settings.variance * matern(R, length)
        K[np.diag_indices_from(K)] += settings.noise
        L = np.linalg.cholesky(K)
        return L, solve_triangular(L, Y.T, lower=True, check_finite=False)

    def loss(log_length: float) -> float:
        try:
            L, B = factored(float(np.exp(log_length)))
        except np.linalg.LinAlgError:
            return np.inf
        return float(np.sum(B**2) / 2 + len(Y) * np.sum(np.log(np.diag(L))))

    range_of_logs = np.log([settings.shortest, settings.longest])
    found = minimize_scalar(loss, bounds=range_of_logs, method="bounded", options={"xatol": 1e-5})
    if not np.isfinite(found.fun):
        raise DataError("the covariance is singular at all lengths: points are too near")
    length = float(np.exp(found.x))
    L, B = factored(length)
    A = solve_triangular(L, B, lower=True, trans="T", check_finite=False)
    return length, np.ascontiguousarray(settings.variance * A.T)
