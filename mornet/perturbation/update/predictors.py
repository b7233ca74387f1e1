"""Predictors: the branch p*(t) is extrapolated from its series at the base point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.nn.series import evaluate
from mornet.perturbation.base_point.interface import Base, Solve
from mornet.perturbation.branch.taylor_series import taylor_coefficients
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.update.hessian_substitutes import HessianSubstitute
from mornet.perturbation.update.interface import ParameterCurve
from mornet.perturbation.work import BASE_COUNTS, Counts, series_gradients
from mornet.records import Array

ORDINALS = ("no", "first", "second", "third", "fourth", "fifth", "sixth")


@dataclass(frozen=True)
class Taylor:
    """The update of order K = ``degree``: q(t) = p* + t p_1 + ... + t^K p_K.

    The error is O(t^{K+1}), so that error_order is K + 1. Statistics knows K = 1 as the influence
    function, or the infinitesimal jackknife. With a ``substitute`` for H, error_order is 1 for
    every K.
    """

    degree: int
    substitute: HessianSubstitute | None = None

    @property
    def name(self) -> str:
        known = self.degree < len(ORDINALS)
        plain = f"{ORDINALS[self.degree] if known else f'{self.degree}th'} order"
        return plain if self.substitute is None else f"{self.substitute.name} {plain}"

    @property
    def error_order(self) -> int:
        return self.degree + 1 if self.substitute is None else 1

    @property
    def counts(self) -> Counts:
        return Counts(gradients=series_gradients(self.degree), solves=self.degree)

    @property
    def setup(self) -> Counts:
        return BASE_COUNTS if self.substitute is None else self.substitute.counts

    def along(self, base: Base, path: DataPath) -> ParameterCurve:
        series = taylor_coefficients(
            base.p, _solver(base, path, self.substitute), path, self.degree
        )
        return lambda t: evaluate(series, t)


@dataclass(frozen=True)
class Pade:
    """The Pade approximant q(t) = a(t) / b(t) of every entry, deg a = deg b = m = ``half``.

    Its series agrees with p*(t) up to t^{2m}, so that error_order is 2m + 1. A rational function
    still approximates p*(t) beyond singularities that end the convergence of the Taylor series
    (G. A. Baker and P. Graves-Morris, Pade Approximants, 1996). The Taylor polynomial replaces it
    in entries whose 2m + 1 coefficients determine no denominator, and in entries whose denominator
    vanishes between 0 and 1.2 t. The approximant is good near the radius of convergence. At small t
    the error falls more slowly than O(t^{2m+1}) in entries where a and b have a factor nearly in
    common.
    """

    half: int = 2

    @property
    def name(self) -> str:
        return f"Pade [{self.half}/{self.half}]"

    @property
    def error_order(self) -> int:
        return 2 * self.half + 1

    @property
    def counts(self) -> Counts:
        return Counts(gradients=series_gradients(2 * self.half), solves=2 * self.half)

    @property
    def setup(self) -> Counts:
        return BASE_COUNTS

    def along(self, base: Base, path: DataPath) -> ParameterCurve:
        series = taylor_coefficients(base.p, base.solve, path, 2 * self.half)
        return lambda t: evaluate_pade(series, t)


def evaluate_pade(c: Array, t: float) -> Array:
    """Return the [m/m] approximant (P,) at ``t`` of the series ``c`` (2m+1, P), entry by entry.

    With b_0 = 1 the denominator solves sum_{j=0}^{m} b_j c_{k-j} = 0 for k = m+1, ..., 2m. The
    numerator is a_k = sum_j b_j c_{k-j}.
    """
    m = (len(c) - 1) // 2
    scaled = c * (t ** np.arange(len(c)))[:, None]  # a series in s, to be evaluated at s = 1
    value = evaluate(scaled, 1.0)
    for i in range(c.shape[1]):
        s = scaled[:, i]
        A = np.array([[s[k - j] for j in range(1, m + 1)] for k in range(m + 1, 2 * m + 1)])
        if np.linalg.cond(A) > 1e12:
            continue
        b = np.append(1.0, np.linalg.solve(A, -s[m + 1 :]))
        if _vanishes(b):
            continue
        a = [np.dot(b[: k + 1], s[k::-1]) for k in range(m + 1)]
        value[i] = np.sum(a) / np.sum(b)
    return np.asarray(value)


def _vanishes(b: Array) -> bool:
    """Return whether the polynomial b_0 + b_1 s + ... has a root on 0 < s < 1.2."""
    roots = np.roots(b[::-1])
    real = roots[np.abs(roots.imag) < 1e-3 * np.abs(roots)].real
    return bool(np.any((real > 0) & (real < 1.2)))


def _solver(base: Base, path: DataPath, substitute: HessianSubstitute | None) -> Solve:
    return base.solve if substitute is None else substitute.solver(path.start, base.p)
