"""Step sizes by line search: what the learning rate is an old friend of."""

from __future__ import annotations

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
    most: int = 60

    def step_size(
        self, value: Callable[[Array], float], p: Array, g: Array, first: float = 0.0
    ) -> float:
        """Return eta along -g; DivergenceError if ``most`` reductions do not suffice.

        Where J(p) cannot be told from J(p - eta g) any more (a stationary point, to round-off),
        the answer is 0.
        """
        eta = first or self.initial
        J, slope = value(p), float(g @ g)
        for _ in range(self.most):
            trial = value(p - eta * g)
            if trial <= J - self.c * eta * slope:
                return eta
            if abs(trial - J) <= 1e-15 * abs(J):
                return 0.0
            eta *= self.shrink
        raise DivergenceError(
            f"no descent along -g after {self.most} reductions, down to eta = {eta:.1e} with "
            f"||g|| = {slope**0.5:.3e}: is the gradient that of the value?"
        )
