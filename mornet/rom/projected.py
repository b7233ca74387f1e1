"""Implicit steps on a trial manifold: first the time discretisation, then the projection.

A step of a `Galerkin` model discretises dz/dt, the rates of the codes. On a curved manifold the
error in time of this step differs from that of the full-order model. Here instead each stage of a
step of the full-order model is projected: the residual r of the state u(z) is orthogonal to the
manifold,

    J^T X r(u(z)) = 0,        J = du/dz,        X the inner product of the trial.

On an affine space both are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mornet.fom.stages import Stage, newton
from mornet.fom.time_stepping import ImplicitMethod
from mornet.records import Array
from mornet.rom.galerkin import Galerkin


@dataclass(frozen=True)
class ProjectedSteps:
    """A time integrator for codes: the steps of ``implicit``, with projected stages.

    It steps `Galerkin` models. The state of the last stage must be the new state, as it is for
    backward Euler, BDF2 and stiffly accurate Runge-Kutta methods. Newton's method leaves out the
    second derivative of the decoder, as `Galerkin.jacobian` does; it stops by the tolerance of
    ``implicit``, relative to the last code.
    """

    implicit: ImplicitMethod

    @property
    def dt(self) -> float:
        """The time step."""
        return self.implicit.dt

    def step(self, model: Any, t: float, past: Array) -> Array:
        z, trial = past[:, -1], model.trial
        tolerance = self.implicit.tolerance_at(z)

        def solve(stage: Stage) -> Array:
            nonlocal z
            z = projected(model, stage, z, tolerance, self.implicit.iterations)
            return trial.state(z)

        self.implicit.advance(t, trial.state(past), solve)
        return z


def projected(
    reduced: Galerkin, stage: Stage, z: Array, tolerance: float, iterations: int
) -> Array:
    """Return the code (r,) at which the residual of ``stage`` is orthogonal to the manifold.

    Newton's method starts from ``z`` (r,). Raises DivergenceError as `newton` does.
    """
    model, trial = reduced.model, reduced.trial

    def solve(z: Array, r: Array) -> Array:
        A = stage.jacobian(model, trial.state(z)) @ trial.jacobian(z)
        return np.linalg.solve(trial.project(z, A), r)

    return newton(
        lambda z: trial.project(z, stage.residual(model, trial.state(z))),
        solve,
        z,
        tolerance=tolerance,
        iterations=iterations,
    )
