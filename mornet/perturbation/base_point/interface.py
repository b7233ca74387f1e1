"""The base point: the stationary point p* from which every update starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from mornet.errors import DataError
from mornet.perturbation.data.paths import DataPath
from mornet.records import Array

Solve = Callable[[Array], Array]
"""b -> H^{-1} b."""


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
