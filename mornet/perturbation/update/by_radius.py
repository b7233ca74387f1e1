"""One update for all sizes of a change: the radius of convergence, known beforehand, chooses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mornet.errors import DataError
from mornet.nn.series import evaluate
from mornet.perturbation.base_point.interface import Base
from mornet.perturbation.branch.radius import TERMS, domb_sykes
from mornet.perturbation.branch.taylor_series import taylor_coefficients
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.update.interface import ParameterCurve
from mornet.perturbation.update.predictors import evaluate_pade
from mornet.perturbation.work import BASE_COUNTS, Counts, series_gradients
from mornet.records import Array
from mornet.settings import Count, Settings
from mornet.training import Objective
from mornet.training.newton import find_minimum

Means = Literal["series", "Pade", "Newton"]
FAR, NEAR = 2.0, 1.2
"""R / t above which the series suffices, and above which the Pade approximant does."""


@dataclass(frozen=True)
class ByRadius(Settings):
    """The series of degree K = ``degree``, its Pade approximant, or Newton's method.

    The series is taken if t < R / 2, with its radius R. The Pade approximant of the series of
    degree K (K + 1 if K is odd) is taken if R > 1.2 t. Otherwise Newton's method finds a minimum of
    J(.; D(t)). It starts at the Pade approximant or at a Gauss-Newton step, whichever has the
    smaller gradient. Where a sample leaves, the Gauss-Newton step is the prediction by leverages.
    Beyond a fold the branch does not exist, and the minimum belongs to another branch. Large
    changes therefore have small errors too: not only the median of the errors over many changes
    falls with K, but also their sum.
    """

    degree: Count = 4

    @property
    def name(self) -> str:
        return f"by radius, order {self.degree}"

    @property
    def error_order(self) -> int:
        return self.degree + 1

    @property
    def counts(self) -> Counts:
        """The work of the series that gives the radius; Newton's method adds its own work."""
        degree = max(TERMS, self.degree)
        return Counts(gradients=series_gradients(degree), solves=degree)

    @property
    def setup(self) -> Counts:
        return BASE_COUNTS

    def along(self, base: Base, path: DataPath) -> ParameterCurve:
        series = taylor_coefficients(base.p, base.solve, path, max(TERMS, self.degree))
        radius = reliable_radius(series)
        half = max((self.degree + 1) // 2, 1)

        def at(t: float) -> Array:
            means = means_for(radius, t)
            if means == "series":
                return evaluate(series[: self.degree + 1], t)
            approximant = evaluate_pade(series[: 2 * half + 1], t)
            if means == "Pade":
                return approximant
            return minimum_from_better_start(path.objective(t), base.p, approximant)

        return at


def means_for(radius: float, t: float) -> Means:
    """Return the means by which `ByRadius` updates at ``t``, for a series of this ``radius``."""
    if radius > FAR * t:
        return "series"
    return "Pade" if radius > NEAR * t else "Newton"


def reliable_radius(series: Array) -> float:
    """Return the radius of convergence of ``series`` (K+1, P), or less where it is uncertain.

    If the uncertainty of R is below R / 10, the result is their difference. Otherwise the root test
    on the second half of the coefficients gives the result. It is infinity for a polynomial.
    """
    try:
        found = domb_sykes(series)
        if found.uncertainty < found.radius / 10:
            return found.radius - found.uncertainty
    except DataError:  # some coefficients vanish
        pass
    size = np.linalg.norm(series, axis=1)
    known = np.flatnonzero(size)
    gaps = np.diff(known, prepend=-1, append=len(size))
    if len(known) < 2 or gaps[-1] > gaps[:-1].max():
        return float("inf")
    first = known[known <= max(len(size) // 2, known[0])][-1]
    last = known[known > first][-3:]  # three of them: coefficients may oscillate
    return float(np.min((size[first] / size[last]) ** (1 / (last - first))))


def minimum_from_better_start(objective: Objective, p: Array, q: Array) -> Array:
    """Return the minimum of ``objective`` that Newton's method finds from the better of two starts.

    The starts are ``q`` and the Gauss-Newton step from ``p``. Raises DivergenceError as
    `find_minimum` does.
    """
    J = objective.jacobian(p)
    starts = (q, p - np.linalg.lstsq(J, objective.residual(p), rcond=None)[0])
    slopes = [float(np.linalg.norm(objective.gradient(start))) for start in starts]
    return find_minimum(objective, starts[int(np.argmin(slopes))]).p
