"""Training again from random starts: the scatter between minima, beside what the data change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from mornet.errors import DivergenceError
from mornet.experiments.updates.orders import DIRECTIONS
from mornet.experiments.updates.retraining import QUANTILES, retrain
from mornet.experiments.updates.trained_networks import Trained, trained_network
from mornet.linalg import rms
from mornet.nn import Network, initialise, normal
from mornet.perturbation import continue_branch
from mornet.records import Array, Indices, array
from mornet.settings import Count, NotNegative, Positive, Seed
from mornet.training import Objective
from mornet.training.newton import find_minimum

DECADES = (1e-4, 1e-3, 1e-2, 1e-1)
SAME_FUNCTION = 1e-6  # part of the outputs below which two networks are one function


@dataclass(frozen=True, eq=False)
class MultiStartStudy:
    """The minima that L-BFGS, then Newton, reach from the same random starts on D(0) and D(t).

    Distances are root mean squares of differences of the outputs, over inputs that were not trained
    on, so that permuted units do not count. ``change`` is what the data do: the distance of the
    continued branch to the base. ``scatter`` is what the starts do: the distance of the minima to
    the branch at the same t. What an experiment sees that trains on D(0) and again on D(t) is
    ``independent``, with another start for each, or ``pair``, with the same start for both.
    """

    kind: ClassVar[str] = "multi_start_study"
    trained: str
    perturbation: str
    network: Network
    samples: int
    decay: float
    output: float = array(about="rms of the outputs at the base")
    lost: int = array(about="starts that came to no isolated minimum for some t, and are left out")
    t: Array = array("t", about="size of the perturbation, 0 first")
    branch_cost: Array = array("t", about="J on the continued branch")
    change: Array = array("t", about="rms difference of the branch's outputs to the base's")
    cost: Array = array("t", "start", about="J of the minimum reached from each start")
    gradients: Indices = array("t", "start", about="L-BFGS gradients to it")
    scatter: Array = array("t", "start", about="rms difference of its outputs to the branch's")
    independent: Array = array("t", "start", about="to the next start's minimum at t = 0")
    pair: Array = array("t", "start", about="to the same start's minimum at t = 0")
    quantile: Array = array("quantile", about="of the starts")
    cost_quantiles: Array = array("quantile", "t", about="of cost")
    scatter_quantiles: Array = array("quantile", "t", about="of scatter")
    independent_quantiles: Array = array("quantile", "t", about="of independent")
    pair_quantiles: Array = array("quantile", "t", about="of pair")
    on_branch: Indices = array("t", about="starts that found the branch itself")
    stayed: Indices = array("t", about="starts whose minimum moved less than ten times the branch")
    minima: Array = array("minimum", about="J of the distinct minima on D(0), ascending")
    hits: Indices = array("minimum", about="number of starts that ended in each")


def multi_start_study(
    *,
    trained: Trained = "ten_points",
    perturbation: Literal["targets", "inputs", "snapshots"] = "targets",
    decay: NotNegative = 1e-3,
    t: tuple[Positive, ...] = DECADES,
    again: Count = 25,
    seed: Seed = 0,
    starts: Count = 200,
    scale: Positive = 2.0,
    minimum: NotNegative | None = None,
    grid_points: Count = 21,
) -> MultiStartStudy:
    """Return what ``again`` random starts reach on D(0) and on every D(t).

    ``starts``, ``minimum`` and ``grid_points`` choose the base of the ten points, as in
    `update_study`; there starts are normal with ``scale``, of autoencoders Glorot's. Raises
    DivergenceError if the branch ends before the last t or no start comes to a minimum.
    """
    of_starts, of_direction, of_again = np.random.SeedSequence(seed).generate_state(3)
    network = trained_network(
        trained, decay, seed=int(of_starts), starts=starts, scale=scale, minimum=minimum,
        grid_points=grid_points,
    )  # fmt: skip
    start, base, net = network.objective, network.base, network.objective.net
    E = np.random.default_rng(of_direction).standard_normal(
        (start.y if perturbation == "targets" else start.x).shape
    )
    path = DIRECTIONS[perturbation](start, E / np.linalg.norm(E))
    times = (0.0, *t)
    branch = continue_branch(path, base, times)
    f = np.array([net.forward(p, network.x) for p in branch.p])
    found = []
    for rng in np.random.default_rng(of_again).spawn(again):
        p = (
            normal(net, rng, scale=scale)
            if trained == "ten_points"
            else initialise(net, "glorot", rng)
        )
        found.append(_ends(p, [path.objective(s) for s in times]))
    ends = [end for end in found if end is not None]
    if not ends:
        raise DivergenceError(f"none of {again} starts came to a minimum: take more decay")
    cost = np.array([[J for _, J, _ in end] for end in ends]).T
    g = np.array([[net.forward(p, network.x) for p, _, _ in end] for end in ends])
    scatter = np.array([[rms(a - b) for a, b in zip(end, f, strict=True)] for end in g]).T
    pair = np.array([[rms(a - end[0]) for a in end] for end in g]).T
    others = np.roll(g[:, 0], -1, axis=0)
    independent = np.array([[rms(a - b) for a in end] for end, b in zip(g, others, strict=True)]).T
    change = np.array([rms(a - f[0]) for a in f])
    output = rms(f[0])
    minima, hits = _distinct(cost[0])
    return MultiStartStudy(
        trained=trained,
        perturbation=perturbation,
        network=net,
        samples=start.N,
        decay=decay,
        output=output,
        lost=again - len(ends),
        t=np.array(times),
        branch_cost=np.array(
            [path.objective(s).value(p) for s, p in zip(times, branch.p, strict=True)]
        ),
        change=change,
        cost=cost,
        gradients=np.array([[k for _, _, k in end] for end in ends]).T,
        scatter=scatter,
        independent=independent,
        pair=pair,
        quantile=QUANTILES,
        cost_quantiles=np.quantile(cost, QUANTILES, axis=1),
        scatter_quantiles=np.quantile(scatter, QUANTILES, axis=1),
        independent_quantiles=np.quantile(independent, QUANTILES, axis=1),
        pair_quantiles=np.quantile(pair, QUANTILES, axis=1),
        on_branch=np.sum(scatter < SAME_FUNCTION * output, axis=1),
        stayed=np.sum(pair <= 10 * change[:, None], axis=1),
        minima=minima,
        hits=hits,
    )


def _ends(p: Array, objectives: list[Objective]) -> list[tuple[Array, float, int]] | None:
    """Return the minimum reached from ``p`` on each, its J and the gradients; None if one fails."""
    ends = []
    for objective in objectives:
        run = retrain(objective, p)
        try:
            point = find_minimum(objective, run.p)
        except DivergenceError:
            return None
        ends.append((point.p, point.cost, run.gradients))
    return ends


def _distinct(cost: Array, tolerance: float = 1e-9) -> tuple[Array, Indices]:
    """Return the entries that differ by more than ``tolerance``, relative, and their numbers."""
    ordered = np.sort(cost)
    first = np.concatenate([[True], np.diff(ordered) > tolerance * ordered[1:]])
    return ordered[first], np.bincount(np.cumsum(first) - 1)
