"""L-BFGS of SciPy, which estimates the Hessian from the last few gradients."""

from __future__ import annotations

from collections.abc import Callable

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
    gradients: int | None = None,
    watch: Callable[[Array, float], None] | None = None,
) -> Solution:
    """Return the parameters that L-BFGS with ``memory`` pairs reaches from ``p``.

    The method is that of D. C. Liu and J. Nocedal (Mathematical Programming 45, 1989) with a Wolfe
    line search. It stops after ``steps`` steps or about ``gradients`` gradients (20 a step unless
    given; a line search that has begun is finished), when the largest entry of the gradient is
    below ``tolerance``, or when round-off keeps the line search from a further decrease. ``watch``
    is called with the parameters, which belong to it, and J of each gradient. p stays as it is.

    Raises DivergenceError if J(p) is not finite; OptionError for what is no `Objective`.
    """
    from scipy.optimize import minimize

    recorder = Recorder(objective)
    J = objective.value(p)
    if not np.isfinite(J):
        raise DivergenceError(
            f"J = {J} at the start, ||p|| = {np.linalg.norm(p):.3e}: take another start"
        )
    recorder.record(J)

    def evaluate(q: Array) -> tuple[float, Array]:
        J, g = recorder.value_and_gradient(q)
        if watch is not None:
            watch(np.array(q), J)
        return J, g

    def after_step(intermediate_result: object) -> None:
        recorder.record(float(intermediate_result.fun))  # type: ignore[attr-defined]

    result = minimize(
        evaluate,
        p,
        jac=True,
        method="L-BFGS-B",
        callback=after_step,
        options={
            "maxiter": steps,
            "maxfun": 20 * steps if gradients is None else gradients,
            "maxcor": memory,
            "gtol": tolerance,
            "ftol": 0.0,
        },
    )
    return Solution(np.asarray(result.x), recorder.history(), str(result.message))
