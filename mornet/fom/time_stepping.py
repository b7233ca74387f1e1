"""Time stepping, shared by all equations: du/dt = f(t, u) in, a trajectory of columns out.

An equation is a `Model`: f, its Jacobian, and a linear solver that knows its structure. A time
integrator is a `Method`: one step from the columns of the past. Every implicit step in this room
is an equation for the new state w,

    r(w) = w - tau f(t, w) - v = 0,        dr/dw = I - tau f'(t, w),

with v and tau known: backward Euler has v = u^n, tau = dt; BDF2 v = (4 u^n - u^(n-1)) / 3,
tau = 2/3 dt; a diagonally implicit Runge-Kutta stage is of the same form. An explicit method
evaluates f only. A Galerkin reduced-order model is again a `Model`, da/dt = V^T f(t, u_0 + V a); a
least-squares Petrov-Galerkin model minimises ||r|| with `BackwardEuler.residual` and ``.jacobian``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy import sparse

from mornet.checks import require_columns, require_finite
from mornet.errors import DivergenceError, OptionError
from mornet.records import Array


class Model(Protocol):
    """A system of n ordinary differential equations du/dt = f(t, u)."""

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        ...

    def f(self, t: float, u: Array) -> Array:
        """Return du/dt (n,) of the state ``u`` (n,)."""
        ...

    def jacobian(self, t: float, u: Array) -> Any:
        """Return f'(t, u) (n, n), the derivative by u, as a sparse array or a matrix."""
        ...

    def solve(self, t: float, u: Array, tau: float, b: Array) -> Array:
        """Return the x (n,) with (I - tau f'(t, u)) x = b; numpy.linalg.LinAlgError if singular."""
        ...


class Method(Protocol):
    """A time integrator, frozen, with its step ``dt``."""

    @property
    def dt(self) -> float:
        """The time step."""
        ...

    def step(self, model: Model, t: float, past: Array) -> Array:
        """Return the state (n,) at t + dt from ``past`` (n, k), whose last column is that at t."""
        ...


@dataclass(frozen=True)
class BackwardEuler:
    """u^(n+1) = u^n + dt f(t + dt, u^(n+1)): first order, L-stable; by Newton's method from u^n.

    Newton stops when ||r|| <= tolerance * ||u^n||, or ||r|| <= tolerance if not ``relative`` (for
    reduced states, which start at zero), after ``iterations`` updates at most.

    Raises OptionError for a ``dt`` or ``tolerance`` that is not positive, or no iterations.
    """

    dt: float
    tolerance: float = 1e-8
    iterations: int = 10
    relative: bool = True

    def __post_init__(self) -> None:
        if not (0 < self.dt < np.inf and self.tolerance > 0 and self.iterations >= 1):
            raise OptionError(f"{self}: dt and tolerance must be > 0, iterations >= 1")

    def residual(self, model: Model, t: float, w: Array, u_old: Array) -> Array:
        """Return r(w) = w - u_old - dt f(t, w) (n,), where ``t`` is the new time."""
        return w - u_old - self.dt * model.f(t, w)

    def jacobian(self, model: Model, t: float, w: Array) -> Any:
        """Return dr/dw = I - dt f'(t, w) (n, n), sparse where f' is."""
        derivative = model.jacobian(t, w)
        identity = sparse.eye_array(model.n) if sparse.issparse(derivative) else np.eye(model.n)
        return identity - self.dt * derivative

    def step(self, model: Model, t: float, past: Array) -> Array:
        u_old, t_new = past[:, -1], t + self.dt
        return newton(
            lambda w: self.residual(model, t_new, w, u_old),
            lambda w, r: model.solve(t_new, w, self.dt, r),
            u_old,
            tolerance=self.tolerance * (float(np.linalg.norm(u_old)) if self.relative else 1.0),
            iterations=self.iterations,
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

    ``solve(w, r)`` returns J(w)^{-1} r. Raises DivergenceError if the residual is not finite, the
    Jacobian singular, or the tolerance not met after ``iterations`` updates.
    """
    for k in range(iterations + 1):
        r = residual(w)
        norm = float(np.linalg.norm(r))
        if norm <= tolerance:
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


def march(model: Model, u_0: Array, method: Method, steps: int, t_0: float = 0.0) -> Array:
    """Return the trajectory (n, steps + 1), its columns the states at t_0, t_0 + dt, ....

    Raises OptionError for ``steps`` < 1, ShapeError or DataError unless ``u_0`` (n,) is a finite
    real state of the model, DivergenceError naming the step and time that failed.
    """
    if steps < 1:
        raise OptionError(f"steps = {steps} must be >= 1")
    column = np.asarray(u_0)[..., None]
    require_columns("the initial state, as a column,", column, model.n)
    require_finite("the initial state, as a column,", column)
    U = np.empty((model.n, steps + 1), order="F")
    U[:, 0] = u_0
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # reported below
        for k in range(steps):
            U[:, k + 1] = _step(model, method, t_0, U[:, : k + 1])
    return U


def _step(model: Model, method: Method, t_0: float, past: Array) -> Array:
    """Return the next state; DivergenceError says at which step and time there is none."""
    k = past.shape[1]
    try:
        u = method.step(model, t_0 + (k - 1) * method.dt, past)
        if np.isfinite(u).all():
            return u
        problem = "the new state is not finite"
    except DivergenceError as error:
        problem = str(error)
    raise DivergenceError(
        f"step {k}, t = {t_0 + k * method.dt:g}: {problem}; take a smaller dt than {method.dt:g}"
    )
