"""First-order optimisers: frozen values with an explicit state.

Each maps (p, g, state) to the next p, in place. The state is a dict of arrays, zero before the
first step, so that it can be stored and resumed. ``value`` is J restricted to the samples of the
step, which only a line search evaluates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mornet.records import Array
from mornet.training.line_search import Armijo
from mornet.training.schedules import Schedule, as_schedule

State = dict[str, Array]
Value = Callable[[Array], float]


class Optimiser(Protocol):
    """A rule for one step."""

    def init(self, p: Array) -> State:
        """Return the state before the first step, for parameters like ``p``."""
        ...

    def step(self, k: int, p: Array, g: Array, state: State, value: Value) -> None:
        """Do step ``k`` from ``p`` with gradient ``g``; p and ``state`` change in place."""
        ...


@dataclass(frozen=True)
class SteepestDescent:
    """p <- p - eta grad J(p), with eta given (a number or a schedule) or found by a line search.

    On sampled gradients this is the stochastic gradient method of the talk.
    """

    eta: float | Schedule | Armijo = 0.05

    def init(self, p: Array) -> State:
        return {"eta": np.array(0.0)}

    def step(self, k: int, p: Array, g: Array, state: State, value: Value) -> None:
        if isinstance(self.eta, Armijo):
            eta = self.eta.step_size(value, p, g, first=2 * float(state["eta"]))
        else:
            eta = as_schedule(self.eta)(k)
        state["eta"][...] = eta
        p -= eta * g


@dataclass(frozen=True)
class Momentum:
    """v <- beta v - eta g, p <- p + v: the heavy ball (B. T. Polyak, 1964)."""

    eta: float | Schedule = 0.05
    beta: float = 0.9

    def init(self, p: Array) -> State:
        return {"v": np.zeros_like(p)}

    def step(self, k: int, p: Array, g: Array, state: State, value: Value) -> None:
        v = state["v"]
        v *= self.beta
        v -= as_schedule(self.eta)(k) * g
        p += v


@dataclass(frozen=True)
class Adam:
    """Adam (D. P. Kingma and J. Ba, ICLR 2015, Algorithm 1), with bias-corrected moments."""

    eta: float | Schedule = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def init(self, p: Array) -> State:
        return {"m": np.zeros_like(p), "v": np.zeros_like(p)}

    def step(self, k: int, p: Array, g: Array, state: State, value: Value) -> None:
        m, v = state["m"], state["v"]
        m *= self.beta1
        m += (1 - self.beta1) * g
        v *= self.beta2
        v += (1 - self.beta2) * g * g
        m_hat = m / (1 - self.beta1 ** (k + 1))
        v_hat = v / (1 - self.beta2 ** (k + 1))
        p -= as_schedule(self.eta)(k) * m_hat / (np.sqrt(v_hat) + self.epsilon)
