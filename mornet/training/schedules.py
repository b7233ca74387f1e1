"""Learning rates eta(k), also called step sizes, as functions of the step k = 0, 1, 2, ..."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from mornet.checks import require_positive, require_whole
from mornet.errors import OptionError


class Schedule(Protocol):
    """eta as a function of the step."""

    def __call__(self, k: int) -> float:
        """Return eta of step ``k``."""
        ...


@dataclass(frozen=True)
class Constant:
    """eta(k) = eta. Raises OptionError unless eta > 0."""

    eta: float

    def __post_init__(self) -> None:
        require_positive(eta=self.eta)

    def __call__(self, k: int) -> float:
        return self.eta


@dataclass(frozen=True)
class Stairs:
    """eta(k) = eta factor^floor(k / every): constant, and lowered after every ``every`` steps.

    Raises OptionError unless eta > 0, every >= 1 and factor > 0.
    """

    eta: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        require_positive(eta=self.eta, factor=self.factor)
        require_whole(every=self.every)

    def __call__(self, k: int) -> float:
        return self.eta * self.factor ** (k // self.every)


@dataclass(frozen=True)
class Cosine:
    """eta(k) = eta/2 (1 + cos(pi k / steps)), from eta down to 0 (Loshchilov and Hutter, 2017).

    With ``warm_up`` w > 0 the first w steps rise linearly, eta(k) = eta (k + 1) / w, and the cosine
    spans the others. Raises OptionError unless eta > 0, and 0 <= w < steps or steps = w = 0.
    """

    eta: float
    steps: int
    warm_up: int = 0

    def __post_init__(self) -> None:
        require_positive(eta=self.eta)
        if not (0 <= self.warm_up < self.steps or self.warm_up == self.steps == 0):
            raise OptionError(
                f"warm_up = {self.warm_up} must be at least 0 and less than steps = {self.steps}"
            )

    def __call__(self, k: int) -> float:
        if k < self.warm_up:
            return self.eta * (k + 1) / self.warm_up
        part = (k - self.warm_up) / max(1, self.steps - self.warm_up)
        return 0.5 * self.eta * (1 + math.cos(math.pi * min(part, 1.0)))


@dataclass(frozen=True)
class InverseTime:
    """eta(k) = eta / (1 + k / half): eta is halved after ``half`` steps.

    The sum of eta(k) is infinite and that of eta(k)^2 finite, which stochastic approximation needs
    to converge (H. Robbins and S. Monro, 1951). Raises OptionError unless eta > 0 and half > 0.
    """

    eta: float
    half: float

    def __post_init__(self) -> None:
        require_positive(eta=self.eta, half=self.half)

    def __call__(self, k: int) -> float:
        return self.eta / (1 + k / self.half)


def as_schedule(eta: float | Schedule) -> Schedule:
    """Return a schedule: ``eta`` itself, or the constant one. Raises OptionError as it does."""
    return eta if callable(eta) else Constant(eta)
