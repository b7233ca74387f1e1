"""Training again by L-BFGS and Adam, the rival of every update, counted in gradients."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from mornet.experiments.seconds import seconds_of
from mornet.perturbation import Base, DataPath, Update
from mornet.records import Array, Indices
from mornet.training import Adam, Descent, FullBatch, Objective, OnBatch, descend, fit_lbfgs

TRAINERS = ("L-BFGS", "Adam, state kept", "Adam, state reset")
"""The trainings that start from the old parameters after the data have changed."""

RATES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
"""Learning rates of Adam. The best one is chosen afterwards, in favour of Adam."""

QUANTILES = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
"""Levels that describe the scatter over random starts: least, quartiles, median, largest."""


class Retraining(NamedTuple):
    """The end of a training, and the best parameters after each of its gradients."""

    p: Array
    trace: Array
    """Row k (P,): the parameters of the lowest J among the first k + 1 gradients."""
    seconds: float = 0.0
    """Processor time."""
    rate: float = 0.0
    """The learning rate, 0 where a line search finds the step."""

    @property
    def gradients(self) -> int:
        """Number of gradients that were evaluated."""
        return len(self.trace)

    def after(self, spent: Indices) -> Array:
        """Return the rows of the trace after ``spent`` >= 1 gradients, at most its last row."""
        return np.asarray(self.trace[np.minimum(spent, self.gradients) - 1])


def retrain(
    objective: Objective, start: Array, *, tolerance: float = 1e-7, most: int = 20_000
) -> Retraining:
    """Return L-BFGS (20 pairs) from ``start`` until no gradient entry exceeds ``tolerance``."""
    best: list[tuple[float, Array]] = []

    def watch(p: Array, J: float) -> None:
        better = not best or best[-1][0] > J
        best.append((J, p) if better else best[-1])

    begin = time.process_time()
    end = fit_lbfgs(objective, start, steps=most, gradients=most, tolerance=tolerance, watch=watch)
    seconds = time.process_time() - begin
    return Retraining(end.p, np.array([p for _, p in best]), seconds)


def train_adam(objective: Objective, p: Array, *, steps: int, eta: float = 1e-3) -> Descent:
    """Return Adam (p, its moments and k) after ``steps`` full-batch steps from ``p``."""
    at = _start(objective, p)
    loop = descend(at, Adam(eta), FullBatch())
    for _ in range(steps):
        next(loop)
    return at


def retrain_adam(
    objective: Objective, start: Array, *, after: Descent | None = None, eta: float, most: int
) -> Retraining:
    """Return Adam from ``start``, after ``most`` >= 1 gradients.

    Adam keeps the moments and the step counter k that it has ``after`` an earlier training; the
    earlier training stays as it is. Without an earlier training they begin at zero.
    """
    at = _start(objective, start)
    if after is not None:
        at.state, at.k = {name: np.array(a) for name, a in after.state.items()}, after.k
    loop = descend(at, Adam(eta), FullBatch())
    best, least, trace = start, np.inf, []
    begin = time.process_time()
    for _ in range(most):
        J = objective.value(at.p)
        if least > J:
            best, least = np.array(at.p), J
        trace.append(best)
        next(loop)
    return Retraining(at.p, np.array(trace), time.process_time() - begin, eta)


def continue_training(
    objective: Objective, start: Array, *, after: Descent, most: int, tolerance: float = 1e-14
) -> tuple[Retraining, ...]:
    """Return the training by each of `TRAINERS` from the old parameters ``start``.

    Each training evaluates at most ``most`` gradients. Adam starts from its state ``after`` the
    training on the old data, or from a new state, with the rate of `RATES` that leads to the least
    J.
    """
    found = [retrain(objective, start, tolerance=tolerance, most=most)]
    for state in (after, None):
        runs = [retrain_adam(objective, start, after=state, eta=eta, most=most) for eta in RATES]
        found.append(min(runs, key=lambda run: objective.value(run.trace[-1])))
    return tuple(found)


def random_point_near(p: Array, rng: np.random.Generator, part: float = 0.1) -> Array:
    """Return a random point at the distance ``part`` ||p|| from ``p``.

    Adam starts there to gather its state on the way to a minimum that Newton's method has found.
    """
    v = rng.standard_normal(p.shape)
    return np.asarray(p + part * np.linalg.norm(p) / np.linalg.norm(v) * v)


def equal_gradients(error: Array, goal: Array) -> Indices:
    """Return the gradients, 1 or more, after which ``error`` (..., gradients) is at most ``goal``.

    The number is that of all gradients where the error never reaches the goal.
    """
    reached = error <= goal[..., None]
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1) + 1, error.shape[-1])


def paid_after(setup: float | Array, update: Array, rival: Indices | Array) -> Array:
    """Return the number of updates after which the ``setup`` has paid, 0 where it never does.

    One update takes the work ``update`` and replaces the work ``rival``; all work is in
    gradient-equivalents. An update that takes no work needs no setup.
    """
    saved = np.where(update > 0, rival - update, 0.0)
    return np.where(saved > 0, setup / np.where(saved > 0, saved, 1.0), 0.0)


def seconds_of_update(update: Update, base: Base, path: DataPath, t: float) -> float:
    """Return the processor time of one update, without that of the base's factorisation."""
    return seconds_of(lambda: update.along(base, path)(t))[0]


def _start(objective: Objective, p: Array) -> Descent:
    p = np.array(p)
    rng = np.random.default_rng(0)  # never drawn from
    return Descent(OnBatch(objective), p, Adam().init(p), FullBatch().init(objective.N), rng)
