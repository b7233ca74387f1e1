"""Dropout in training: an objective whose gradients go through masks that differ by the step.

The mask of step k depends on the seed and on k alone. A training that resumes from a checkpoint
therefore draws the same masks. All other random numbers of the training stay the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.checks import require_integer
from mornet.errors import OptionError
from mornet.nn.backprop import back_propagate, forward_pass
from mornet.nn.dropout import with_masks
from mornet.records import Array, Indices
from mornet.training.objective import Objective


@dataclass(frozen=True, eq=False)
class DroppedOut:
    """The `DescentObjective` of ``objective`` with the `Dropout` layers of its network at work.

    `value` is that of the objective: dropout is off. `gradient` is that of the network with the
    masks of step ``step``, drawn from the generator of (``seed``, ``step``). A descent asks for
    `at_step` before each step. Raises OptionError for a seed that is no integer of at least 0.
    """

    objective: Objective
    seed: int
    step: int = 0

    def __post_init__(self) -> None:
        require_integer("seed", self.seed)
        if self.seed < 0:
            raise OptionError(f"seed = {self.seed} must be at least 0")

    @property
    def N(self) -> int:
        """The number of samples."""
        return self.objective.N

    def at_step(self, k: int) -> DroppedOut:
        """Return the objective whose masks are those of step ``k``."""
        return DroppedOut(self.objective, self.seed, k)

    def value(self, p: Array, batch: Indices | None = None) -> float:
        """Return J(p) without dropout."""
        return self.objective.value(p, batch)

    def gradient(self, p: Array, batch: Indices | None = None, out: Array | None = None) -> Array:
        """Return the gradient (P,) through the masks of the step, written to ``out`` if given."""
        J = self.objective
        x, y, w = J.samples(batch)
        net = with_masks(J.net, x.shape[1], np.random.default_rng([self.seed, self.step]))
        layers, g = net.layers(p), np.empty_like(p) if out is None else out
        passed = forward_pass(layers, x)
        back_propagate(layers, passed, J.C.derivative(passed.a[-1], y) * w, net.layers(g))
        g += J.decay * p
        return g
