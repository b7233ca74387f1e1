"""The result of a deterministic solver: parameters, and a count of all evaluations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.errors import OptionError, counted
from mornet.records import Array, Indices, array, in_short
from mornet.training.objective import Objective


@dataclass(frozen=True, eq=False)
class SolverHistory:
    """J after each step, and the evaluations over all samples that were made so far."""

    kind: ClassVar[str] = "solver_history"
    __repr__ = in_short
    step: Indices = array("step", about="number of steps done")
    objective: Array = array("step", about="objective J")
    values: Indices = array("step", about="values or residuals evaluated so far, no derivatives")
    gradients: Indices = array("step", about="gradients evaluated so far, each with its value of J")
    jacobians: Indices = array("step", about="Jacobians of all residuals evaluated so far")
    outputs: int = 1

    @property
    def gradient_equivalents(self) -> Array:
        """The evaluations in units of one gradient over all samples, counted in products per layer.

        A gradient takes three products (forward, back, and (4) of the Lemma), so a value of J takes
        1/3 of a gradient. A Jacobian takes a forward pass and two products for each of the n_L
        ``outputs``, (1 + 2 n_L) / 3 gradients. The linear algebra of a step does not count.
        """
        jacobian = (1 + 2 * self.outputs) / 3
        return np.asarray(self.values / 3 + self.gradients + jacobian * self.jacobians)


class Solution(NamedTuple):
    """The parameters p (P,) at which a solver stopped, its history, and why it stopped."""

    p: Array
    history: SolverHistory
    reason: str

    def __repr__(self) -> str:
        J = self.history.objective
        steps = counted(len(J) - 1, "step")
        return f"Solution(p {self.p.shape}, J = {J[-1]:.6g} after {steps}: {self.reason})"


class Recorder:
    """An objective that counts its evaluations and writes their history."""

    def __init__(self, objective: Objective) -> None:
        if not hasattr(objective, "value_and_gradient"):
            raise OptionError(
                f"a solver needs an Objective, not a {type(objective).__name__}, which is for train"
            )
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

    def record(self, J: float) -> None:
        """Add a row to the history: ``J``, and the counts so far."""
        self.rows.append((J, *self.counts))

    def history(self) -> SolverHistory:
        """Return the rows as a record."""
        return history_of(self.rows, self.objective.net.widths[-1])


def history_of(rows: Sequence[tuple[float, ...]], outputs: int) -> SolverHistory:
    """Return the history with ``rows`` (J, values, gradients, jacobians), one for each step."""
    table = np.array(rows, dtype=float).reshape(-1, 4).T
    values, gradients, jacobians = table[1:].astype(int)
    step = np.arange(table.shape[1])
    return SolverHistory(step, table[0], values, gradients, jacobians, outputs)
