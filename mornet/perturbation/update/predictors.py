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
    """The rational function a(t) / b(t) with one denominator for all entries, deg b = m = ``half``.

    All entries of p*(t) have the same singularities, the zeros of det H(t). One denominator is
    therefore fitted to all entries, and a has the degree 2m (A. Sidi, J. Approx. Theory 77, 1994).
    The series of a / b agrees with p*(t) up to t^{2m} whatever b is, so that error_order is 2m + 1.
    A rational function still approximates p*(t) beyond singularities that end the convergence of
    the Taylor series. The Taylor polynomial replaces it where b vanishes between 0 and 1.2 t.
    """

    half: int = 2

    @property
    def name(self) -> str:
        return f"Pade [{2 * self.half}/{self.half}]"

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
    """Return a(t) / b(t) (P,) of `Pade` for the series ``c`` (2m+1, P)."""
    b = common_denominator(c)
    roots = np.roots(b[::-1])
    real = roots[np.abs(roots.imag) < 1e-3 * np.abs(roots)].real
    if np.any((real > 0) & (real < 1.2 * t)):
        return evaluate(c, t)
    a = np.array([b[: k + 1] @ c[k::-1][: len(b)] for k in range(len(c))])
    return np.asarray(evaluate(a, t) / np.polyval(b[::-1], t))


def common_denominator(c: Array) -> Array:
    """Return the coefficients b_0 = 1, b_1, ..., b_m of the denominator for ``c`` (2m+1, P).

    They minimise ||sum_j b_j c_{2m-j}||, the coefficient of t^{2m} in b(t) p*(t), which vanishes if
    p* has m poles. If there are fewer entries than poles, the coefficients of t^{2m-1}, ... are
    minimised too. The series is scaled by its last ratio, so that the unit of t does not matter.
    """
    m = (len(c) - 1) // 2
    size = np.linalg.norm(c[-2:], axis=1)
    tau = size[0] / size[1] if size.all() else 1.0
    s = c * (tau ** np.arange(len(c)))[:, None]
    for first in range(2 * m, m, -1):
        rows = range(first, 2 * m + 1)
        A = np.vstack([s[k - 1 :: -1][:m].T for k in rows])
        b, _, rank, _ = np.linalg.lstsq(A, np.concatenate([-s[k] for k in rows]), rcond=1e-10)
        if rank == m:
            break
    b = b / tau ** np.arange(1, m + 1)
    return np.append(1.0, b)


def _solver(base: Base, path: DataPath, substitute: HessianSubstitute | None) -> Solve:
    return base.solve if substitute is None else substitute.solver(path.start, base.p)
