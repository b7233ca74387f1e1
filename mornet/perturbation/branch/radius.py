"""How far the series of the branch can be trusted: its radius of convergence, from t = 0 alone.

A singularity (1 - t/R)^alpha nearest to 0 leaves coefficients with the ratio

    r_k = ||p_{k+1}|| / ||p_k|| = (1/R) (1 - (1 + alpha) / (k + 1)) + ...

a straight line over 1/(k+1), whose intercept is 1/R (C. Domb and M. F. Sykes, Proc. R. Soc. A 240,
1957). At a fold two branches meet, as t -> R they differ by a square root: alpha = 1/2. Beyond it
there is no minimum to update to. Complex singularities bend the line, or make it oscillate.
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
STRAIGHT_MISFIT = 0.02


class Radius(NamedTuple):
    """The radius R of convergence and what the nearest singularity looks like."""

    radius: float
    exponent: float
    """alpha; 1/2 at a fold."""
    misfit: float
    """Largest relative deviation of the ratios from the straight line."""

    @property
    def straight(self) -> bool:
        """Whether the ratios lie on a line, as those of one real singularity do."""
        return self.misfit < STRAIGHT_MISFIT

    def describe(self, what: str, t: float = 1.0) -> str:
        """Return in words whether the series reaches ``t``; ``what`` is done there."""
        if self.radius > t:
            return f"{what}: the series converges, its radius {self.radius:.3g} is beyond t = {t:g}"
        cause = (
            f"a real singularity of exponent {self.exponent:.2f} (a fold has 0.5)"
            if self.straight
            else "a complex singularity: the branch itself may go on"
        )
        return (
            f"{what} is out of reach of perturbation: the series ends at t = "
            f"{self.radius:.4g} < {t:g}, at {cause}"
        )


def domb_sykes(series: Array, first: int = 12) -> Radius:
    """Return the Domb-Sykes fit to the coefficients ``series`` (K+1, P), ratios k >= ``first``.

    Raises DataError for fewer than four ratios or coefficients that vanish.
    """
    size = np.linalg.norm(series, axis=1)
    k = np.arange(first, len(size) - 1)
    if len(k) < 4 or not np.all(size[first:] > 0):
        raise DataError(
            f"{len(series)} coefficients leave {len(k)} ratios from k = {first} on; 4 that do not "
            "vanish are the least"
        )
    ratio = size[first + 1 :] / size[first:-1]
    A = np.column_stack([np.ones(len(k)), 1 / (k + 1)])
    (intercept, slope), *_ = np.linalg.lstsq(A, ratio, rcond=None)
    misfit = float(np.max(np.abs(A @ [intercept, slope] - ratio)) / np.mean(ratio))
    if intercept <= 0:  # no line at all: the root test, without an exponent
        return Radius(float(size[-1] ** (-1 / (len(size) - 1))), float("nan"), max(misfit, 1.0))
    return Radius(float(1 / intercept), float(-slope / intercept - 1), misfit)


def validity_radius(base: Base, path: DataPath, terms: int = TERMS) -> Radius:
    """Return the radius of convergence of the branch from ``base``, by ``terms`` coefficients."""
    return domb_sykes(taylor_coefficients(base.p, base.solve, path, terms))
