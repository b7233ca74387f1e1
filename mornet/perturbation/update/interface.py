"""Updates: trained parameters p* moved to new data without training again.

Each is a frozen value that prepares, for a base point and a data path, the curve t -> q(t), an
approximation of the branch p*(t) of stationary points. Its ``order`` k promises
q(t) - p*(t) = O(t^k), in the parameters and in the outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from mornet.errors import DataError
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.work import Counts
from mornet.records import Array

Curve = Callable[[float], Array]


class Base(Protocol):
    """A stationary point, from which updates start: dense (`BasePoint`) or matrix-free."""

    @property
    def p(self) -> Array:
        """The parameters (P,)."""
        ...

    @property
    def gradient(self) -> Array:
        """Grad J at p, round-off."""
        ...

    def solve(self, b: Array) -> Array:
        """Return H^{-1} b, the shortest solution where a symmetry makes H singular."""
        ...


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

    @property
    def setup(self) -> Counts:
        """What has to be there once, for the base, before the first update."""
        ...

    def along(self, base: Base, path: DataPath) -> Curve:
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
    setup: ClassVar[Counts] = Counts()

    def along(self, base: Base, path: DataPath) -> Curve:
        return lambda t: base.p


def tangent(point: Base, path: DataPath, t: float = 0.0) -> Array:
    """Return p' = -H^{-1} g_t (P,), the velocity of the branch at its ``point`` for ``t``.

    From d/dt grad J(p*(t), t) = H p' + g_t = 0. Raises DivergenceError if H is singular.
    """
    return -point.solve(path.gradient_rate(point.p, t))


def require_stationary(base: Base, path: DataPath, t: float) -> None:
    """Raise DataError unless the base is nearer to its minimum than 1 % of the update at ``t``.

    The distance ||H^{-1} g|| is what counts: along soft directions a gradient of 1e-8 can still
    spoil every update.
    """
    distance = float(np.linalg.norm(base.solve(base.gradient)))
    update = t * float(np.linalg.norm(tangent(base, path)))
    if distance > 0.01 * update:
        raise DataError(
            f"the base is ||H^-1 g|| = {distance:.1e} from its minimum, too far for "
            f"t = {t:g}, which moves it by {update:.1e}: take larger t"
        )
