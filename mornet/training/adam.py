"""Adam: steps scaled by running moments of the gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.records import Array
from mornet.training.optimiser import OnBatch, State
from mornet.training.schedules import Schedule, as_schedule


@dataclass(frozen=True)
class Adam:
    """Adam (D. P. Kingma and J. Ba, ICLR 2015, Algorithm 1), with bias-corrected moments."""

    eta: float | Schedule = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def init(self, p: Array) -> State:
        return {"m": np.zeros_like(p), "v": np.zeros_like(p)}

    def step(self, k: int, p: Array, g: Array, state: State, J: OnBatch) -> None:
        m, v = state["m"], state["v"]
        m *= self.beta1
        m += (1 - self.beta1) * g
        v *= self.beta2
        v += (1 - self.beta2) * g * g
        m_hat = m / (1 - self.beta1 ** (k + 1))
        v_hat = v / (1 - self.beta2 ** (k + 1))
        p -= as_schedule(self.eta)(k) * m_hat / (np.sqrt(v_hat) + self.epsilon)
