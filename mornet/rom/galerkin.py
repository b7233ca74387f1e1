"""The Galerkin reduced-order model: again a model, stepped by the same time integrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mornet.errors import ShapeError
from mornet.fom.model import DenseSolve, MassModel, Model
from mornet.records import Array
from mornet.rom.trial import AffineTrial, Trial, curvature, mixed_derivatives, times


@dataclass(frozen=True, eq=False)
class Galerkin(DenseSolve):
    """The r equations dz/dt = argmin_x ||J x - f(t, u(z))||, with J = du/dz on a trial manifold.

    The residual J dz/dt - f is orthogonal to the manifold, in the inner product of the trial. With
    POD the equations are dz/dt = V^T f(t, u_0 + V z). With a mass matrix M they are
    J^T M J dz/dt = J^T f. Every evaluation takes one evaluation of the full-order model, and
    products with J.

    The derivative of the equations contains the second derivative of the decoder. An affine trial
    has none. `mornet.rom.projected` projects the steps of the full-order model instead of its
    rates.

    Raises ShapeError where the trial and the model have different sizes.
    """

    model: Model
    trial: Trial

    def __post_init__(self) -> None:
        if self.trial.n != self.model.n:
            raise ShapeError(f"the trial has states of {self.trial.n} dofs, but n = {self.model.n}")

    @property
    def n(self) -> int:
        """Degrees of freedom r of the reduced model."""
        return self.trial.r

    def f(self, t: float, z: Array) -> Array:
        """Return dz/dt (r,)."""
        return self._project(z, self.model.f(t, self.trial.state(z)))

    def jacobian(self, t: float, z: Array) -> Any:
        """Return the derivative (r, r) of ``f`` by z.

        With x = dz/dt and J_k = dJ/dz_k, column k solves the derivative of J^T X (J x - f) = 0,

            J^T X J x_k = J^T X (f' J e_k - J_k x) + J_k^T X (f - J x).
        """
        trial, u = self.trial, self.trial.state(z)
        J = trial.jacobian(z)
        along = self._project(z, np.asarray(self.model.jacobian(t, u) @ J))
        if isinstance(trial, AffineTrial):
            return along
        f = self.model.f(t, u)
        x = self._project(z, f)
        turned, bent = mixed_derivatives(trial, z, x), J @ x
        if isinstance(self.model, MassModel):
            M = self.model.mass
            along = along - self._project(z, M @ turned)
            G, rest = J.T @ (M @ J), f - M @ bent
        else:
            along = along - self._project(z, turned)
            X = trial.inner_product
            G, rest = J.T @ times(X, J), times(X, f - bent)
        return along + np.linalg.solve(G, curvature(trial, z, rest))

    def _project(self, z: Array, g: Array) -> Array:
        """Return the coordinates (r,) or (r, k) of rates ``g`` (n,) or (n, k) of the state."""
        if not isinstance(self.model, MassModel):
            return self.trial.project(z, g)
        J = self.trial.jacobian(z)
        return np.linalg.solve(J.T @ (self.model.mass @ J), J.T @ g)
