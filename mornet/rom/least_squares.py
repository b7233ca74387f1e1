"""Least-squares Petrov-Galerkin models: the residual of each stage is least over the manifold.

    z^(n+1) = argmin_z ||r(u(z))||,        r the residual of a stage (`mornet.fom.stages`).

K. Carlberg, C. Bou-Mosleh, C. Farhat, Int. J. Numer. Methods Eng. 86, 2011, for affine spaces; K.
Lee and K. Carlberg, J. Comput. Phys. 404, 2020, for manifolds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from mornet.checks import require_whole
from mornet.errors import ShapeError
from mornet.fom.model import Model, mass_times
from mornet.fom.stages import Stage
from mornet.fom.time_stepping import ImplicitMethod, require_implicit
from mornet.records import Array
from mornet.rom.cloud import Cloud
from mornet.rom.gauss_newton import EPS, Problem, minimise
from mornet.rom.norms import Euclidean, ResidualNorm, StepError, at_stage, require_norm
from mornet.rom.trial import Trial, curvature


class StageResidual(Protocol):
    """The residual of a stage as a function of the code: what `LeastSquaresSteps` minimises."""

    @property
    def n(self) -> int:
        """Entries r of a code."""
        ...

    @property
    def trial(self) -> Trial:
        """The manifold on which the states live."""
        ...

    def problem(self, stage: Stage) -> Problem:
        """Return the least-squares problem of one stage."""
        ...

    def size(self, u: Array) -> float:
        """Return the size of a state, ``u`` of the trial, by which residuals are small or large."""
        ...


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """The residuals of all n equations, in a ``norm``, on a trial manifold.

    Raises ShapeError where the model, the trial and the norm have different sizes.
    """

    model: Model
    trial: Trial
    norm: ResidualNorm | StepError = Euclidean()

    def __post_init__(self) -> None:
        if self.trial.n != self.model.n:
            raise ShapeError(f"the trial has states of {self.trial.n} dofs, but n = {self.model.n}")
        require_norm(self.norm, self.model.n)

    @property
    def n(self) -> int:
        """Degrees of freedom r of the reduced model."""
        return self.trial.r

    def size(self, u: Array) -> float:
        """Return ||W M u||, or ||u|| where the norm is that of the error of a step."""
        if isinstance(self.norm, StepError):
            return float(np.linalg.norm(u))
        return float(np.linalg.norm(self.norm.apply(mass_times(self.model, u))))

    def problem(self, stage: Stage) -> Problem:
        """Return W r(u(z)), its derivative W A J with A = dr/du, and its second-order terms."""
        model, trial = self.model, self.trial
        norm = at_stage(self.norm, stage, model)

        def residual(z: Array) -> Array:
            return norm.apply(stage.residual(model, trial.state(z)))

        def derivative(z: Array) -> Array:
            return norm.apply(stage.along(model, trial.state(z), trial.jacobian(z)))

        def second_order(z: Array, _: Array) -> Array:
            u = trial.state(z)
            g = norm.squared(stage.residual(model, u))

            def gradient(w: Array) -> Array:
                return stage.pulled(model, w, g)

            bent = curvature(trial, z, gradient(u))
            return bent + second_order_terms(gradient, u, trial.jacobian(z))

        return Problem(residual, derivative, second_order)


def second_order_terms(gradient: Callable[[Array], Array], u: Array, J: Array) -> Array:
    """Return sum_k g_k d^2 r_k / du^2 [J e_i, J e_j] (r, r) from ``gradient``, (dr/du)^T g.

    The r differences are exact up to rounding for residuals that are quadratic in u, and of first
    order for others: enough for Newton's method, whose next step they guide.
    """
    here, changes = gradient(u), np.empty_like(J.T)
    for i, direction in enumerate(J.T):
        size = float(np.linalg.norm(direction))
        h = EPS**0.5 * (1 + float(np.linalg.norm(u))) / (size or 1.0)
        changes[i] = (gradient(u + h * direction) - here) / h
    C = changes @ J
    return (C + C.T) / 2


@dataclass(frozen=True, eq=False)
class LeastSquaresSteps:
    """A time integrator for codes: the stages of ``implicit``, each solved by least squares.

    It steps `LeastSquares` models. The state of the last stage must be the new state, as it is for
    backward Euler, BDF2 and stiffly accurate Runge-Kutta methods. Iterations start from the last
    code, stay in the ``cloud`` if there is one, and stop by the tolerance of ``implicit``, relative
    to the size of the last state (`mornet.rom.gauss_newton.minimise`).

    Raises OptionError unless iterations >= 1.
    """

    implicit: ImplicitMethod
    cloud: Cloud | None = None
    iterations: int = 50

    def __post_init__(self) -> None:
        require_implicit(self.implicit)
        require_whole(iterations=self.iterations)

    @property
    def dt(self) -> float:
        """The time step."""
        return self.implicit.dt

    def step(self, model: Any, t: float, past: Array) -> Array:
        z, trial = past[:, -1], model.trial
        states = trial.state(past[:, -self.implicit.reach :])
        tolerance = self.implicit.tolerance_at(model.size(states[:, -1]))

        def solve(stage: Stage) -> Array:
            nonlocal z
            z = minimise(
                model.problem(stage),
                z,
                tolerance=tolerance,
                iterations=self.iterations,
                cloud=self.cloud,
            )
            return trial.state(z)

        self.implicit.advance(t, states, solve)
        return z
