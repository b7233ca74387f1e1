"""Steepest descent, which on sampled gradients is the stochastic gradient method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet import kernels
from mornet.records import Array
from mornet.training.line_search import Armijo, Wolfe
from mornet.training.optimiser import OnBatch, State
from mornet.training.schedules import Schedule, as_schedule


@dataclass(frozen=True)
class SteepestDescent:
    """p <- p - eta grad J(p), with eta given (a number or a schedule) or found by a line search.

    On sampled gradients this is the stochastic gradient method (Higham and Higham, SIAM Review
    61(4), 2019, Section 4). Raises OptionError unless a number ``eta`` is positive.
    """

    eta: float | Schedule | Armijo | Wolfe = 0.05

    def __post_init__(self) -> None:
        if not isinstance(self.eta, Armijo | Wolfe):
            as_schedule(self.eta)

    def init(self, p: Array) -> State:
        return {"eta": np.array(0.0)}

    def direct_step(self, k: int, p: Array, state: State, J: OnBatch) -> bool:
        """Do step ``k`` on p without a gradient in memory, or change nothing and return False."""
        if isinstance(self.eta, Armijo | Wolfe):
            return False
        state["eta"][...] = eta = as_schedule(self.eta)(k)
        return J.descend(p, eta)

    def step(self, k: int, p: Array, g: Array, state: State, J: OnBatch) -> None:
        if isinstance(self.eta, Armijo | Wolfe):
            eta = self.eta.step_size(J, p, g, -g, first=2 * float(state["eta"]))
        else:
            eta = as_schedule(self.eta)(k)
        state["eta"][...] = eta
        kernels.active().descend(p, g, eta)
