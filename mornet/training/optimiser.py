"""What an optimiser is: a frozen value with an explicit state.

It maps (p, g, state) to the next p, in place. The state is a dict of arrays, so that it can be
stored and resumed. ``value`` is J restricted to the samples of the step, which only a line search
evaluates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mornet.records import Array

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
