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
    """A stationary point p* of J, with a solver for its Hessian.

    `BasePoint` has the factors of H. `MatrixFreePoint` needs products of H with vectors only.
    """

    @property
    def p(self) -> Array:
        """The parameters (P,)."""
        ...

    @property
    def gradient(self) -> Array:
        """Grad J at p (P,), of the size of round-off."""
        ...

    def solve(self, b: Array) -> Array:
        """Return H^{-1} b (P,), the shortest solution where a symmetry of J makes H singular."""
        ...


def tangent(point: Base, path: DataPath, t: float = 0.0) -> Array:
    """Return p' = -H^{-1} g_t (P,), the velocity of the branch where it passes ``point`` at ``t``.

    The derivative of grad J(p*(t); D(t)) = 0 by t is H p' + g_t = 0. Raises DivergenceError if H is
    singular.
    """
    return -point.solve(path.gradient_rate(point.p, t))


def require_stationary(base: Base, path: DataPath, t: float) -> None:
    """Raise DataError if the base is further from its minimum than 1 % of the update at ``t``.

    The distance to the minimum is ||H^{-1} g|| to first order. The size of g alone does not tell:
    along directions of small eigenvalues a gradient of 1e-8 can be a large distance.
    """
    distance = float(np.linalg.norm(base.solve(base.gradient)))
    update = t * float(np.linalg.norm(tangent(base, path)))
    if distance > 0.01 * update:
        raise DataError(
            f"the base is ||H^-1 g|| = {distance:.1e} away from its minimum; this is too far for "
            f"t = {t:g}, which moves it by {update:.1e}: take larger t"
        )
