"""Stationary points by Newton's method, to round-off. Perturbation theory starts from them.

A small gradient proves little: if the Hessian has small eigenvalues, the minimum can still be far.
Points are judged by ||H^{-1} g||, which is to first order the distance to the stationary point.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.errors import DivergenceError, OptionError
from mornet.records import Array, array, in_short
from mornet.training.objective import Objective
from mornet.training.symmetries import orbit

TOLERANCE = 1e-9
"""How far, relative to 1 + ||p||, a point may be from the stationary one."""


@dataclass(frozen=True, eq=False)
class BasePoint:
    """J(p + s) = J + g^T s + 1/2 s^T H s + O(||s||^3): J to second order about ``p``.

    H = V diag(eigenvalues) V^T is kept factorised. Every update starts from the base point at a
    minimum. Where a symmetry of J makes H singular, the gauge is fixed: with the orthonormal
    tangents Q of the orbit, ``gauge``, the matrix H + s Q Q^T, s > 0, takes the place of H, and
    `solve` gives the shortest solution without a cut-off. Each column of Q has the eigenvalue s.
    """

    kind: ClassVar[str] = "base_point"
    __repr__ = in_short
    p: Array = array("entry", about="parameters")
    value: float = array(about="J at p")
    gradient: Array = array("entry", about="grad J at p")
    eigenvalues: Array = array("eigenvalue", about="of the Hessian H at p, ascending")
    eigenvectors: Array = array("entry", "eigenvalue", about="V, one per column")
    gauge: Array | None = array("entry", "tangent", about="Q, tangents of symmetry", optional=True)

    @property
    def gradient_norm(self) -> float:
        """||g||, round-off at a stationary point."""
        return float(np.linalg.norm(self.gradient))

    @property
    def singular_below(self) -> float:
        """The size below which an eigenvalue is round-off, P eps max |eigenvalue|."""
        return float(self.p.size * np.finfo(float).eps * np.abs(self.eigenvalues).max())

    @property
    def regular(self) -> bool:
        """Whether H is nonsingular, to round-off."""
        return bool(np.abs(self.eigenvalues).min() > self.singular_below)

    @property
    def definite(self) -> bool:
        """Whether H is positive definite, to round-off."""
        return bool(self.eigenvalues[0] > self.singular_below)

    @cached_property
    def newton_step(self) -> Array:
        """-H^{-1} g (P,), the step to the stationary point of the quadratic model."""
        return -self.solve(self.gradient)

    @property
    def distance(self) -> float:
        """||H^{-1} g||: to first order, how far the stationary point is."""
        return float(np.linalg.norm(self.newton_step))

    def solve(self, b: Array) -> Array:
        """Return H^{-1} b (P,), or the gauge-fixed (H + s Q Q^T)^{-1} (I - Q Q^T) b.

        Raises DivergenceError if the matrix is singular to round-off.
        """
        if not self.regular:
            least = self.eigenvalues[np.abs(self.eigenvalues).argmin()]
            raise DivergenceError(
                f"H is singular to round-off: an eigenvalue {least:.1e} beside "
                f"{np.abs(self.eigenvalues).max():.1e}; add weight decay, or fix the symmetry"
            )
        if self.gauge is not None:
            b = b - self.gauge @ (self.gauge.T @ b)
        return np.asarray(self.eigenvectors @ ((self.eigenvectors.T @ b) / self.eigenvalues))

    def damped_step(self, mu: float) -> Array:
        """Return -V (|eigenvalues| + mu)^{-1} V^T g: always downhill, away from saddles."""
        coefficients = (self.eigenvectors.T @ self.gradient) / (np.abs(self.eigenvalues) + mu)
        return np.asarray(-self.eigenvectors @ coefficients)


def quadratic_model(objective: Objective, p: Array) -> BasePoint:
    """Return the quadratic model of J about ``p``, which need not be stationary.

    It takes one gradient, one Hessian and one factorisation.

    Raises DivergenceError where J or H is not finite.
    """
    J, g, H = objective.value(p), objective.gradient(p), objective.hessian(p)
    if not (np.isfinite(J) and np.isfinite(H).all()):
        raise DivergenceError(f"J = {J} or its Hessian is not finite at ||p|| = {_norm(p):.3e}")
    Q = orbit(objective, p)
    if Q.shape[1]:
        H = H + np.linalg.norm(H) / np.sqrt(p.size) * (Q @ Q.T)  # s: the rms eigenvalue
    eigenvalues, V = np.linalg.eigh((H + H.T) / 2)  # the asymmetry is round-off
    return BasePoint(p, J, g, eigenvalues, V, Q if Q.shape[1] else None)


def newton_refine(objective: Objective, p: Array, *, patience: int = 1) -> BasePoint:
    """Return the last point of p <- p - H^{-1} g that halved the least ||H^{-1} g|| so far.

    The iteration stops after ``patience`` steps that did not halve it. Near a stationary point one
    such step is enough, and the result has the attainable accuracy. Near a curved valley
    ||H^{-1} g|| may increase in one step and decrease much in the next. Far from a stationary point
    the result has a large ``distance`` or a singular H, which the caller must check.
    """
    best = point = quadratic_model(objective, p)
    waited = 0
    while point.regular and waited < patience:
        point = quadratic_model(objective, point.p + point.newton_step)
        if point.regular and point.distance < best.distance / 2:
            best, waited = point, 0
        else:
            waited += 1
    return best


def find_minimum(
    objective: Objective, p: Array, *, steps: int = 200, tolerance: float = TOLERANCE
) -> BasePoint:
    """Return an isolated minimum of J, from the start ``p`` (which stays as it is).

    At most ``steps`` Newton steps with |H| + mu I in place of H (|.| of the eigenvalues, mu chosen
    as by Levenberg and Marquardt) are followed by pure Newton steps to round-off. The result has
    ||H^{-1} g|| <= ``tolerance`` (1 + ||p||) and a positive definite H.

    Raises DivergenceError, with the numbers, for a saddle, a singular H, or no convergence, and
    OptionError for a network without parameters.
    """
    if not p.size:
        raise OptionError("a network without parameters has no minimum to find")
    point = newton_refine(objective, _descend(objective, p, steps).p, patience=2)
    low, high = point.eigenvalues[[0, -1]]
    found = (
        f"J = {point.value:.6g}, ||g|| = {point.gradient_norm:.1e}, ||p|| = {_norm(point.p):.3g}"
    )
    if not point.regular:
        raise DivergenceError(
            f"no isolated minimum at {found}: H is singular to round-off, its eigenvalues run "
            f"from {low:.1e} to {high:.1e}; add weight decay"
        )
    if not point.distance <= tolerance * (1 + _norm(point.p)):
        raise DivergenceError(
            f"not stationary after {steps} damped Newton steps: {found}, but "
            f"||H^-1 g|| = {point.distance:.1e}; take more steps or another start"
            f"{kinks(objective)}"
        )
    if low < 0:
        raise DivergenceError(
            f"a saddle, not a minimum, at {found}: H has the negative eigenvalue {low:.3e}; "
            "take another start"
        )
    return point


def kinks(objective: Objective) -> str:
    """Return what a minimum without a zero gradient may come from; no words if J is smooth."""
    if not (found := " and ".join(objective.net.kinks)):
        return ""
    return (
        f". J is smooth in pieces only, because of {found}: where they meet, a minimum has no zero "
        "gradient; a smooth activation or average pooling has no such minima"
    )


class Minima(NamedTuple):
    """The distinct minima of a multi-start by ascending J, and how many starts led to each."""

    points: tuple[BasePoint, ...]
    hits: tuple[int, ...]
    failed: int

    @property
    def values(self) -> Array:
        """J of each distinct minimum, ascending."""
        return np.array([point.value for point in self.points])


def multi_start(
    objective: Objective, starts: Iterable[Array], *, steps: int = 200, distinct: float = 1e-9
) -> Minima:
    """Return the distinct minima reached from ``starts``, the lowest first.

    Permuted units give the same function at another p. So two minima count as equal if their J
    differ by at most ``distinct``, relatively; the first found stays. Starts that lead to no
    isolated minimum are counted as ``failed``. Raises DivergenceError if all of them fail,
    OptionError if there are none.
    """
    found: list[BasePoint] = []
    failures: list[DivergenceError] = []
    for p in starts:
        try:
            found.append(find_minimum(objective, p, steps=steps))
        except DivergenceError as failure:
            failures.append(failure)
    if not found:
        if not failures:
            raise OptionError("multi_start needs at least one start")
        raise DivergenceError(f"none of {len(failures)} starts found a minimum: {failures[-1]}")
    groups: list[list[BasePoint]] = []
    for point in found:
        for group in groups:
            if abs(point.value - group[0].value) <= distinct * abs(point.value):
                group.append(point)
                break
        else:
            groups.append([point])
    groups.sort(key=lambda group: group[0].value)
    firsts = tuple(group[0] for group in groups)
    return Minima(firsts, tuple(len(group) for group in groups), len(failures))


def _descend(objective: Objective, p: Array, steps: int, near: float = 1e-4) -> BasePoint:
    """Return a point at a distance below ``near`` (1 + ||p||), or where damped Newton stopped.

    mu is divided by 4 after every step that lowers J, and multiplied by 4 after every other step.
    At the distance ``near`` a decrease of J is still above round-off. At the minimum it is not.
    """
    point = quadratic_model(objective, p)
    mu = 1e-2 * np.abs(point.eigenvalues).max()
    most = 1e15 * mu
    for _ in range(steps):
        if point.definite and point.distance <= near * (1 + _norm(point.p)):
            break
        q = point.p + point.damped_step(mu)
        while not objective.value(q) < point.value and mu < most:
            mu *= 4
            q = point.p + point.damped_step(mu)
        if mu >= most:  # no descent left: stationary, or round-off
            break
        point = quadratic_model(objective, q)
        mu /= 4
    return point


def _norm(v: Array) -> float:
    return float(np.linalg.norm(v))
