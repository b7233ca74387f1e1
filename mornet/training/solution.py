"""What a deterministic solver returns: parameters, and every evaluation on the way to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.records import Array, Indices, array
from mornet.training.objective import Objective


@dataclass(frozen=True, eq=False)
class SolverHistory:
    """The cost after each step, with the evaluations of all samples that it took so far."""

    kind: ClassVar[str] = "solver_history"
    step: Indices = array("step", about="number of steps done")
    cost: Array = array("step", about="objective J")
    values: Indices = array("step", about="costs or residuals evaluated so far, without derivative")
    gradients: Indices = array("step", about="gradients evaluated so far, each with its cost")
    jacobians: Indices = array("step", about="Jacobians of all residuals evaluated so far")
    outputs: int = 1

    @property
    def gradient_equivalents(self) -> Array:
        """The evaluations in units of one gradient over all samples, counted in matrix products.

        A gradient is three (forward, back, and (4) of the Lemma), so a cost is 1/3; a Jacobian
        has a forward pass and two products for each of the n_L ``outputs``, (1 + 2 n_L) / 3.
        The linear algebra of a step is not in it.
        """
        jacobian = (1 + 2 * self.outputs) / 3
        return np.asarray(self.values / 3 + self.gradients + jacobian * self.jacobians)


class Solution(NamedTuple):
    """The parameters p (P,) at which a solver stopped, how it came there, and why it stopped."""

    p: Array
    history: SolverHistory
    reason: str


class Recorder:
    """An objective that counts its evaluations, and the history they make."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        self.counts = np.zeros(3, int)
        self.rows: list[tuple[float, ...]] = []

    def value(self, p: Array) -> float:
        """Return J(p)."""
        self.counts[0] += 1
        return self.objective.value(p)

    def residual(self, p: Array) -> Array:
        """Return the residual."""
        self.counts[0] += 1
        return self.objective.residual(p)

    def value_and_gradient(self, p: Array) -> tuple[float, Array]:
        """Return J(p) and its gradient."""
        self.counts[1] += 1
        return self.objective.value_and_gradient(p)

    def jacobian(self, p: Array) -> Array:
        """Return the Jacobian of the residual."""
        self.counts[2] += 1
        return self.objective.jacobian(p)

    def record(self, cost: float) -> None:
        """Add a row to the history: ``cost``, at what was counted so far."""
        self.rows.append((cost, *self.counts))

    def history(self) -> SolverHistory:
        """Return the rows as a record."""
        return history_of(self.rows, self.objective.net.widths[-1])


def history_of(rows: Sequence[tuple[float, ...]], outputs: int) -> SolverHistory:
    """Return the history with ``rows`` (cost, values, gradients, jacobians), one a step."""
    table = np.array(rows, dtype=float).reshape(-1, 4).T
    values, gradients, jacobians = table[1:].astype(int)
    step = np.arange(table.shape[1])
    return SolverHistory(step, table[0], values, gradients, jacobians, outputs)
