"""Correctors: they improve a predicted q(t) by the gradient of J on the new data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from mornet.checks import require_integer
from mornet.errors import OptionError
from mornet.perturbation.base_point.interface import Base, tangent
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.update.hessian_substitutes import HessianSubstitute, solver_of
from mornet.perturbation.update.interface import NoUpdate, ParameterCurve, Update
from mornet.perturbation.update.predictors import Taylor
from mornet.perturbation.work import BASE_COUNTS, Counts
from mornet.records import Array
from mornet.settings import Count, Settings
from mornet.training import Objective
from mornet.training.newton import quadratic_model

POWER_STEPS = 50
"""Steps of the power iteration that finds the largest eigenvalue of H."""


class Corrector(Protocol):
    """A step from q to better parameters, computed from J on the new data."""

    @property
    def name(self) -> str:
        """The name in results and figures."""
        ...

    @property
    def counts(self) -> Counts:
        """The work of one step."""
        ...

    @property
    def setup(self) -> Counts:
        """The work at the base, done once before the first step."""
        ...

    def error_order_after(self, before: int) -> int:
        """Return the error_order after a step from parameters of error_order ``before``."""
        ...

    def step(self, base: Base, objective: Objective, q: Array) -> Array:
        """Return the corrected parameters (P,)."""
        ...


@dataclass(frozen=True)
class ChordStep:
    """The step to q - H_0^{-1} g(q, t), with the factors of H_0 at the base point.

    A step raises error_order by 1. From q = p*, on a path on which g is affine in t, the step is
    the first-order update.
    """

    name = "chord"
    counts = Counts(gradients=1, solves=1)
    setup = BASE_COUNTS

    def error_order_after(self, before: int) -> int:
        return before + 1

    def step(self, base: Base, objective: Objective, q: Array) -> Array:
        return np.asarray(q - base.solve(objective.gradient(q)))


@dataclass(frozen=True)
class NewtonStep:
    """The step to q - H(q, t)^{-1} g(q, t): one step of Newton's method on the new data.

    A step doubles error_order. With a ``substitute`` for H, error_order stays.
    """

    substitute: HessianSubstitute | None = None
    setup = Counts()

    @property
    def name(self) -> str:
        return "Newton" if self.substitute is None else f"{self.substitute.name} Newton"

    @property
    def counts(self) -> Counts:
        counts = Counts(hessians=1) if self.substitute is None else self.substitute.counts
        return Counts(gradients=1, solves=1) + counts

    def error_order_after(self, before: int) -> int:
        return 2 * before if self.substitute is None else before

    def step(self, base: Base, objective: Objective, q: Array) -> Array:
        return np.asarray(q - solver_of(self.substitute, objective, q)(objective.gradient(q)))


@dataclass(frozen=True)
class Corrected:
    """A predictor that is followed by ``steps`` steps of a corrector."""

    predictor: Update = field(default_factory=NoUpdate)
    corrector: Corrector = field(default_factory=NewtonStep)
    steps: int = 1

    def __post_init__(self) -> None:
        require_integer("steps", self.steps)
        if self.steps < 1:
            raise OptionError(f"steps = {self.steps} must be at least 1")

    @property
    def name(self) -> str:
        count = "" if self.steps == 1 else f"{self.steps} "
        if isinstance(self.predictor, NoUpdate):
            return f"{count}{self.corrector.name} step{'s' if self.steps > 1 else ''}"
        return f"{self.predictor.name} + {count}{self.corrector.name}"

    @property
    def error_order(self) -> int:
        order = self.predictor.error_order
        for _ in range(self.steps):
            order = self.corrector.error_order_after(order)
        return order

    @property
    def counts(self) -> Counts:
        return self.predictor.counts + self.corrector.counts.times(self.steps)

    @property
    def setup(self) -> Counts:
        return self.predictor.setup.shared(self.corrector.setup)

    def along(self, base: Base, path: DataPath) -> ParameterCurve:
        predicted = self.predictor.along(base, path)

        def corrected(t: float) -> Array:
            q, objective = predicted(t), path.objective(t)
            for _ in range(self.steps):
                q = self.corrector.step(base, objective, q)
            return q

        return corrected


@dataclass(frozen=True)
class GradientSteps(Settings):
    """``steps`` steps of steepest descent on the new data, from p*.

    The learning rate eta is 1 / (largest eigenvalue of H). The descent converges fast along
    directions of large eigenvalues and slowly along those of small ones, so that error_order is 1.
    """

    steps: Count = 10
    error_order = 1
    setup = Counts(products=POWER_STEPS)

    @property
    def name(self) -> str:
        return f"{self.steps} gradient steps"

    @property
    def counts(self) -> Counts:
        return Counts(gradients=self.steps)

    def along(self, base: Base, path: DataPath) -> ParameterCurve:
        eta = 1 / largest_eigenvalue(path.start, base.p)

        def descended(t: float) -> Array:
            q, objective = base.p, path.objective(t)
            for _ in range(self.steps):
                q = q - eta * objective.gradient(q)
            return q

        return descended


@dataclass(frozen=True)
class ContinuationSteps(Settings):
    """Continuation in ``count`` equal steps: each is a first-order predictor and a Newton step."""

    count: Count = 4
    error_order = Corrected(Taylor(1), NewtonStep()).error_order
    setup = BASE_COUNTS

    @property
    def name(self) -> str:
        return f"{self.count} continuation steps"

    @property
    def counts(self) -> Counts:
        return Counts(gradients=4, hessians=2, solves=2).times(self.count)

    def along(self, base: Base, path: DataPath) -> ParameterCurve:
        def followed(t: float) -> Array:
            point, at, dt = base, 0.0, t / self.count
            for _ in range(self.count):
                q = point.p + dt * tangent(point, path, at)
                at += dt
                objective = path.objective(at)
                point = quadratic_model(objective, q + quadratic_model(objective, q).newton_step)
            return point.p

        return followed


def largest_eigenvalue(objective: Objective, p: Array, steps: int = POWER_STEPS) -> float:
    """Return an estimate of max |eigenvalue of H|, by ``steps`` steps of the power iteration.

    The iteration starts from the vector of ones.
    """
    v = np.ones_like(p)
    size = 0.0
    for _ in range(steps):
        v = objective.hessian_vector(p, v / np.linalg.norm(v))
        size = float(np.linalg.norm(v))
    return size
