"""Training again, the rival of every update: L-BFGS, counted in gradients."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from mornet.records import Array
from mornet.training import Objective


class Retraining(NamedTuple):
    """The end of a training and everything it evaluated on the way."""

    p: Array
    trace: Array
    """(k, P): the parameters of the lowest J among the first k gradients, one row per gradient."""

    @property
    def gradients(self) -> int:
        """How many gradients were evaluated."""
        return len(self.trace)


def retrain(
    objective: Objective, start: Array, *, tolerance: float = 1e-7, most: int = 20_000
) -> Retraining:
    """Return L-BFGS (20 pairs) from ``start`` until no gradient entry exceeds ``tolerance``."""
    best: list[tuple[float, Array]] = []

    def evaluate(p: Array) -> tuple[float, Array]:
        J = objective.value(p)
        better = not best or best[-1][0] > J
        best.append((J, np.array(p)) if better else best[-1])
        return J, objective.gradient(p)

    options = {"maxcor": 20, "maxiter": most, "maxfun": most, "gtol": tolerance, "ftol": 0.0}
    end = minimize(evaluate, start, jac=True, method="L-BFGS-B", options=options)
    return Retraining(np.asarray(end.x), np.array([p for _, p in best]))
