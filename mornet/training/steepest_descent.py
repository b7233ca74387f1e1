"""Steepest descent, which on sampled gradients is the stochastic gradient method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet import kernels
from mornet.records import Array, Indices
from mornet.training.line_search import Armijo
from mornet.training.objective import Objective
from mornet.training.optimiser import State, Value
from mornet.training.schedules import Schedule, as_schedule


@dataclass(frozen=True)
class SteepestDescent:
    """p <- p - eta grad J(p), with eta given (a number or a schedule) or found by a line search.

    On sampled gradients this is the stochastic gradient method of the talk.
    """

    eta: float | Schedule | Armijo = 0.05

    def init(self, p: Array) -> State:
        return {"eta": np.array(0.0)}

    def direct_step(self, k: int, p: Array, J: Objective, batch: Indices | None) -> bool:
        """Do step ``k`` on p without a gradient; return False if it takes one."""
        if isinstance(self.eta, Armijo):
            return False
        return J.descend(p, as_schedule(self.eta)(k), batch)

    def step(self, k: int, p: Array, g: Array, state: State, value: Value) -> None:
        if isinstance(self.eta, Armijo):
            eta = self.eta.step_size(value, p, g, first=2 * float(state["eta"]))
        else:
            eta = as_schedule(self.eta)(k)
        state["eta"][...] = eta
        kernels.active().descend(p, g, eta)
