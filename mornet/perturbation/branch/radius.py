"""The validity radius of updates: the radius of convergence of the branch's series about t = 0.

The radius is computed at t = 0, without continuation. If the singularity nearest to 0 is
(1 - t/R)^alpha, the coefficients have the ratios

    r_k = ||p_{k+1}|| / ||p_k|| = (1/R) (1 - (1 + alpha) / (k + 1)) + ...

These lie on a straight line over 1/(k+1), whose intercept is 1/R (C. Domb and M. F. Sykes, Proc. R.
Soc. A 240, 1957). At a fold two branches meet; near t = R they differ by a square root, so that
alpha = 1/2. Beyond a fold the minimum does not exist. Coefficients whose signs alternate have the
singularity at t = -R; the series has the same radius, but the branch for t > 0 does not end there.

A pair of complex singularities R exp(+-i theta) bends the line, or makes it oscillate. Then the
coefficients nearly satisfy the recurrence p_{k+1} = a_k p_k - b_k p_{k-1}, whose b_k tends to 1/R^2
and a_k to 2 cos(theta) / R. The square roots of b_k take the place of the ratios (G. N. Mercer and
A. J. Roberts, SIAM J. Appl. Math. 50, 1990).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.errors import DataError
from mornet.perturbation.base_point.interface import Base
from mornet.perturbation.branch.taylor_series import taylor_coefficients
from mornet.perturbation.data.paths import DataPath
from mornet.records import Array, Indices

TERMS = 24
"""The degree of the series that the radius is computed from."""

STRAIGHT_MISFIT = 0.02
"""Ratios with a smaller misfit are taken to lie on a straight line."""


class Radius(NamedTuple):
    """The radius of convergence R, and the exponent of the nearest singularity."""

    radius: float
    """R."""
    exponent: float
    """The exponent alpha, 1/2 at a fold."""
    misfit: float
    """The largest deviation of a ratio from the straight line, relative to the mean ratio.

    It is `STRAIGHT_MISFIT` at least if the radius is that of a pair of complex singularities.
    """
    uncertainty: float
    """Twice the largest change of R by another fit: a parabola, or a line through the last half.

    It is infinity where no line fits.
    """
    ahead: bool = True
    """Whether a single real singularity lies at t = R, where the branch ends, and not at t = -R."""

    @property
    def straight(self) -> bool:
        """Whether the ratios lie on a straight line, like those of a single real singularity."""
        return self.misfit < STRAIGHT_MISFIT

    def describe(self, what: str, t: float = 1.0) -> str:
        """Return a sentence that says whether the series for ``what`` converges at ``t``."""
        if self.radius - self.uncertainty > t:
            return f"{what}: the series converges at t = {t:g}, below its radius {self.radius:.3g}"
        cause = self._singularity
        if self.radius + self.uncertainty > t:
            return (
                f"{what}: whether the series converges at t = {t:g} is open, {self._estimate} is "
                f"that of {cause}. Compute the branch by continuation"
            )
        return (
            f"{what} is out of reach of perturbation: the series ends at t = "
            f"{self.radius:.4g} < {t:g}, because of {cause}"
        )

    @property
    def _singularity(self) -> str:
        if not self.straight:
            return "a complex singularity: the branch itself may go on"
        if not self.ahead:
            return f"a singularity at t = {-self.radius:.4g}: the branch itself may go on"
        return f"a real singularity of exponent {self.exponent:.2f} (a fold has 0.5)"

    @property
    def _estimate(self) -> str:
        if self.uncertainty < self.radius:
            return f"its radius {self.radius:.3g} +- {self.uncertainty:.1g}"
        return f"its radius, of which {self.radius:.3g} is a rough estimate,"


def domb_sykes(series: Array, first: int = 12) -> Radius:
    """Return the radius from the coefficients ``series`` (K+1, P), by the line of Domb and Sykes.

    The line is fitted to the ratios r_k with k >= ``first``. If the numbers of Mercer and Roberts
    lie on a line and give a radius that is less uncertain, theirs is returned. If the line has no
    positive intercept, the root test gives a rough radius. Raises DataError if there are fewer than
    four ratios, or a coefficient vanishes.
    """
    size = np.linalg.norm(series, axis=1)
    k = np.arange(first, len(size) - 1)
    if len(k) < 4 or not np.all(size[first:] > 0):
        raise DataError(
            f"{len(series)} coefficients leave {len(k)} ratios from k = {first} on; at least 4 "
            "that do not vanish are needed: take more coefficients"
        )
    real = _extrapolated(k, size[first + 1 :] / size[first:-1])
    pair = _extrapolated(k, np.array([_mercer_roberts(series, i) for i in k.tolist()]))
    if pair.straight and pair.uncertainty < real.uncertainty:
        return pair._replace(misfit=max(real.misfit, STRAIGHT_MISFIT))
    if real.radius > 0:
        last, before = series[-1] / size[-1], series[-2] / size[-2]  # their product may vanish
        return real._replace(ahead=bool(last @ before > 0))
    root = float(size[-1] ** (-1 / (len(size) - 1)))  # without a line: the root test
    return Radius(root, float("nan"), max(real.misfit, 1.0), float("inf"))


def _extrapolated(k: Indices, ratio: Array) -> Radius:
    """Return the radius whose inverse the ``ratio`` of each ``k`` tends to, by a line in 1/(k+1).

    The radius is negative if the limit is. Ratios that are not numbers have an infinite misfit.
    """
    if not np.all(np.isfinite(ratio)):
        return Radius(-np.inf, np.nan, np.inf, np.inf)
    A = np.column_stack([np.ones(len(k)), 1 / (k + 1)])
    intercept, slope = line = np.linalg.lstsq(A, ratio, rcond=None)[0]
    misfit = float(np.max(np.abs(A @ line - ratio)) / np.mean(ratio))
    half = len(k) // 2
    others = (
        np.linalg.lstsq(np.column_stack([A, A[:, 1] ** 2]), ratio, rcond=None)[0][0],
        np.linalg.lstsq(A[half:], ratio[half:], rcond=None)[0][0],
    )
    changes = [abs(1 / c - 1 / intercept) if c > 0 else np.inf for c in others]
    exponent = float(-slope / intercept - 1)
    return Radius(float(1 / intercept), exponent, misfit, 2 * float(max(changes)))


def _mercer_roberts(series: Array, k: int) -> float:
    """Return sqrt(b) of p_{k+1} = a p_k - b p_{k-1}, which a and b satisfy in least squares.

    Returns NaN if the recurrence has real roots, or if one number cannot give both a and b.
    """
    size = np.linalg.norm(series[k])
    past, new = series[k - 1 : k + 1].T / size, series[k + 1] / size
    b, a = np.linalg.lstsq(past, new, rcond=None)[0] * (-1, 1)
    return float(np.sqrt(b)) if len(new) > 1 and a**2 < 4 * b else float("nan")


def validity_radius(base: Base, path: DataPath, terms: int = TERMS) -> Radius:
    """Return the radius of convergence of the branch from ``base``.

    It is computed from the series of degree ``terms``. Raises DataError if a coefficient vanishes,
    DivergenceError if H is singular.
    """
    return domb_sykes(taylor_coefficients(base.p, base.solve, path, terms))
