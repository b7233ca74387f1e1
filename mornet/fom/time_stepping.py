"""Time stepping for all equations: from du/dt = f(t, u) to a trajectory of columns.

A time integrator takes one step from the columns of the past. An explicit one evaluates f. An
implicit one names its stages (`mornet.fom.stages`) and is given a function that solves them: with
Newton's method it integrates a `Model`, with a projection of the residual it integrates a
reduced-order model.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from mornet.checks import require_columns, require_finite, require_positive, require_whole
from mornet.errors import DivergenceError, OptionError
from mornet.fom.model import MassModel, Model, mass_times, rates
from mornet.fom.stages import Stage
from mornet.records import Array


class Stepped(Protocol):
    """What a time integrator steps: a `Model`, or a reduced-order model that is not a `Model`."""

    @property
    def n(self) -> int:
        """Entries of a state, or of a code."""
        ...


class TimeIntegrator(Protocol):
    """A method of time integration, frozen, with its step ``dt``."""

    @property
    def dt(self) -> float:
        """The time step."""
        ...

    def step(self, model: Model, t: float, past: Array) -> Array:
        """Return the state (n,) at t + dt from ``past`` (n, k), whose last column is that at t."""
        ...


@dataclass(frozen=True)
class ImplicitMethod(ABC):
    """A time integrator whose new state is made of the solutions of `Stage` equations.

    A subclass says in ``advance`` which stages there are. In ``step`` Newton's method solves them;
    each iteration starts from u^n and stops when ||r|| <= tolerance * ||M u^n||, after one update
    at least and ``iterations`` at most. The rule is ||r|| <= tolerance if not ``relative``, and
    also if u^n is zero, which is possible for reduced states.

    Raises OptionError for a ``dt`` or ``tolerance`` that is not positive, or no iterations.
    """

    reach: ClassVar[int] = 1
    """How many states of the past a step needs."""

    dt: float
    tolerance: float = 1e-8
    iterations: int = 10
    relative: bool = True

    def __post_init__(self) -> None:
        require_positive(dt=self.dt, tolerance=self.tolerance)
        require_whole(iterations=self.iterations)

    @abstractmethod
    def advance(self, t: float, past: Array, solve: Callable[[Stage], Array]) -> Array:
        """Return the state (n,) at t + dt from ``past`` (n, k), whose last column is that at t.

        ``solve`` returns the solution w (n,) of a stage. The method calls it once for each stage,
        in turn, so that a stage may depend on the solutions of those before it.
        """

    def tolerance_at(self, size: float) -> float:
        """Return the norm of a residual at which Newton's method stops; ``size`` is ||M u^n||."""
        return self.tolerance * (size if self.relative and size else 1.0)

    def step(self, model: Model, t: float, past: Array) -> Array:
        u = past[:, -1]
        tolerance = self.tolerance_at(float(np.linalg.norm(mass_times(model, u))))
        return self.advance(
            t, past, lambda stage: stage.solve(model, u, tolerance, self.iterations)
        )


def require_implicit(integrator: TimeIntegrator) -> None:
    """Raise OptionError unless the ``integrator`` is made of implicit stages."""
    if not isinstance(integrator, ImplicitMethod):
        name = type(integrator).__name__
        raise OptionError(f"{name} has no implicit stages: take a method such as BDF2")


@dataclass(frozen=True)
class BackwardEuler(ImplicitMethod):
    """u^(n+1) = u^n + dt f(t + dt, u^(n+1)): first order, L-stable."""

    def advance(self, t: float, past: Array, solve: Callable[[Stage], Array]) -> Array:
        return solve(Stage(t + self.dt, self.dt, past[:, -1]))


@dataclass(frozen=True)
class BDF2(ImplicitMethod):
    """u^(n+1) = (4 u^n - u^(n-1)) / 3 + 2/3 dt f(t + dt, u^(n+1)): second order, L-stable.

    The first step is backward Euler. Its error of second order occurs only once.
    """

    reach: ClassVar[int] = 2

    def advance(self, t: float, past: Array, solve: Callable[[Stage], Array]) -> Array:
        if past.shape[1] == 1:
            return solve(Stage(t + self.dt, self.dt, past[:, -1]))
        v = (4 * past[:, -1] - past[:, -2]) / 3
        return solve(Stage(t + self.dt, 2 * self.dt / 3, v))


