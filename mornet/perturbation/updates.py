"""Updates: trained parameters p* moved to new data without training again.

Each is a frozen value that prepares, for a base point and a data path, the curve t -> q(t), an
approximation of the branch p*(t) of stationary points. Its ``order`` k promises
q(t) - p*(t) = O(t^k), in the parameters and in the outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

from mornet.perturbation.paths import DataPath
from mornet.records import Array
from mornet.training import BasePoint, expand

Curve = Callable[[float], Array]


class Counts(NamedTuple):
    """What one update costs beyond the base point, whose H is there factorised."""

    gradients: int = 0
    hessians: int = 0
    solves: int = 0


class Update(Protocol):
    """One method."""

    @property
    def name(self) -> str:
        """What the method is called in results and figures."""
        ...

    @property
    def order(self) -> int:
        """The order k of the error O(t^k)."""
        ...

    @property
    def counts(self) -> Counts:
        """What an update for one t costs."""
        ...

    def along(self, base: BasePoint, path: DataPath) -> Curve:
        """Return t -> q(t) from the minimum ``base`` of ``path.start``.

        Raises DivergenceError, here or at some t, for a Hessian that is singular to round-off.
        """
        ...


@dataclass(frozen=True)
class NoUpdate:
    """q(t) = p*."""

    name: ClassVar[str] = "no update"
    order: ClassVar[int] = 1
    counts: ClassVar[Counts] = Counts()

    def along(self, base: BasePoint, path: DataPath) -> Curve:
        return lambda t: base.p


@dataclass(frozen=True)
class FirstOrder:
    """q(t) = p* + t p',  p' = -H^{-1} g_t: the implicit function theorem on grad J(p*(t), t) = 0.

    Statistics knows it as the influence function, or the infinitesimal jackknife.
    """

    name: ClassVar[str] = "first order"
    order: ClassVar[int] = 2
    counts: ClassVar[Counts] = Counts(gradients=1, solves=1)

    def along(self, base: BasePoint, path: DataPath) -> Curve:
        velocity = tangent(base, path)
        return lambda t: base.p + t * velocity


@dataclass(frozen=True)
class NewtonStep:
    """q(t) = p* - H(p*, t)^{-1} g(p*, t): one Newton step on the new data."""

    name: ClassVar[str] = "Newton step"
    order: ClassVar[int] = 2
    counts: ClassVar[Counts] = Counts(gradients=1, hessians=1, solves=1)

    def along(self, base: BasePoint, path: DataPath) -> Curve:
        return lambda t: base.p + expand(path.objective(t), base.p).newton_step


def tangent(point: BasePoint, path: DataPath, t: float = 0.0) -> Array:
    """Return p' = -H^{-1} g_t (P,), the velocity of the branch at its ``point`` for ``t``.

    From d/dt grad J(p*(t), t) = H p' + g_t = 0. Raises DivergenceError if H is singular.
    """
    return -point.solve(path.gradient_rate(point.p, t))


UPDATES: tuple[Update, ...] = (NoUpdate(), FirstOrder(), NewtonStep())
