"""The validity radius of updates: the radius of convergence of the branch's series about t = 0.

The radius is computed at t = 0, without continuation. If the singularity nearest to 0 is
(1 - t/R)^alpha, the coefficients have the ratios

    r_k = ||p_{k+1}|| / ||p_k|| = (1/R) (1 - (1 + alpha) / (k + 1)) + ...

These lie on a straight line over 1/(k+1), whose intercept is 1/R (C. Domb and M. F. Sykes, Proc. R.
Soc. A 240, 1957). At a fold two branches meet; near t = R they differ by a square root, so that
alpha = 1/2. Beyond a fold the minimum does not exist. Complex singularities bend the line, or make
it oscillate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.errors import DataError
from mornet.perturbation.base_point.interface import Base
from mornet.perturbation.branch.taylor_series import taylor_coefficients
from mornet.perturbation.data.paths import DataPath
from mornet.records import Array

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
    """The largest deviation of a ratio from the straight line, relative to the mean ratio."""
    uncertainty: float
    """Twice the largest change of R by another fit: a parabola, or a line through the last half."""

    @property
    def straight(self) -> bool:
        """Whether the ratios lie on a straight line, like those of a single real singularity."""
        return self.misfit < STRAIGHT_MISFIT

    def describe(self, what: str, t: float = 1.0) -> str:
        """Return a sentence that says whether the series for ``what`` converges at ``t``."""
        if self.radius - self.uncertainty > t:
            return f"{what}: the series converges at t = {t:g}, below its radius {self.radius:.3g}"
        cause = (
            f"a real singularity of exponent {self.exponent:.2f} (a fold has 0.5)"
            if self.straight
            else "a complex singularity: the branch itself may go on"
        )
        if self.radius + self.uncertainty > t:
            return (
                f"{what}: whether the series converges at t = {t:g} is open, its radius "
                f"{self.radius:.3g} +- {self.uncertainty:.1g} is that of {cause}. "
                "Compute the branch by continuation"
            )
        return (
            f"{what} is out of reach of perturbation: the series ends at t = "
            f"{self.radius:.4g} < {t:g}, at {cause}"
        )


def domb_sykes(series: Array, first: int = 12) -> Radius:
    """Return the radius from the coefficients ``series`` (K+1, P), by the line of Domb and Sykes.

    The line is fitted to the ratios r_k with k >= ``first``. Raises DataError if there are fewer
    than four ratios, or a coefficient vanishes.
    """
    size = np.linalg.norm(series, axis=1)
    k = np.arange(first, len(size) - 1)
    if len(k) < 4 or not np.all(size[first:] > 0):
        raise DataError(
            f"{len(series)} coefficients leave {len(k)} ratios from k = {first} on; at least 4 "
            "that do not vanish are needed: take more coefficients"
        )
    ratio = size[first + 1 :] / size[first:-1]
    A = np.column_stack([np.ones(len(k)), 1 / (k + 1)])
    intercept, slope = line = np.linalg.lstsq(A, ratio, rcond=None)[0]
    misfit = float(np.max(np.abs(A @ line - ratio)) / np.mean(ratio))
    if intercept <= 0:  # the ratios lie on no such line: the root test, without an exponent
        root = float(size[-1] ** (-1 / (len(size) - 1)))
        return Radius(root, float("nan"), max(misfit, 1.0), float("inf"))
    half = len(k) // 2
    others = (
        np.linalg.lstsq(np.column_stack([A, A[:, 1] ** 2]), ratio, rcond=None)[0][0],
        np.linalg.lstsq(A[half:], ratio[half:], rcond=None)[0][0],
    )
    changes = [abs(1 / c - 1 / intercept) if c > 0 else np.inf for c in others]
    exponent = float(-slope / intercept - 1)
    return Radius(float(1 / intercept), exponent, misfit, 2 * float(max(changes)))


def validity_radius(base: Base, path: DataPath, terms: int = TERMS) -> Radius:
    """Return the radius of convergence of the branch from ``base``.

    It is computed from the series of degree ``terms``. Raises DataError if a coefficient vanishes,
    DivergenceError if H is singular.
    """
    return domb_sykes(taylor_coefficients(base.p, base.solve, path, terms))