@dataclass(frozen=True)
class Trapezoidal(ImplicitMethod):
    """u^(n+1) = u^n + dt/2 (f(t, u^n) + f(t + dt, u^(n+1))): second order, A-stable."""

    def advance(self, t: float, past: Array, solve: Callable[[Stage], Array]) -> Array:
        return solve(Stage(t + self.dt, self.dt / 2, past[:, -1], t, self.dt / 2))


@dataclass(frozen=True)
class SSPRK3:
    """The explicit Runge-Kutta method of third order that is a convex sum of Euler steps.

    Whatever norm or bound forward Euler preserves for dt <= dt_0, the method preserves too (C.-W.
    Shu and S. Osher, J. Comput. Phys. 77, 1988). The method is stable on the imaginary axis to 1.73
    and on the negative real axis to 2.51.

    Raises OptionError for a ``dt`` that is not positive, and for a model with a mass matrix.
    """

    dt: float

    def __post_init__(self) -> None:
        require_positive(dt=self.dt)

    def step(self, model: Model, t: float, past: Array) -> Array:
        if isinstance(model, MassModel):
            raise OptionError("SSPRK3 is explicit: a mass matrix needs a method such as BDF2")
        u, dt = past[:, -1], self.dt
        u_1 = u + dt * rates(model, t, u)
        u_2 = (3 * u + u_1 + dt * model.f(t + dt, u_1)) / 4
        return (u + 2 * (u_2 + dt * model.f(t + dt / 2, u_2))) / 3


@dataclass(frozen=True)
class Substeps:
    """``count`` steps of ``integrator`` as one step: every count-th state is kept.

    A multistep method starts again with each such step. Raises OptionError for a ``count`` < 1.
    """

    integrator: TimeIntegrator
    count: int

    def __post_init__(self) -> None:
        require_whole(count=self.count)

    @property
    def dt(self) -> float:
        """The time between two states that are kept."""
        return self.count * self.integrator.dt

    def step(self, model: Model, t: float, past: Array) -> Array:
        return march(model, past[:, -1], self.integrator, self.count, t)[:, -1]


def march(
    model: Stepped, u_0: Array, integrator: TimeIntegrator, steps: int, t_0: float = 0.0
) -> Array:
    """Return the trajectory (n, steps + 1), its columns the states at t_0, t_0 + dt, ....

    Raises OptionError for ``steps`` < 1, ShapeError or DataError unless ``u_0`` (n,) is a finite
    real state of the model, DivergenceError naming the step and the time that failed.
    """
    U, failure = attempt(model, u_0, integrator, steps, t_0)
    if failure is not None:
        raise failure
    return U


def attempt(
    model: Stepped, u_0: Array, integrator: TimeIntegrator, steps: int, t_0: float = 0.0
) -> tuple[Array, DivergenceError | None]:
    """Return the trajectory as `march` does, as far as it goes, and the error that ended it.

    The trajectory (n, k) holds the k <= steps + 1 states before the step that failed; the error is
    None if no step failed. Raises OptionError, ShapeError and DataError as `march` does.
    """
    if steps < 1:
        raise OptionError(f"steps = {steps} must be >= 1")
    column = np.asarray(u_0)[..., None]
    require_columns("the initial state, as a column,", column, model.n)
    require_finite("the initial state, as a column,", column)
    U = np.empty((model.n, steps + 1), order="F")
    U[:, 0] = u_0
    known = U.view()
    known.flags.writeable = False  # no f changes a state of the past
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # reported below
        for k in range(steps):
            try:
                U[:, k + 1] = _step(model, integrator, t_0, known[:, : k + 1])
            except DivergenceError as error:
                return U[:, : k + 1], error
    return U, None


def _step(model: Any, integrator: TimeIntegrator, t_0: float, past: Array) -> Array:
    """Return the next state; raise DivergenceError, with step and time, if there is none."""
    k, dt = past.shape[1], integrator.dt
    try:
        u = integrator.step(model, t_0 + (k - 1) * dt, past)
        if np.isfinite(u).all():
            return u
        problem = "the new state is not finite"
    except DivergenceError as error:
        problem = str(error)
    raise DivergenceError(
        f"step {k}, t = {t_0 + k * dt:g}: {problem}; take a smaller dt than {dt:g}"
    )
