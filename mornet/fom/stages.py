"""Stages: the equations that an implicit time integrator solves, one after the other.

    r(w) = M (w - v) - tau f(t, w) - tau_0 f(t_0, v) = 0,        dr/dw = M - tau f'(t, w),

with t, tau, t_0, tau_0 and v known, and M = I unless the model has a mass matrix. Backward Euler
has v = u^n, tau = dt; BDF2 has v = (4 u^n - u^(n-1)) / 3, tau = 2/3 dt; the trapezoidal rule has
v = u^n, tau = tau_0 = dt / 2. A stage of a diagonally implicit Runge-Kutta method is of the same
form. A least-squares Petrov-Galerkin model minimises the norm of r over the states of a trial
manifold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from mornet.errors import DivergenceError
from mornet.fom.model import MassModel, Model, ResolventModel, mass_times, rates
from mornet.records import Array


@dataclass(frozen=True, eq=False)
class Stage:
    """The equation M (w - v) - tau f(t, w) - tau_0 f(t_0, v) = 0 for w; ``v`` (n,) is known."""

    t: float
    tau: float
    v: Array
    t_0: float = 0.0
    tau_0: float = 0.0

    def residual(self, model: Model, w: Array) -> Array:
        """Return r(w) (n,)."""
        change = mass_times(model, w - self.v)
        return change - self.tau * rates(model, self.t, w) - self.explicit(model.f, self.v)

    def explicit(self, f: Callable[[float, Array], Array], v: Array) -> Array | float:
        """Return tau_0 f(t_0, v), without an evaluation if tau_0 is zero."""
        return self.tau_0 * f(self.t_0, v) if self.tau_0 else 0.0

    def jacobian(self, model: Model, w: Array) -> Any:
        """Return dr/dw = M - tau f'(t, w) (n, n), sparse where f' is."""
        derivative = model.jacobian(self.t, w)
        if isinstance(model, MassModel):
            M = model.mass
        else:
            M = sparse.eye_array(model.n) if sparse.issparse(derivative) else np.eye(model.n)
        return M - self.tau * derivative

    def along(self, model: Model, w: Array, B: Array) -> Array:
        """Return (dr/dw) B = M B - tau f'(t, w) B for ``B`` (n, k), without the matrix dr/dw."""
        return np.asarray(mass_times(model, B) - self.tau * (model.jacobian(self.t, w) @ B))

    def pulled(self, model: Model, w: Array, g: Array) -> Array:
        """Return (dr/dw)^T g = M^T g - tau f'(t, w)^T g for ``g`` (n,)."""
        mass = model.mass.T @ g if isinstance(model, MassModel) else g
        return np.asarray(mass - self.tau * (model.jacobian(self.t, w).T @ g))

    def solve(self, model: Model, start: Array, tolerance: float, iterations: int) -> Array:
        """Return the w (n,) with ||r(w)||_2 <= tolerance, by `newton` from ``start`` (n,).

        A model with a resolvent solves the equation at once.
        """
        if isinstance(model, ResolventModel):
            return model.resolvent(self.t, self.tau, self.v + self.explicit(model.f, self.v))
        return newton(
            lambda w: self.residual(model, w),
            lambda w, r: model.solve(self.t, w, self.tau, r),
            start,
            tolerance=tolerance,
            iterations=iterations,
        )


def newton(
    residual: Callable[[Array], Array],
    solve: Callable[[Array, Array], Array],
    w: Array,
    *,
    tolerance: float,
    iterations: int,
) -> Array:
    """Return a w (n,) with ||residual(w)||_2 <= tolerance, by Newton's method from ``w``.

    ``solve(w, r)`` returns J(w)^{-1} r. There is one update at least unless the residual is zero: a
    start is the last state of a trajectory, which would stand still where it changes slowly. Raises
    DivergenceError if the residual is not finite, the Jacobian is singular, or the tolerance is not
    met after ``iterations`` updates.
    """
    for k in range(iterations + 1):
        r = residual(w)
        norm = float(np.linalg.norm(r))
        if norm == 0 or (k and norm <= tolerance):
            return w
        if k == iterations or not np.isfinite(norm):
            break
        try:
            w = w - solve(w, r)
        except np.linalg.LinAlgError:
            raise DivergenceError(f"Newton's Jacobian is singular, at ||r|| = {norm:.3e}") from None
    raise DivergenceError(
        f"Newton's residual is ||r|| = {norm:.3e} after {k} iterations (of at most {iterations}), "
        f"not <= {tolerance:.3e}"
    )
