"""Operator inference: equations for the codes, found by least squares from the training codes.

    dz/dt = c + A z + H (z (x) z),

with each operator linear in the parameters, if there are several (B. Peherstorfer and K. Willcox,
Comput. Methods Appl. Mech. Eng. 306, 2016; regularised as in S. McQuarrie, C. Huang and K. Willcox,
J. R. Soc. N. Z. 51, 2021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mornet.errors import DivergenceError, OptionError
from mornet.fom.model import DenseSolve
from mornet.fom.problem import Mu
from mornet.fom.time_stepping import attempt
from mornet.linalg import tikhonov
from mornet.records import Array
from mornet.reduction.quadratic.record import products, products_derivative
from mornet.rom.methods.at_times import attempt_at
from mornet.rom.methods.inputs import extents, inputs_of
from mornet.rom.methods.interface import (
    Demand,
    Prediction,
    Predictor,
    Start,
    Training,
    implicit_of,
)
from mornet.rom.methods.order import Path, in_time
from mornet.rom.methods.projection import trial_of
from mornet.rom.trial import Trial
from mornet.settings import Settings
from mornet.snapshots import Snapshots
from mornet.snapshots.equal_steps import step_tolerance

PENALTIES = tuple(10.0**k for k in range(-8, 3))


@dataclass(frozen=True, eq=False)
class QuadraticModel(DenseSolve):
    """dz/dt = c + A z + H h(z), h(z) = (z_i z_j), j <= i: a `Model` of n = r equations."""

    c: Array
    A: Array
    H: Array

    @property
    def n(self) -> int:
        """Entries of a code."""
        return len(self.c)

    def f(self, t: float, z: Array) -> Array:
        """Return dz/dt (r,)."""
        return np.asarray(self.c + self.A @ z + self.H @ products(z))

    def jacobian(self, t: float, z: Array) -> Any:
        """Return A + H h'(z) (r, r)."""
        return self.A + self.H @ products_derivative(z)


@dataclass(frozen=True)
class OperatorInferenceMethod(Settings):
    """Quadratic equations for the codes, stepped by the implicit integrator of the problem.

    Derivatives are central differences of the codes in time. The penalty is the one of eleven for
    which the equations follow the training trajectories best. With ``parametric`` the operators are
    linear in the parameters. Without ``quadratic`` terms H is zero.
    """

    demands: ClassVar[tuple[Demand, ...]] = ()
    parametric: bool = True
    quadratic: bool = True

    def predictor(self, training: Training) -> Predictor:
        """Return the model inferred from the training codes.

        Raises OptionError without times, and for a trajectory of fewer than three snapshots;
        DataError for a time that stands twice in a trajectory. The model raises OptionError for
        parameters whose effect the training cannot show.
        """
        part = training.snapshots
        paths = _followed(part)
        if not training.problem.equation:
            self.require_times(part)
        codes = training.codes
        size = float(np.sqrt(np.mean(codes**2))) or 1.0
        learned = _Learned(training, part, paths, codes / size, self._scaling(part), self.quadratic)
        operators = learned.best()
        implicit, count = implicit_of(training.problem.integrator)
        require_known = self._known(training)

        def predict(start: Start) -> Prediction:
            require_known(start.mu)
            trial, z = trial_of(training, start)
            model = learned.model(operators, start.mu)
            if start.times is not None:
                return _prediction(trial, size, *attempt_at(model, z / size, implicit, start.times))
            codes, failure = attempt(model, z / size, implicit, start.steps * count, start.t)
            return _prediction(trial, size, codes[:, ::count], failure)

        return predict

    def require_times(self, part: Snapshots) -> None:
        """Raise an error for training snapshots without an equation that have other times.

        Steps are equal but for the rounding of times, and a trajectory has three of them at least.
        """
        paths = [path.t for path in _followed(part)]
        _require_equal(np.concatenate([np.diff(t) for t in paths]), step_tolerance(paths))

    def _known(self, training: Training) -> Callable[[Mu], Any]:
        """Return a function that refuses parameters whose effect the training cannot show."""
        mu = training.snapshots.mu
        if mu is None or not self.parametric:
            return lambda at: None
        low, width = mu.min(axis=1)[:, None], extents(mu)[:, None]
        known = inputs_of((mu - low) / width, training.problem.parameters)
        return lambda at: known.of((np.array(at)[:, None] - low) / width)

    def _scaling(self, part: Snapshots) -> tuple[Array, Array] | None:
        """Return the mean and deviation of the parameters, or None if they do not matter."""
        if not self.parametric or part.mu is None or np.ptp(part.mu, axis=1).max() == 0:
            return None
        deviation = part.mu.std(axis=1)
        return part.mu.mean(axis=1), np.where(deviation > 0, deviation, 1.0)


