"""Step sizes eta by line search, in place of a prescribed learning rate.

Along a descent direction d the objective is phi(eta) = J(p + eta d), with phi'(0) = g^T d < 0.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Protocol

from mornet.checks import require_positive, require_whole
from mornet.errors import DivergenceError, OptionError
from mornet.records import Array


class ValueAndGradient(Protocol):
    """What a line search asks of an objective; `OnBatch` is one."""

    def value(self, p: Array) -> float:
        """Return J(p)."""
        ...

    def gradient(self, p: Array) -> Array:
        """Return grad J(p) (P,)."""
        ...


@dataclass(frozen=True)
class Armijo:
    """Backtracking, until phi(eta) <= phi(0) + c eta phi'(0) (Nocedal and Wright, Algorithm 3.1).

    The first trial is twice the last accepted step, ``initial`` at the start.

    Raises OptionError unless initial > 0, 0 < c < 1, 0 < shrink < 1 and most >= 1.
    """

    initial: float = 1.0
    c: float = 1e-4
    shrink: float = 0.5
    most: int = 30

    def __post_init__(self) -> None:
        require_positive(initial=self.initial, c=self.c, shrink=self.shrink)
        require_whole(most=self.most)
        if max(self.c, self.shrink) >= 1:
            raise OptionError(f"c = {self.c} and shrink = {self.shrink} must be less than 1")

    def step_size(
        self, J: ValueAndGradient, p: Array, g: Array, d: Array, first: float = 0.0
    ) -> float:
        """Return eta along ``d``; raise DivergenceError if ``most`` reductions do not suffice.

        At a stationary point, where the decrease that phi'(0) promises is below the round-off of J,
        eta is 0.
        """
        eta = first or self.initial
        phi, slope = J.value(p), float(g @ d)
        for _ in range(self.most):
            if J.value(p + eta * d) <= phi + self.c * eta * slope:
                return eta
            if _below_round_off(eta * slope, phi):
                return 0.0
            eta *= self.shrink
        raise _no_step(self.most, eta, slope)


@dataclass(frozen=True)
class Wolfe:
    """A step with the strong Wolfe conditions (Nocedal and Wright, (3.7)), by bisection.

        phi(eta) <= phi(0) + c1 eta phi'(0)    and    |phi'(eta)| <= c2 |phi'(0)|,    c1 < c2

    The interval [low, high] is doubled until ``high`` is known, then halved. At ``low`` the first
    condition holds, and phi' is too negative. At ``high`` the first condition fails, or phi' is too
    positive. So psi(eta) = phi(eta) - c1 eta phi'(0) has a minimum inside, where both conditions
    hold. As phi' is continuous, they hold in a neighbourhood, which the bisection meets.

    Raises OptionError unless initial > 0, 0 < c1 < c2 < 1 and most >= 1.
    """

    initial: float = 1.0
    c1: float = 1e-4
    c2: float = 0.9
    most: int = 40

    def __post_init__(self) -> None:
        require_positive(initial=self.initial, c1=self.c1)
        require_whole(most=self.most)
        if not self.c1 < self.c2 < 1:
            raise OptionError(f"c1 = {self.c1} must be less than c2 = {self.c2}, and c2 than 1")

    def step_size(
        self, J: ValueAndGradient, p: Array, g: Array, d: Array, first: float = 0.0
    ) -> float:
        """Return eta along ``d``; raise DivergenceError if ``most`` trials do not suffice.

        At a stationary point, where the decrease that phi'(0) promises is below the round-off of J,
        eta is the largest step known to satisfy the first condition, or 0.
        """
        eta = first or self.initial
        phi, slope = J.value(p), float(g @ d)
        low, high = 0.0, math.inf
        for _ in range(self.most):
            trial = p + eta * d
            if not J.value(trial) <= phi + self.c1 * eta * slope:  # NaN is too far as well
                high = eta
            else:
                here = float(J.gradient(trial) @ d)
                if abs(here) <= self.c2 * abs(slope):
                    return eta
                low, high = (eta, high) if here < 0 else (low, eta)
            if high < math.inf and _below_round_off((high - low) * slope, phi):
                return low
            eta = 2 * eta if high == math.inf else 0.5 * (low + high)
        raise _no_step(self.most, eta, slope)


def _below_round_off(change: float, phi: float) -> bool:
    return abs(change) <= sys.float_info.epsilon * abs(phi)


def _no_step(most: int, eta: float, slope: float) -> DivergenceError:
    return DivergenceError(
        f"no step found in {most} trials along a direction with g^T d = {slope:.3e}, the last one "
        f"eta = {eta:.1e}: check that the gradient is that of the value"
    )
