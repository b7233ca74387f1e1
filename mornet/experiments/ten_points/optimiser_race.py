"""Optimisers beside each other on the ten points: what an old friend, least squares, is worth."""

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
from mornet.records import Array, Indices, array
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
    """The cost against the work of four optimisers from the same starts.

    ``cost`` is sum_i ||y_i - F(x_i)||^2 = 2 N J after at most ``work`` gradient-equivalents: one
    is a gradient over all points; a cost is 1/3, a Jacobian (1 + 2 n_L) / 3 (see `SolverHistory`),
    a gradient of one point 1 / N. The cost of a method that has stopped stays as it is, its work
    was ``spent``. Costs that are evaluated for the record alone do not count, nor does the linear
    algebra of a step. ``end_cost``, ``end_values`` and ``end_jacobians`` are those of least squares
    from more starts, of which the first are the ones of the race.
    """

    kind: ClassVar[str] = "optimiser_race"
    network: Network
    stochastic_eta: float
    adam_eta: float
    method: tuple[str, ...] = array("method")
    work: Array = array("work", about="gradient-equivalents")
    cost: Array = array("method", "start", "work", about="sum of squared residual norms, 2 N J")
    spent: Array = array("method", "start", about="gradient-equivalents when the method stopped")
    end_cost: Array = array("run", about="2 N J where least squares stopped")
    end_values: Indices = array("run", about="residuals evaluated by least squares")
    end_jacobians: Indices = array("run", about="Jacobians evaluated by least squares")
    seconds: Array = array("method", units="s", about="wall time of all starts", measured=True)


class Curve(NamedTuple):
    """J against gradient-equivalents, ascending."""

    work: Array
    cost: Array


def optimiser_race(
    *,
    starts: Count = 5,
    further: Count = 200,
    stochastic_eta: Positive = 1.0,
    stochastic_steps: Count = 40_000,
    adam_eta: Positive = 0.1,
    adam_steps: Count = 4000,
    lbfgs_steps: Count = 1000,
    goal: Positive = 1e-16,
    seed: Seed = 5000,
) -> OptimiserRace:
    """Return the race of stochastic gradient, Adam, L-BFGS and Levenberg-Marquardt.

    The first start is the published program's, ``further`` ones are 0.5 N(0, 1) from
    ``default_rng(seed)``; the race is run from the first ``starts`` of all. The learning rates are
    the best of those tried on these starts (0.5, 1, 2 and 0.03, 0.1, 0.3); with the published
    0.05 the stochastic gradient would not leave its plateau in this time. Least squares stops at
    2 N J = ``goal``; the infimum 0 is not attained.

    Raises OptionError for a race of more starts than there are.
    """
    if starts > 1 + further:
        raise OptionError(f"a race from {starts} starts needs more than further = {further}")
    net = network()
    objective = Objective(net, *points())
    of_starts, drawing = (np.random.default_rng(key) for key in (seed, [seed, 1]))
    rows = 0.5 * of_starts.standard_normal((further, net.size))
    P = np.array([published_start(net), *(from_columns(net, row) for row in rows)])
    N = objective.N

    def stochastic(p: Array) -> Curve:
        run = train(
            objective,
            p,
            SteepestDescent(stochastic_eta),
            steps=stochastic_steps,
            sampling=WithReplacement(1),
            rng=drawing,
            record_every=max(1, stochastic_steps // 1000),
        )
        return _trained(run, N)

    def adam(p: Array) -> Curve:
        every = max(1, adam_steps // 1000)
        run = train(objective, p, Adam(adam_eta), steps=adam_steps, record_every=every)
        return _trained(run, N)

    def lbfgs(p: Array) -> Curve:
        history = fit_lbfgs(objective, p, steps=lbfgs_steps, tolerance=0.0).history
        return Curve(history.gradient_equivalents, history.cost)

    def solve(p: Array) -> SolverHistory:
        return fit_least_squares(objective, p, goal=goal / (2 * N), tolerance=0.0).history

    def least_squares(p: Array) -> Curve:
        history = solve(p)
        return Curve(history.gradient_equivalents, history.cost)

    methods: dict[str, Callable[[Array], Curve]] = {
        "stochastic gradient": stochastic,
        "Adam": adam,
        "L-BFGS": lbfgs,
        "least squares": least_squares,
    }
    curves, seconds = [], []
    for run in methods.values():
        begin = time.perf_counter()
        curves.append([run(p) for p in P[:starts]])
        seconds.append(time.perf_counter() - begin)
    ends = [solve(p) for p in P]
    spent = np.array([[curve.work[-1] for curve in row] for row in curves])
    decades = np.log10(spent.max())
    work = np.logspace(0, decades, 1 + int(np.ceil(TICKS_PER_DECADE * decades)))
    return OptimiserRace(
        network=net,
        stochastic_eta=stochastic_eta,
        adam_eta=adam_eta,
        method=tuple(methods),
        work=work,
        cost=2 * N * np.array([[_at(work, curve) for curve in row] for row in curves]),
        spent=spent,
        end_cost=np.array([2 * N * end.cost[-1] for end in ends]),
        end_values=np.array([end.values[-1] for end in ends]),
        end_jacobians=np.array([end.jacobians[-1] for end in ends]),
        seconds=np.array(seconds),
    )


def _trained(training: Training, N: int) -> Curve:
    history = training.history
    return Curve(history.sample_gradients / N, history.cost)


def _at(work: Array, curve: Curve) -> Array:
    """Return the last cost that the curve has at each amount of work; its first one before that."""
    last = np.searchsorted(curve.work, work, side="right") - 1
    return curve.cost[np.maximum(last, 0)]
