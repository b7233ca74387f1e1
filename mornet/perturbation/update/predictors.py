"""Predictors: the branch p*(t) is extrapolated from its series at the base point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mornet.checks import require_integer
from mornet.errors import OptionError
from mornet.nn.series import evaluate
from mornet.perturbation.base_point.interface import Base, Solve
from mornet.perturbation.branch.taylor_series import taylor_coefficients
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.update.hessian_substitutes import HessianSubstitute
from mornet.perturbation.update.interface import ParameterCurve
from mornet.perturbation.work import BASE_COUNTS, Counts, series_gradients
from mornet.records import Array
from mornet.settings import Count, Settings

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

    def __post_init__(self) -> None:
        require_integer("degree", self.degree)
        if self.degree < 0:
            raise OptionError(f"degree = {self.degree} must be at least 0")

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
class Pade(Settings):
    """The rational function a(t) / b(t) with one denominator for all entries, deg b = m = ``half``.

    All entries of p*(t) have the same singularities, the zeros of det H(t). One denominator is
    therefore fitted to all entries, and a has the degree 2m (A. Sidi, J. Approx. Theory 77, 1994).
    The series of a / b agrees with p*(t) up to t^{2m} whatever b is, so that error_order is 2m + 1.
    A rational function still approximates p*(t) beyond singularities that end the convergence of
    the Taylor series. Where p* has fewer poles than m, or b vanishes between 0 and 1.2 t, b has a
    lower degree; at degree 0 the function is the Taylor polynomial.
    """

    half: Count = 2

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
    b = next(b for b in denominators(c) if not _vanishes(b, t))
    a = np.array([b[: k + 1] @ c[k::-1][: len(b)] for k in range(len(c))])
    return np.asarray(evaluate(a, t) / np.polyval(b[::-1], t))


def denominators(c: Array) -> Iterator[Array]:
    """Yield the denominators (1, b_1, ..., b_d) for ``c`` (2m+1, P), of degrees d = m, ..., 1, 0.

    They minimise ||sum_j b_j c_{2m-j}||, the coefficient of t^{2m} in b(t) p*(t), which vanishes if
    p* has d poles. If there are fewer entries than poles, the coefficients of t^{2m-1}, ... are
    minimised too. A degree that all of them leave undetermined is more than the number of poles,
    and is left out (P. Gonnet, S. Guettel, L. N. Trefethen, SIAM Review 55, 2013).
    """
    m = (len(c) - 1) // 2
    tau = _unit(c)
    s = c * (tau ** np.arange(len(c)))[:, None]
    for degree in range(m, 0, -1):
        b, rank = _denominator(s, degree)
        if rank == degree:
            yield np.append(1.0, b / tau ** np.arange(1, degree + 1))
    yield np.ones(1)


def _denominator(s: Array, degree: int) -> tuple[Array, int]:
    """Return b_1, ..., b_d for the scaled series ``s``, and the rank of their equations."""
    last = len(s) - 1
    for first in range(last, last - degree, -1):
        rows = range(first, last + 1)
        A = np.vstack([s[k - 1 :: -1][:degree].T for k in rows])
        b, _, rank, _ = np.linalg.lstsq(A, np.concatenate([-s[k] for k in rows]), rcond=1e-10)
        if rank == degree:
            break
    return b, int(rank)


def _unit(c: Array) -> float:
    """Return the unit of t in which the last two coefficients of ``c`` that are not 0 are equal."""
    size = np.linalg.norm(c, axis=1)
    known = np.flatnonzero(size)[-2:]
    if len(known) < 2:
        return 1.0
    i, j = known
    return float((size[i] / size[j]) ** (1 / (j - i)))


def _vanishes(b: Array, t: float) -> bool:
    """Return whether the polynomial ``b`` has a zero, or nearly one, between 0 and 1.2 t."""
    roots = np.roots(b[::-1])
    real = roots[np.abs(roots.imag) < 1e-3 * np.abs(roots)].real
    return bool(np.any((real * t > 0) & (np.abs(real) < 1.2 * abs(t))))


def _solver(base: Base, path: DataPath, substitute: HessianSubstitute | None) -> Solve:
    return base.solve if substitute is None else substitute.solver(path.start, base.p)
