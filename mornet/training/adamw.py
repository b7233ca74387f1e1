"""AdamW: Adam with a weight decay that does not enter the moments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mornet.checks import require_part, require_positive
from mornet.records import Array
from mornet.training.adam import Adam
from mornet.training.optimiser import OnBatch, State
from mornet.training.schedules import Schedule, as_schedule


@dataclass(frozen=True)
class AdamW:
    """p <- (1 - eta decay) p, then a step of Adam (I. Loshchilov and F. Hutter, ICLR 2019).

    A penalty 1/2 decay ||p||^2 in J would enter the moments of Adam, which would scale it. This
    decay is not scaled. ``decay`` is a number for all parameters or an array (P,). J has no
    penalty. Raises OptionError as `Adam` does.
    """

    eta: float | Schedule = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    decay: float | Array = 1e-2

    def __post_init__(self) -> None:
        as_schedule(self.eta)
        require_part("beta1", self.beta1)
        require_part("beta2", self.beta2)
        require_positive(epsilon=self.epsilon)

    @cached_property
    def adam(self) -> Adam:
        """The step without the decay."""
        return Adam(self.eta, self.beta1, self.beta2, self.epsilon)

    def init(self, p: Array) -> State:
        return self.adam.init(p)

    def step(self, k: int, p: Array, g: Array, state: State, J: OnBatch) -> None:
        p *= 1 - as_schedule(self.eta)(k) * self.decay
        self.adam.step(k, p, g, state, J)
