"""The Galerkin reduced-order model: again a model, stepped by the same methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mornet.errors import ShapeError
from mornet.fom.time_stepping import Model
from mornet.records import Array


@dataclass(frozen=True, eq=False)
class Galerkin:
    """da/dt = V^T f(t, u_0 + V a): the r equations of the states u_0 + V a.

    ``V`` (n, r) has orthonormal columns, ``shift`` (n,) is u_0. Every evaluation costs one of the
    full-order model and two products with V. Raises ShapeError where sizes do not fit.
    """

    model: Model
    V: Array
    shift: Array

    def __post_init__(self) -> None:
        n = self.model.n
        if self.V.ndim != 2 or len(self.V) != n or self.shift.shape != (n,):
            raise ShapeError(
                f"V has shape {self.V.shape} and shift {self.shift.shape}, but n = {n}"
            )

    @property
    def n(self) -> int:
        """Degrees of freedom r of the reduced model."""
        return int(self.V.shape[1])

    def state(self, a: Array) -> Array:
        """Return u_0 + V a, (n,) of one reduced state (r,) or (n, m) of many (r, m)."""
        return (self.shift if a.ndim == 1 else self.shift[:, None]) + self.V @ a

    def f(self, t: float, a: Array) -> Array:
        """Return da/dt (r,)."""
        return self.V.T @ self.model.f(t, self.state(a))

    def jacobian(self, t: float, a: Array) -> Any:
        """Return V^T f'(t, u_0 + V a) V, (r, r)."""
        return self.V.T @ (self.model.jacobian(t, self.state(a)) @ self.V)

    def solve(self, t: float, a: Array, tau: float, b: Array) -> Array:
        """Return the x (r,) with (I - tau J) x = b; numpy.linalg.LinAlgError if singular."""
        return np.linalg.solve(np.eye(self.n) - tau * self.jacobian(t, a), b)
