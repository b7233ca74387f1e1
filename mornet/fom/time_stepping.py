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
        return _solve_stage(self, model, t + self.dt, self.dt, past[:, -1], past[:, -1])


@dataclass(frozen=True)
class BDF2:
    """u^(n+1) = (4 u^n - u^(n-1)) / 3 + 2/3 dt f(t + dt, u^(n+1)): second order, L-stable.

    The first step is backward Euler, whose error of second order it makes once only. Newton's
    method starts from u^n and stops as for `BackwardEuler`.

    Raises OptionError for a ``dt`` or ``tolerance`` that is not positive, or no iterations.
    """

    dt: float
    tolerance: float = 1e-8
    iterations: int = 10
    relative: bool = True

    def __post_init__(self) -> None:
        self._start()

    def step(self, model: Model, t: float, past: Array) -> Array:
        if past.shape[1] == 1:
            return self._start().step(model, t, past)
        v = (4 * past[:, -1] - past[:, -2]) / 3
        return _solve_stage(self, model, t + self.dt, 2 * self.dt / 3, v, past[:, -1])

    def _start(self) -> BackwardEuler:
        return BackwardEuler(self.dt, self.tolerance, self.iterations, self.relative)


@dataclass(frozen=True)
class SSPRK3:
    """The explicit Runge-Kutta method of third order that is a convex sum of Euler steps.

    Whatever norm or bound forward Euler preserves for dt <= dt_0 it preserves too (C.-W. Shu and S.
    Osher, J. Comput. Phys. 77, 1988). Stable on the imaginary axis to 1.73, on the negative real
    axis to 2.51. Raises OptionError for a ``dt`` that is not positive.
    """

    dt: float

    def __post_init__(self) -> None:
        if not 0 < self.dt < np.inf:
            raise OptionError(f"{self}: dt must be > 0")

    def step(self, model: Model, t: float, past: Array) -> Array:
        u, dt = past[:, -1], self.dt
        u_1 = u + dt * model.f(t, u)
        u_2 = (3 * u + u_1 + dt * model.f(t + dt, u_1)) / 4
        return (u + 2 * (u_2 + dt * model.f(t + dt / 2, u_2))) / 3


@dataclass(frozen=True)
class Substeps:
    """``count`` steps of ``method`` as one: a trajectory of which only every count-th is kept.

    A method of several steps starts again each time. Raises OptionError for a ``count`` < 1.
    """

    method: Method
    count: int

    def __post_init__(self) -> None:
        if self.count < 1:
            raise OptionError(f"{self}: count must be >= 1")

    @property
    def dt(self) -> float:
        """The time between two states that are kept."""
        return self.count * self.method.dt

    def step(self, model: Model, t: float, past: Array) -> Array:
        return march(model, past[:, -1], self.method, self.count, t)[:, -1]


def _solve_stage(
    method: BackwardEuler | BDF2, model: Model, t: float, tau: float, v: Array, u_old: Array
) -> Array:
    """Return the w (n,) with w - tau f(t, w) = v, by Newton's method from ``u_old``."""
    scale = float(np.linalg.norm(u_old)) if method.relative else 1.0
    return newton(
        lambda w: w - v - tau * model.f(t, w),
        lambda w, r: model.solve(t, w, tau, r),
        u_old,
        tolerance=method.tolerance * scale,
        iterations=method.iterations,
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
