"""L-BFGS of SciPy, which estimates the Hessian from the last few gradients."""

from __future__ import annotations

import numpy as np

from mornet.errors import DivergenceError
from mornet.records import Array
from mornet.training.objective import Objective
from mornet.training.solution import Recorder, Solution


def fit_lbfgs(
    objective: Objective,
    p: Array,
    *,
    steps: int = 1000,
    memory: int = 20,
    tolerance: float = 1e-10,
) -> Solution:
    """Return the parameters that L-BFGS with ``memory`` pairs reaches from ``p``.

    The method is that of D. C. Liu and J. Nocedal (Mathematical Programming 45, 1989) with a Wolfe
    line search. It stops after ``steps`` steps, when the largest entry of the gradient is below
    ``tolerance``, or when round-off keeps the line search from a further decrease. p stays as it
    is. Raises DivergenceError if J(p) is not finite.
    """
    from scipy.optimize import minimize

    recorder = Recorder(objective)
    J = objective.value(p)
    if not np.isfinite(J):
        raise DivergenceError(f"J = {J} at the start, with ||p|| = {np.linalg.norm(p):.3e}")
    recorder.record(J)

    def after_step(intermediate_result: object) -> None:
        recorder.record(float(intermediate_result.fun))  # type: ignore[attr-defined]

    result = minimize(
        recorder.value_and_gradient,
        p,
        jac=True,
        method="L-BFGS-B",
        callback=after_step,
        options={
            "maxiter": steps,
            "maxfun": 20 * steps,
            "maxcor": memory,
            "gtol": tolerance,
            "ftol": 0.0,
        },
    )
    return Solution(np.asarray(result.x), recorder.history(), str(result.message))
