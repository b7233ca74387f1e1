"""Training again from random starts: the scatter of minima, beside the effect of the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.errors import DivergenceError
from mornet.experiments.updates.base_facts import BaseFacts, DistinctMinima, base_facts
from mornet.experiments.updates.grids import DECADES
from mornet.experiments.updates.moving_data import Moved, random_path
from mornet.experiments.updates.retraining import QUANTILES, retrain
from mornet.experiments.updates.trained_networks import (
    TEN_POINTS,
    TrainedNetwork,
    TrainedNetworkSettings,
    trained_network,
)
from mornet.linalg import rms
from mornet.nn import initialise, normal
from mornet.perturbation import DataPath, continue_branch
from mornet.records import Array, Indices, array, in_short
from mornet.settings import Count, Positive, Seed, Several
from mornet.training import Objective
from mornet.training.newton import find_minimum

SAME_FUNCTION = 1e-6  # relative difference of outputs below which two networks are the same


@dataclass(frozen=True, eq=False)
class BranchChange:
    """The continued branch as the data change, and the starts that found it."""

    kind: ClassVar[str] = "branch_change"
    __repr__ = in_short
    t: Array = array("t", about="size of the perturbation, 0 first")
    objective: Array = array("t", about="J on the continued branch")
    change: Array = array("t", about="rms difference of the branch's outputs from the base's")
    found: Indices = array("t", about="starts that found the branch itself")
    stayed: Indices = array("t", about="starts whose minimum moved less than ten times the branch")


@dataclass(frozen=True, eq=False)
class ReachedMinima:
    """The minima that are reached from every start, on D(0) and on every D(t).

    ``scatter`` is the effect of the starts: the distance of the minima from the branch at the same
    t. Two trainings, on D(0) and on D(t), differ by ``independent`` if their starts differ, and by
    ``pair`` if their start is the same. Distances are rms differences of the outputs, so that
    permuted units do not count.
    """

    kind: ClassVar[str] = "reached_minima"
    __repr__ = in_short
    objective: Array = array("t", "start", about="J of the minimum reached from each start")
    gradients: Indices = array("t", "start", about="L-BFGS gradients to that minimum")
    scatter: Array = array("t", "start", about="rms difference of its outputs from the branch's")
    independent: Array = array("t", "start", about="distance to the next start's minimum at t = 0")
    pair: Array = array("t", "start", about="distance to the same start's minimum at t = 0")


@dataclass(frozen=True, eq=False)
class ReachedQuantiles:
    """Quantiles over the starts of `ReachedMinima`."""

    kind: ClassVar[str] = "reached_quantiles"
    __repr__ = in_short
    quantile: Array = array("quantile", about="level over the starts")
    objective: Array = array("quantile", "t", about="quantiles of J of the minimum")
    scatter: Array = array("quantile", "t", about="quantiles of scatter")
    independent: Array = array("quantile", "t", about="quantiles of independent")
    pair: Array = array("quantile", "t", about="quantiles of pair")


@dataclass(frozen=True, eq=False)
class MultiStart:
    """The minima that L-BFGS, then Newton's method, reach from random starts on D(0) and D(t)."""

    kind: ClassVar[str] = "multi_start"
    __repr__ = in_short
    perturbation: str
    base: BaseFacts
    branch: BranchChange
    reached: ReachedMinima
    quantiles: ReachedQuantiles
    minima: DistinctMinima
    output: float = array(about="rms of the outputs at the base")
    lost: int = array(about="starts that reach no isolated minimum for some t, and are left out")


class End(NamedTuple):
    """A minimum that is reached from a start, its J and the L-BFGS gradients."""

    p: Array
    objective: float
    gradients: int


