"""Adam: steps scaled by running moments of the gradient."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mornet import kernels
from mornet.checks import require_part, require_positive
from mornet.records import Array
from mornet.training.optimiser import OnBatch, State
from mornet.training.schedules import Schedule, as_schedule


@dataclass(frozen=True)
class Adam:
    """Adam (D. P. Kingma and J. Ba, ICLR 2015, Algorithm 1), with bias-corrected moments.

    The state holds the running sums m = sum_j beta1^(k-j) g_j and v = sum_j beta2^(k-j) g_j^2. They
    are the moments of Algorithm 1 up to the factors 1 - beta1 and 1 - beta2. The step size and
    epsilon take these factors and the corrections of the bias, which saves two passes over memory.

    Raises OptionError unless eta > 0, epsilon > 0, and beta1 and beta2 are in [0, 1).
    """

    eta: float | Schedule = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        as_schedule(self.eta)
        require_part("beta1", self.beta1)
        require_part("beta2", self.beta2)
        require_positive(epsilon=self.epsilon)

    def init(self, p: Array) -> State:
        return {"m": np.zeros_like(p), "v": np.zeros_like(p)}

    def step(self, k: int, p: Array, g: Array, state: State, J: OnBatch) -> None:
        # m_hat = c1 m and sqrt(v_hat) = c2 sqrt(v) in the names of Algorithm 1
        c1 = (1 - self.beta1) / (1 - self.beta1 ** (k + 1))
        c2 = math.sqrt((1 - self.beta2) / (1 - self.beta2 ** (k + 1)))
        eta = as_schedule(self.eta)(k) * c1 / c2
        m, v = state["m"], state["v"]
        kernels.active().adam(p, g, m, v, self.beta1, self.beta2, eta, self.epsilon / c2)
