"""Learning rates eta(k), step sizes by another name, as functions of the step k = 0, 1, 2, ..."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol


class Schedule(Protocol):
    """eta as a function of the step."""

    def __call__(self, k: int) -> float:
        """Return eta of step ``k``."""
        ...


@dataclass(frozen=True)
class Constant:
    """eta(k) = eta."""

    eta: float

    def __call__(self, k: int) -> float:
        return self.eta


@dataclass(frozen=True)
class Cosine:
    """eta(k) = eta/2 (1 + cos(pi k / steps)), from eta down to 0 (Loshchilov and Hutter, 2017)."""

    eta: float
    steps: int

    def __call__(self, k: int) -> float:
        return 0.5 * self.eta * (1 + math.cos(math.pi * min(k / self.steps, 1.0)))


def as_schedule(eta: float | Schedule) -> Schedule:
    """Return a schedule: ``eta`` itself, or the constant one."""
    return eta if callable(eta) else Constant(float(eta))
