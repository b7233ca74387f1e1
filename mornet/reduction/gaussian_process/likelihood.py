"""The likelihood of a Gaussian process, and its maximum over the length and the noise.

A point of weight w_i has the noise sigma / w_i. With D = diag(w_i^(1/2)) the covariance is

    v k(X, X) + sigma D^{-2} = D^{-1} K D^{-1},        K = v D k(X, X) D + sigma I = L L^T,

so that no small weight is divided by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mornet.errors import DataError
from mornet.records import Array
from mornet.reduction.gaussian_process.kernel import distances, matern
from mornet.reduction.gaussian_process.settings import GaussianProcessSettings

NOISES = (1e-8, 1e-6, 1e-4, 1e-2, 1.0)  # over the mean square of what is predicted
ROUGH, FINE = 0.1, 1e-5  # tolerances of the logarithm of the length


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The likelihood of values at points with the distances ``R`` (m, m).

    ``root`` (m,) are the roots of the weights, and ``Y`` (k, m) the values times them.
    """

    R: Array
    Y: Array
    root: Array
    settings: GaussianProcessSettings

    @classmethod
    def of(cls, X: Array, Y: Array, root: Array, settings: GaussianProcessSettings) -> Likelihood:
        """Return the likelihood of the values ``Y`` (k, m) at the points ``X`` (r, m)."""
        return cls(distances(X, X), Y * root, root, settings)

    def loss(self, length: float, noise: float) -> float:
        """Return the negative logarithm of the likelihood, up to a constant.

        It is 1/2 ||B||_F^2 + k sum_i log L_ii with Y^T = L B (Rasmussen and Williams, (2.30)),
        and infinite where K is singular.
        """
        try:
            L, B = self._factored(length, noise)
        except np.linalg.LinAlgError:
            return np.inf
        return float(np.sum(B**2) / 2 + len(self.Y) * np.sum(np.log(np.diag(L))))

    def coefficients(self, length: float, noise: float) -> Array:
        """Return v Y K^{-1} D (k, m), the coefficients of the kernels in the mean."""
        from scipy.linalg import solve_triangular

        L, B = self._factored(length, noise)
        A = solve_triangular(L, B, lower=True, trans="T", check_finite=False)
        return np.ascontiguousarray(self.settings.variance * A.T * self.root)

    def _factored(self, length: float, noise: float) -> tuple[Array, Array]:
        """Return L (m, m) and B (m, k)."""
        from scipy.linalg import solve_triangular

        K = self.settings.variance * matern(self.R, length)
        K *= self.root
        K *= self.root[:, None]
        K[np.diag_indices_from(K)] += noise
        L = np.linalg.cholesky(K)
        return L, solve_triangular(L, self.Y.T, lower=True, check_finite=False)


def most_likely(likelihood: Likelihood) -> tuple[float, float]:
    """Return the most likely length and noise; DataError where K is singular at all lengths."""
    noise = likelihood.settings.noise or _most_likely_noise(likelihood)
    found = _over_lengths(likelihood, noise, FINE)
    if not np.isfinite(found.fun):
        raise DataError(
            "the covariance is singular at all lengths: points are too near for the noise "
            f"{noise:.1g}; raise noise"
        )
    return float(np.exp(found.x)), noise


def _most_likely_noise(likelihood: Likelihood) -> float:
    """Return the most likely one of `NOISES`, times the weighted mean square of the values."""
    square = float(np.mean(likelihood.Y**2)) or 1.0
    noises = [noise * square for noise in NOISES]
    return min(noises, key=lambda noise: float(_over_lengths(likelihood, noise, ROUGH).fun))


def _over_lengths(likelihood: Likelihood, noise: float, tolerance: float) -> Any:
    """Return SciPy's result of the search for the logarithm of the length."""
    from scipy.optimize import minimize_scalar

    return minimize_scalar(
        lambda log_length: likelihood.loss(float(np.exp(log_length)), noise),
        bounds=np.log([likelihood.settings.shortest, likelihood.settings.longest]),
        method="bounded",
        options={"xatol": tolerance},
    )