LEAST = 3  # snapshots of a trajectory, whose differences are of second order


def _followed(part: Snapshots) -> list[Path]:
    """Return the trajectories of ``part``; OptionError if one of them is too short."""
    paths = in_time(part)
    for number, (_, t) in paths.items():
        if len(t) < LEAST:
            raise OptionError(
                f"operator inference needs {LEAST} snapshots of each training trajectory, and "
                f"trajectory {number} has {len(t)}: leave it out, or take regression"
            )
    return list(paths.values())


def _require_equal(steps: Array, tolerance: float) -> None:
    """Raise OptionError for steps of time of different lengths."""
    low, high = float(steps.min()), float(steps.max())
    if high - low > tolerance:
        raise OptionError(
            f"operator inference takes equal steps of time, not steps from {low:.6g} to "
            f"{high:.6g}: take regression"
        )


def _prediction(
    trial: Trial, size: float, codes: Array, failure: DivergenceError | None
) -> Prediction:
    return Prediction(size * codes, trial.state(size * codes), str(failure or ""))


@dataclass(frozen=True, eq=False)
class _Learned:
    """The least-squares problem for the operators."""

    training: Training
    part: Snapshots
    paths: list[Path]
    codes: Array
    scaling: tuple[Array, Array] | None
    quadratic: bool

    def best(self) -> Array:
        """Return the operators (r, features) with the penalty that suits the training best."""
        D, X = self._data()
        size = float(np.linalg.norm(D, 2))
        candidates = [tikhonov(D, X, penalty * size).T for penalty in PENALTIES]
        return candidates[int(np.argmin([self._misfit(O) for O in candidates]))]

    def model(self, operators: Array, mu: tuple[float, ...]) -> QuadraticModel:
        """Return the equations for the parameters ``mu``."""
        r = len(self.codes)
        weights = self._weights(np.array(mu)[:, None])[:, 0]
        O = np.tensordot(weights, operators.reshape(r, len(weights), -1), axes=(0, 1))
        H = O[:, r + 1 :] if self.quadratic else np.zeros((r, r * (r + 1) // 2))
        return QuadraticModel(O[:, 0], O[:, 1 : r + 1], H)

    def _weights(self, mu: Array) -> Array:
        """Return (1, scaled mu), the factors of the operators, for ``mu`` (p, m)."""
        ones = np.ones((1, mu.shape[1]))
        if self.scaling is None:
            return ones
        return np.vstack([ones, ((mu.T - self.scaling[0]) / self.scaling[1]).T])

    def _data(self) -> tuple[Array, Array]:
        """Return the features (m, k) of all snapshots, and the derivatives (m, r)."""
        Z, part = self.codes, self.part
        features = np.vstack([np.ones((1, Z.shape[1])), Z])
        features = np.vstack([features, products(Z)]) if self.quadratic else features
        mu = np.zeros((0, Z.shape[1])) if part.mu is None else part.mu
        D = np.einsum("im,jm->mij", self._weights(mu), features).reshape(Z.shape[1], -1)
        rates = np.empty_like(Z)
        for columns, t in self.paths:
            rates[:, columns] = np.array([np.gradient(z, t, edge_order=2) for z in Z[:, columns]])
        return D, rates.T

    def _misfit(self, operators: Array) -> float:
        """Return the squared error over the training trajectories; infinite after a failure."""
        total, integrator = 0.0, implicit_of(self.training.problem.integrator)[0]
        for columns, t in self.paths:
            Z = self.codes[:, columns]
            mu = () if self.part.mu is None else tuple(self.part.mu[:, columns[0]])
            found, failure = attempt_at(self.model(operators, mu), Z[:, 0], integrator, t)
            if failure is not None:
                return np.inf
            total += float(np.sum((found - Z) ** 2))
        return total if np.isfinite(total) else np.inf
