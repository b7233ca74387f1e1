"""Implicit steps on a trial manifold: first the time discretisation, then the projection.

A step of a `Galerkin` model discretises dz/dt, the rates of the codes. On a curved manifold the
error in time of this step differs from that of the full-order model. Here instead each stage of a
step of the full-order model is projected: the residual r of the state u(z) is orthogonal to the
manifold,

    J^T X r(u(z)) = 0,        J = du/dz,        X the inner product of the trial.

With a mass matrix M the projection is J^T r(u(z)) = 0, as that of `Galerkin` is: r has M in it. On
an affine space both are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mornet.checks import require_whole
from mornet.errors import DivergenceError
from mornet.fom.model import MassModel, mass_times
from mornet.fom.stages import Stage, newton
from mornet.fom.time_stepping import ImplicitMethod, require_implicit
from mornet.records import Array
from mornet.rom.cloud import Cloud
from mornet.rom.galerkin import Galerkin
from mornet.rom.gauss_newton import Problem, minimise
from mornet.rom.trial import curvature, times

PLAIN = 10
"""Iterations of Newton's method before every step must decrease the residual."""


@dataclass(frozen=True, eq=False)
class ProjectedSteps:
    """A time integrator for codes: the steps of ``implicit``, with projected stages.

    It steps `Galerkin` models. The state of the last stage must be the new state, as it is for
    backward Euler, BDF2 and stiffly accurate Runge-Kutta methods. Newton's method, with a line
    search and within the ``cloud`` if there is one, stops by the tolerance of ``implicit``,
    relative to the last code. Raises OptionError unless iterations >= 1.
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
        tolerance = self.implicit.tolerance_at(float(np.linalg.norm(z)))

        def solve(stage: Stage) -> Array:
            nonlocal z
            z = projected(model, stage, z, tolerance, self.iterations, self.cloud)
            return trial.state(z)

        self.implicit.advance(t, trial.state(past[:, -self.implicit.reach :]), solve)
        return z


def projected(
    reduced: Galerkin,
    stage: Stage,
    z: Array,
    tolerance: float,
    iterations: int,
    cloud: Cloud | None = None,
) -> Array:
    """Return the code (r,) at which the residual of ``stage`` is orthogonal to the manifold.

    The iteration starts from ``z`` (r,): Newton's method, and where that fails or leaves the cloud,
    steps that decrease the projected residual within the cloud. Raises DivergenceError as
    `minimise` does, and if no code in the cloud makes the residual orthogonal.
    """
    problem = projection(reduced, stage, z)
    try:
        found = newton(
            problem.residual,
            lambda x, r: np.linalg.solve(problem.derivative(x), r),
            z,
            tolerance=tolerance,
            iterations=PLAIN,
        )
        if cloud is None or cloud.distance(found) <= max(1.0, float(cloud.distance(z))):
            return found
    except DivergenceError:
        pass
    z = minimise(problem, z, tolerance=tolerance, iterations=iterations, cloud=cloud)
    norm = float(np.linalg.norm(problem.residual(z)))
    if norm > 2 * tolerance:
        raise DivergenceError(
            f"no code near makes the residual orthogonal to the manifold: its projection has the "
            f"norm {norm:.3e}, not <= {tolerance:.3e}"
        )
    return z


def projection(reduced: Galerkin, stage: Stage, start: Array) -> Problem:
    """Return the r equations F(z) = G^{-1} J^T X r(u(z)) = 0, with G = J^T X J at ``start`` (r,).

    F is the residual in coordinates of the manifold. Its derivative is
    G^{-1} (J^T X A J + C), with A = dr/du and C_ij = (X r)^T d^2 u / dz_i dz_j. With a mass matrix
    M, X is the identity, but G = J^T M J.
    """
    model, trial = reduced.model, reduced.trial
    X = None if isinstance(model, MassModel) else trial.inner_product
    J_0 = trial.jacobian(start)
    G = J_0.T @ mass_times(model, times(X, J_0))

    def residual(z: Array) -> Array:
        r = times(X, stage.residual(model, trial.state(z)))
        return np.linalg.solve(G, trial.jacobian(z).T @ r)

    def derivative(z: Array) -> Array:
        J, u = trial.jacobian(z), trial.state(z)
        r = times(X, stage.residual(model, u))
        AJ = times(X, stage.along(model, u, J))
        return np.linalg.solve(G, J.T @ AJ + curvature(trial, z, r))

    return Problem(residual, derivative, lambda z, r: np.zeros((len(z), len(z))))
