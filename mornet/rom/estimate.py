"""Error estimates of reduced-order models from the residuals of the full-order steps.

A step of the full-order model from the exact state ends at a zero of the stage residual r. At the
reduced states w the residual is not zero. Linearised there, the error e = u - w satisfies

    (M - tau f'(t, w)) e = M de + tau_0 f'(t_0, v) de - r(w),

where de is the error of the known part v of the stage, a combination of errors of past states. One
linear solve for each step gives the error itself up to the square of its norm: the effectivity, the
estimate over the error, tends to one. For linear equations the estimate is exact.
"""

from __future__ import annotations

import numpy as np

from mornet.errors import OptionError, ShapeError
from mornet.fom.model import Model, mass_times
from mornet.fom.stages import Stage
from mornet.fom.time_stepping import ImplicitMethod, require_implicit
from mornet.records import Array


def estimated_errors(
    model: Model,
    integrator: ImplicitMethod,
    states: Array,
    start: Array | None = None,
    t_0: float = 0.0,
) -> Array:
    """Return estimates (n, k) of the errors u - w of the reduced ``states`` w (n, k).

    The states are those at t_0, t_0 + dt, .... u is the trajectory of the full-order ``model`` by
    the same ``integrator``, and ``start`` (n,) the error of the first state, zero unless given.

    Raises ShapeError for states of another size, OptionError for an integrator that is
    explicit, or of several stages.
    """
    if states.ndim != 2 or states.shape[0] != model.n:
        raise ShapeError(f"states have shape {states.shape}, but the model has n = {model.n}")
    require_implicit(integrator)
    E = np.zeros(states.shape, order="F")
    E[:, 0] = 0.0 if start is None else start
    for k in range(states.shape[1] - 1):
        past = slice(max(0, k + 1 - integrator.reach), k + 1)
        t, w = t_0 + k * integrator.dt, states[:, k + 1]
        stage = _only_stage(integrator, t, states[:, past], w)
        known = _known(model, stage, _only_stage(integrator, t, E[:, past], w).v)
        E[:, k + 1] = model.solve(stage.t, w, stage.tau, known - stage.residual(model, w))
    return E


def _known(model: Model, stage: Stage, e: Array) -> Array:
    """Return M e + tau_0 f'(t_0, v) e (n,), the effect of an error ``e`` (n,) of v."""
    known = mass_times(model, e)
    if stage.tau_0:
        known = known + stage.tau_0 * (model.jacobian(stage.t_0, stage.v) @ e)
    return np.asarray(known)


def _only_stage(integrator: ImplicitMethod, t: float, past: Array, w: Array) -> Stage:
    """Return the stage of a step from ``past`` (n, k); OptionError if there are several."""
    stages: list[Stage] = []

    def seen(stage: Stage) -> Array:
        stages.append(stage)
        return w

    integrator.advance(t, past, seen)
    if len(stages) != 1:
        raise OptionError(f"{type(integrator).__name__} has {len(stages)} stages; one is needed")
    return stages[0]
