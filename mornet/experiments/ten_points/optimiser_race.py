"""Four optimisers on the ten points, from the stochastic gradient method to least squares."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.errors import OptionError
from mornet.experiments.ten_points.data import network, points
from mornet.experiments.ten_points.entering_example import from_columns, published_start
from mornet.nn import Network
from mornet.records import Array, Indices, array, in_short
from mornet.settings import Count, Positive, Seed
from mornet.training import (
    Adam,
    Objective,
    SolverHistory,
    SteepestDescent,
    Training,
    WithReplacement,
    fit_lbfgs,
    fit_least_squares,
    train,
)

TICKS_PER_DECADE = 40


@dataclass(frozen=True, eq=False)
class OptimiserRace:
    """The sum of squares against the work of four optimisers from the same starts.

    ``sum_of_squares`` is sum_i ||y_i - F(x_i)||^2 = 2 N J after at most ``work``
    gradient-equivalents. A gradient over all points counts 1, a value of J 1/3, a Jacobian
    (1 + 2 n_L) / 3 (see `SolverHistory`), a gradient of one point 1 / N. A method that has stopped
    keeps its sum of squares; its work is ``spent``. Values of J that are computed for the record
    alone do not count. The linear algebra of a step does not count either. The fields that begin
    with ``end`` belong to least squares from more starts. The first of these are the starts of the
    race.
    """

    kind: ClassVar[str] = "optimiser_race"
    __repr__ = in_short
    network: Network
    stochastic_eta: float
    adam_eta: float
    method: tuple[str, ...] = array("method")
    work: Array = array("work", about="gradient-equivalents")
    sum_of_squares: Array = array("method", "start", "work", about="of the residual norms, 2 N J")
    spent: Array = array("method", "start", about="gradient-equivalents when the method stopped")
    end_sum_of_squares: Array = array("run", about="2 N J where least squares stopped")
    end_values: Indices = array("run", about="residuals evaluated by least squares")
    end_jacobians: Indices = array("run", about="Jacobians evaluated by least squares")
    seconds: Array = array("method", units="s", about="wall time of all starts", measured=True)


class Curve(NamedTuple):
    """J against gradient-equivalents, ascending."""

    work: Array
    J: Array


@dataclass(frozen=True)
class RaceSettings:
    """The learning rates and the numbers of steps of the race.

    The learning rates are the best of those that were tried on these starts (0.5, 1, 2 for the
    stochastic gradient and 0.03, 0.1, 0.3 for Adam). With the published 0.05 the stochastic
    gradient method would not leave its plateau in this time. Least squares stops at 2 N J =
    ``goal``; the infimum 0 is not attained.
    """

    stochastic_eta: Positive = 1.0
    stochastic_steps: Count = 40_000
    adam_eta: Positive = 0.1
    adam_steps: Count = 4000
    lbfgs_steps: Count = 1000
    goal: Positive = 1e-16


RACE = RaceSettings()


def optimiser_race(
    *, starts: Count = 5, further: Count = 200, seed: Seed = 5000, race: RaceSettings = RACE
) -> OptimiserRace:
    """Return the race of stochastic gradient, Adam, L-BFGS and Levenberg-Marquardt.

    The first start is that of the published program, ``further`` ones are 0.5 N(0, 1) from
    ``default_rng(seed)``. The first ``starts`` of all are those of the race; least squares also
    runs from all others.

    Raises OptionError for a race of more starts than there are.
    """
    if starts > 1 + further:
        raise OptionError(f"{starts} starts of a race need further >= {starts - 1}, not {further}")
    objective = Objective(network(), *points())
    N = objective.N
    P = _starts(objective.net, further, seed)
    methods = _methods(objective, race, np.random.default_rng([seed, 1]))
    curves, seconds = [], []
    for run in methods.values():
        begin = time.perf_counter()
        curves.append([run(p) for p in P[:starts]])
        seconds.append(time.perf_counter() - begin)
    ends = [_least_squares(objective, race, p) for p in P]
    spent = np.array([[curve.work[-1] for curve in row] for row in curves])
    work = _ticks(spent.max())
    return OptimiserRace(
        network=objective.net,
        stochastic_eta=race.stochastic_eta,
        adam_eta=race.adam_eta,
        method=tuple(methods),
        work=work,
        sum_of_squares=2 * N * np.array([[_at(work, curve) for curve in row] for row in curves]),
        spent=spent,
        end_sum_of_squares=np.array([2 * N * end.objective[-1] for end in ends]),
        end_values=np.array([end.values[-1] for end in ends]),
        end_jacobians=np.array([end.jacobians[-1] for end in ends]),
        seconds=np.array(seconds),
    )


def _starts(net: Network, further: int, seed: int) -> Array:
    """Return the published start and ``further`` random ones, one per row."""
    rows = 0.5 * np.random.default_rng(seed).standard_normal((further, net.size))
    return np.array([published_start(net), *(from_columns(net, row) for row in rows)])


def _methods(
    objective: Objective, race: RaceSettings, rng: np.random.Generator
) -> dict[str, Callable[[Array], Curve]]:
    """Return the methods, each a function of the start; ``rng`` draws the single points."""

    def stochastic(p: Array) -> Curve:
        run = train(
            objective,
            p,
            SteepestDescent(race.stochastic_eta),
            steps=race.stochastic_steps,
            sampling=WithReplacement(1),
            rng=rng,
            record_every=max(1, race.stochastic_steps // 1000),
        )
        return _trained(run, objective.N)

    def adam(p: Array) -> Curve:
        every = max(1, race.adam_steps // 1000)
        run = train(objective, p, Adam(race.adam_eta), steps=race.adam_steps, record_every=every)
        return _trained(run, objective.N)

    def lbfgs(p: Array) -> Curve:
        history = fit_lbfgs(objective, p, steps=race.lbfgs_steps, tolerance=0.0).history
        return _solved(history)

    def least_squares(p: Array) -> Curve:
        return _solved(_least_squares(objective, race, p))

    return {
        "stochastic gradient": stochastic,
        "Adam": adam,
        "L-BFGS": lbfgs,
        "least squares": least_squares,
    }


def _least_squares(objective: Objective, race: RaceSettings, p: Array) -> SolverHistory:
    goal = race.goal / (2 * objective.N)
    return fit_least_squares(objective, p, goal=goal, tolerance=0.0).history


def _trained(training: Training, N: int) -> Curve:
    history = training.history
    return Curve(history.sample_gradients / N, history.objective)


def _solved(history: SolverHistory) -> Curve:
    return Curve(history.gradient_equivalents, history.objective)


def _ticks(most: float) -> Array:
    """Return amounts of work from 1 to ``most``, evenly spaced in the logarithm."""
    decades = np.log10(most)
    return np.logspace(0, decades, 1 + int(np.ceil(TICKS_PER_DECADE * decades)))


def _at(work: Array, curve: Curve) -> Array:
    """Return the last J of the curve up to each amount of ``work``; before that, its first J."""
    last = np.searchsorted(curve.work, work, side="right") - 1
    return curve.J[np.maximum(last, 0)]