def multi_start(
    *,
    base: TrainedNetworkSettings = TEN_POINTS,
    perturbation: Moved = "targets",
    t: Several[Positive] = DECADES,
    again: Count = 25,
    seed: Seed = 0,
) -> MultiStart:
    """Return the minima that ``again`` random starts reach on D(0) and on every D(t).

    The starts of the ten points are normal, those of autoencoders are Glorot's.

    Raises what `trained_network` raises, DivergenceError if the branch ends before the last t or no
    start reaches a minimum.
    """
    of_starts, of_direction, of_again = np.random.SeedSequence(seed).generate_state(3)
    network = trained_network(base, int(of_starts))
    path = random_path(network.objective, perturbation, np.random.default_rng(of_direction))
    times = (0.0, *t)
    branch = continue_branch(path, network.base, times)
    on_branch = np.array([network.f(p) for p in branch.p])
    ends = _all_ends(base, path, times, np.random.default_rng(of_again).spawn(again))
    reached = _reached(network, ends, on_branch)
    minima, hits = _distinct(reached.objective[0])
    return MultiStart(
        perturbation=perturbation,
        base=base_facts(base.trained, network.objective, network.base),
        output=rms(on_branch[0]),
        lost=again - len(ends),
        branch=_branch_change(path, times, branch.p, on_branch, reached),
        reached=reached,
        quantiles=_quantiles(reached),
        minima=DistinctMinima(objective=minima, hits=hits),
    )


def _all_ends(
    settings: TrainedNetworkSettings,
    path: DataPath,
    times: tuple[float, ...],
    rngs: Sequence[np.random.Generator],
) -> list[list[End]]:
    """Return the ends from the starts that reach a minimum for every t."""
    net = path.start.net
    objectives = [path.objective(s) for s in times]
    found = []
    for rng in rngs:
        if settings.trained == "ten_points":
            p = normal(net, rng, scale=settings.scale)
        else:
            p = initialise(net, "glorot", rng)
        found.append(_ends(p, objectives))
    ends = [end for end in found if end is not None]
    if not ends:
        raise DivergenceError(f"none of {len(rngs)} starts reached a minimum: take more decay")
    return ends


def _ends(p: Array, objectives: list[Objective]) -> list[End] | None:
    """Return the minimum reached from ``p`` on each objective; None if one is not reached."""
    ends = []
    for objective in objectives:
        run = retrain(objective, p)
        try:
            point = find_minimum(objective, run.p)
        except DivergenceError:
            return None
        ends.append(End(point.p, point.value, run.gradients))
    return ends


def _reached(network: TrainedNetwork, ends: list[list[End]], on_branch: Array) -> ReachedMinima:
    outputs = np.array([[network.f(end.p) for end in row] for row in ends])  # (start, t, n, M)
    next_at_0 = np.roll(outputs[:, 0], -1, axis=0)
    return ReachedMinima(
        objective=np.array([[end.objective for end in row] for row in ends]).T,
        gradients=np.array([[end.gradients for end in row] for row in ends]).T,
        scatter=np.array([_distances(row, on_branch) for row in outputs]).T,
        independent=np.array(
            [_distances_to(row, other) for row, other in zip(outputs, next_at_0, strict=True)]
        ).T,
        pair=np.array([_distances_to(row, row[0]) for row in outputs]).T,
    )


def _distances(rows: Array, others: Array) -> list[float]:
    return [rms(a - b) for a, b in zip(rows, others, strict=True)]


def _distances_to(rows: Array, one: Array) -> list[float]:
    return [rms(row - one) for row in rows]


def _branch_change(
    path: DataPath,
    times: tuple[float, ...],
    p: Array,
    on_branch: Array,
    reached: ReachedMinima,
) -> BranchChange:
    change = np.array(_distances_to(on_branch, on_branch[0]))
    same = SAME_FUNCTION * rms(on_branch[0])
    return BranchChange(
        t=np.array(times),
        objective=np.array([path.objective(s).value(q) for s, q in zip(times, p, strict=True)]),
        change=change,
        found=np.sum(reached.scatter < same, axis=1),
        stayed=np.sum(reached.pair <= 10 * change[:, None], axis=1),
    )


def _quantiles(reached: ReachedMinima) -> ReachedQuantiles:
    return ReachedQuantiles(
        quantile=QUANTILES,
        objective=np.quantile(reached.objective, QUANTILES, axis=1),
        scatter=np.quantile(reached.scatter, QUANTILES, axis=1),
        independent=np.quantile(reached.independent, QUANTILES, axis=1),
        pair=np.quantile(reached.pair, QUANTILES, axis=1),
    )


def _distinct(values: Array, tolerance: float = 1e-9) -> tuple[Array, Indices]:
    """Return the distinct values, up to the relative ``tolerance``, and the count of each."""
    ordered = np.sort(values)
    first = np.concatenate([[True], np.diff(ordered) > tolerance * ordered[1:]])
    return ordered[first], np.bincount(np.cumsum(first) - 1)
