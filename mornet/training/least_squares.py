"""Training as nonlinear least squares, J = 1/2 ||R(p)||^2, as in lsqnonlin of MATLAB."""

from __future__ import annotations

import numpy as np

from mornet.errors import DivergenceError, OptionError
from mornet.records import Array
from mornet.training.levenberg_marquardt import LevenbergMarquardt, SumOfSquares
from mornet.training.objective import Objective
from mornet.training.optimiser import State
from mornet.training.solution import Recorder, Solution, history_of

SCIPY_METHODS = ("trf", "dogbox", "lm")


def fit_least_squares(
    objective: Objective,
    p: Array,
    method: str = "levenberg-marquardt",
    *,
    steps: int = 400,
    tolerance: float = 1e-10,
    goal: float = 0.0,
    state: State | None = None,
) -> Solution:
    """Return the parameters that Gauss-Newton type steps reach from ``p`` (which stays as it is).

    The residual R holds all components. (The norm of each sample would have no derivative where it
    vanishes.) ``method`` is "levenberg-marquardt", `LevenbergMarquardt` of mornet, or "trf",
    "dogbox" or "lm" of SciPy's ``least_squares``, with the same exact Jacobian.

    The method stops after ``steps`` trial steps, or when the largest entry of the gradient, the
    relative decrease of J or the relative size of a step falls below ``tolerance``.
    "levenberg-marquardt" also stops when J <= ``goal``. With the ``state`` and the p of an
    interrupted run it continues that run, and ends with the same bits as without the interruption.
    The ``state`` is updated in place, and the history starts at the interruption.

    Raises OptionError for unknown methods or options that the method does not have, DataError for
    negative sample weights, DivergenceError if J(p) is not finite.
    """
    if method == "levenberg-marquardt":
        outputs = objective.net.widths[-1]
        return iterate(objective, np.array(p), outputs, steps, tolerance, goal, state)
    if method not in SCIPY_METHODS:
        names = ", ".join(("levenberg-marquardt", *SCIPY_METHODS))
        raise OptionError(f"no least-squares method {method!r}; there are {names}")
    if state is not None or goal:
        raise OptionError(f"method {method!r} of SciPy takes neither a goal nor a state")
    return _fit_by_scipy(objective, p, method, steps, tolerance)


def iterate(
    objective: SumOfSquares,
    p: Array,
    outputs: int,
    steps: int,
    tolerance: float,
    goal: float,
    state: State | None = None,
) -> Solution:
    """Return the point where Levenberg-Marquardt stops; ``p`` changes in place."""
    solver = LevenbergMarquardt()
    state = solver.init(objective, p) if state is None else state
    rows = [_row(state)]
    reason = f"{steps} steps are done"
    for _ in range(steps):
        if state["objective"] <= goal:
            reason = "J has reached the goal"
            break
        if stopped := solver.stopped(state, tolerance):
            reason = stopped
            break
        solver.step(objective, p, state)
        rows.append(_row(state))
    return Solution(p, history_of(rows, outputs), reason)


def _row(state: State) -> tuple[float, float, float, float]:
    return float(state["objective"]), float(state["values"]), 0.0, float(state["jacobians"])


def _fit_by_scipy(
    objective: Objective, p: Array, method: str, steps: int, tolerance: float
) -> Solution:
    from scipy.optimize import least_squares

    recorder = Recorder(objective)

    def jacobian(q: Array) -> Array:
        J = recorder.jacobian(q)
        recorder.record(objective.value(q))  # not counted: SciPy computes this value anyway
        return J

    if not np.isfinite(objective.value(p)):
        raise DivergenceError(
            f"J is not finite at the start, ||p|| = {np.linalg.norm(p):.3e}: take another"
        )
    if method == "lm" and objective.residual(p).size < p.size:
        raise OptionError(
            f"method 'lm' needs as many residuals as parameters, not {objective.residual(p).size} "
            f"for {p.size}; take 'trf'"
        )
    result = least_squares(
        recorder.residual,
        p,
        jac=jacobian,
        method=method,
        ftol=tolerance,
        xtol=tolerance,
        gtol=tolerance,
        max_nfev=steps + 1,
    )
    recorder.record(float(result.cost))
    return Solution(result.x, recorder.history(), result.message)
