"""Step sizes by line search: what the learning rate is an old friend of."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from mornet.errors import DivergenceError
from mornet.records import Array


@dataclass(frozen=True)
class Armijo:
    """Backtracking until J(p - eta g) <= J(p) - c eta ||g||^2 (Nocedal and Wright, Algorithm 3.1).

    The first trial is twice the last accepted step, ``initial`` at the start.
    """

    initial: float = 1.0
    c: float = 1e-4
    shrink: float = 0.5
    most: int = 30

    def step_size(
        self, value: Callable[[Array], float], p: Array, g: Array, first: float = 0.0
    ) -> float:
        """Return eta along -g; DivergenceError if ``most`` reductions do not suffice.

        Where the decrease that ||g||^2 promises is below the round-off of J (a stationary point),
        the answer is 0.
        """
        eta = first or self.initial
        J, slope = value(p), float(g @ g)
        for _ in range(self.most):
            trial = value(p - eta * g)
            if trial <= J - self.c * eta * slope:
                return eta
            if eta * slope <= sys.float_info.epsilon * abs(J):
                return 0.0
            eta *= self.shrink
        raise DivergenceError(
            f"no descent along -g after {self.most} reductions, down to eta = {eta:.1e} with "
            f"||g|| = {slope**0.5:.3e}: is the gradient that of the value?"
        )
