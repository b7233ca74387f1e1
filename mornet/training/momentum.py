"""Steepest descent with momentum: each step keeps a part of the step before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.checks import require_part
from mornet.records import Array
from mornet.training.optimiser import OnBatch, State
from mornet.training.schedules import Schedule, as_schedule


@dataclass(frozen=True)
class Momentum:
    """v <- beta v - eta g, p <- p + v: the heavy ball (B. T. Polyak, 1964).

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
        v = state["v"]
        v *= self.beta
        v -= as_schedule(self.eta)(k) * g
        p += v
