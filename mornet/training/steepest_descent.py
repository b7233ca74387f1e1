"""Steepest descent, which on sampled gradients is the stochastic gradient method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.records import Array
from mornet.training.line_search import Armijo, Wolfe
from mornet.training.optimiser import OnBatch, State
from mornet.training.schedules import Schedule, as_schedule


@dataclass(frozen=True)
class SteepestDescent:
    """p <- p - eta grad J(p), with eta given (a number or a schedule) or found by a line search.

    On sampled gradients this is the stochastic gradient method of the talk.
    """

    eta: float | Schedule | Armijo | Wolfe = 0.05

    def init(self, p: Array) -> State:
        return {"eta": np.array(0.0)}

    def step(self, k: int, p: Array, g: Array, state: State, J: OnBatch) -> None:
        if isinstance(self.eta, Armijo | Wolfe):
            eta = self.eta.step_size(J, p, g, -g, first=2 * float(state["eta"]))
        else:
            eta = as_schedule(self.eta)(k)
        state["eta"][...] = eta
        p -= eta * g
