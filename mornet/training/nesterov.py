"""Nesterov's accelerated gradient: momentum with the gradient at the point ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.checks import require_part
from mornet.records import Array
from mornet.training.optimiser import OnBatch, State
from mornet.training.schedules import Schedule, as_schedule


@dataclass(frozen=True)
class Nesterov:
    """v <- beta v - eta g(q + beta v), q <- q + v (Y. Nesterov, 1983).

    In this form of I. Sutskever et al. (ICML 2013, (3)-(4)) the gradient is taken at the point
    ahead, p = q + beta v. Here p is what is trained, so that a step needs one gradient:

        v <- beta v - eta g(p),    p <- p + beta v - eta g(p).

    Raises OptionError unless eta > 0 and 0 <= beta < 1.
    """

    eta: float | Schedule = 0.05
    beta: float = 0.9

    def __post_init__(self) -> None:
        as_schedule(self.eta)
        require_part("beta", self.beta)

    def init(self, p: Array) -> State:
        return {"v": np.zeros_like(p)}

    def step(self, k: int, p: Array, g: Array, state: State, J: OnBatch) -> None:
        v, downhill = state["v"], as_schedule(self.eta)(k) * g
        v *= self.beta
        v -= downhill
        p += self.beta * v
        p -= downhill
