"""How often does a reduced-order model fail, and how far is it from the best that it could be?

Random parameters inside the range of training and beyond it; for each a prediction, its error and
that of the reduction itself, the reconstruction error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from mornet.comparison.cases import run_case
from mornet.errors import OptionError
from mornet.experiments.choices import DataSetChoice, MethodChoice, RomChoice, entry
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.model_runs import NO_FAILURE
from mornet.experiments.reduced_models import ReducedModels, reduced_models
from mornet.experiments.roms import ROMS, require_no_refusal
from mornet.fom.problem import Mu, Problem, WholeTrajectories, problem_of
from mornet.fom.time_stepping import Substeps
from mornet.records import Array, Indices, array, in_short
from mornet.rom.methods.interface import implicit_of
from mornet.settings import Chosen, Count, NotNegative, Seed

BUMP, RANKS = {"bump": entry(DATA_SETS, "burgers", n=200, steps=100)}, {"bump": 5}
HYBRID, LEAST_SQUARES = entry(METHODS, "hybrid"), entry(ROMS, "least_squares")
RATIO = 1.5  # of the error of a run to its reconstruction error, up to which the run is a good one


@dataclass(frozen=True, eq=False)
class Robustness:
    """Predictions at random parameters, one problem after the other."""

    kind: ClassVar[str] = "rom_robustness"
    __repr__ = in_short
    model: str
    method: str
    outside: float = array(about="parameters beyond the training range, as a part of its ends")
    problem: tuple[str, ...] = array("problem")
    rank: Indices = array("problem")
    number: Indices = array("run", about="position of the problem of each run")
    inside: Indices = array("run", about="1 where the parameters are inside the training range")
    failed: Indices = array("run", about="1 where a step failed")
    error: Array = array("run", about="relative error of the states")
    floor: Array = array("run", about="relative error of decode(encode(.)) of the states")
    distance: Array = array("run", about="largest distance from the training codes, in radii")
    failure: tuple[str, ...] = array("failure", about="problem, parameters and reason")

    def share(self, chosen: Array) -> float:
        """Return the per cent of the ``chosen`` runs within RATIO reconstruction errors."""
        good = (self.error <= RATIO * self.floor) & (self.failed == 0)
        return float(100 * np.mean(good[chosen]))


def rom_robustness(
    *,
    problems: dict[str, DataSetChoice] = BUMP,
    ranks: dict[str, Count] = RANKS,
    method: MethodChoice = HYBRID,
    model: RomChoice = LEAST_SQUARES,
    runs: Count = 200,
    outside: NotNegative = 0.2,
    seed: Seed = 0,
) -> Robustness:
    """Return ``runs`` predictions of each of the ``problems`` by a ``model`` on one ``method``.

    Parameters are uniform between the least and the largest of training, and then ``outside`` times
    the ends farther: half of the runs are inside. A problem whose trajectories have no parameters
    (random starts) is predicted at all its test trajectories.

    Raises OptionError for a problem without a rank or without an equation.
    """
    rng, parts = np.random.default_rng(seed), list[ReducedModels]()
    kinds = {name: choice.kind for name, choice in problems.items()}
    require_no_refusal(model.kind, model.kind, model.settings, {method.kind: method.kind}, kinds)
    rom = ROMS[model.kind].load()(**model.settings)
    for name, choice in problems.items():
        if name not in ranks:
            raise OptionError(f"ranks.{name} is missing: at which rank is it reduced?")
        problem = sampled(reducible(choice), rng, runs, outside)
        data = replace(problem.data_set(), name=name)
        fit = METHODS[method.kind].load()(**method.settings)
        case = run_case(data, method.kind, fit, ranks[name], [seed])
        parts.append(reduced_models(data, problem, [case], model.kind, rom))
    return _collected(parts, [_box(reducible(c)) for c in problems.values()], method.kind, outside)


def reducible(choice: Chosen) -> Problem:
    """Return the problem, solved by implicit steps of its model, its initial states in the data.

    Where a formula for the solution is known, or the problem takes explicit steps, the difference
    of the time integrators would hide that of the models. Raises OptionError for a data set
    without an equation.
    """
    build = problem_of(DATA_SETS[choice.kind].load())
    if build is None:
        raise OptionError(f"{choice.kind} has no equation to reduce")
    problem = replace(build(**choice.settings), exact=None)
    if not isinstance(problem.sampling, WholeTrajectories):
        return problem
    implicit, count = implicit_of(problem.integrator)
    integrator = implicit if count == 1 else Substeps(implicit, count)
    # a model starts on the manifold, so that the manifold must know the initial states
    sampling = replace(problem.sampling, start=not problem.sampling.shifted)
    return replace(problem, integrator=integrator, sampling=sampling)


def sampled(problem: Problem, rng: np.random.Generator, runs: int, outside: float) -> Problem:
    """Return the problem with ``runs`` random test parameters, half or all in the training box."""
    box = _box(problem)
    if box is None or not isinstance(problem.sampling, WholeTrajectories):
        return problem
    low, high = box
    wide = low - outside * np.abs(low), high + outside * np.abs(high)
    inside = runs // 2 if outside else runs
    chosen = [_drawn(rng, box, box if k < inside else wide) for k in range(runs)]
    return replace(problem, sampling=replace(problem.sampling, test=tuple(chosen), words="random"))


def _drawn(rng: np.random.Generator, box: tuple[Array, Array], wide: tuple[Array, Array]) -> Mu:
    """Return random parameters in the box ``wide``; outside of ``box`` if that is another one."""
    while True:
        mu: Array = rng.uniform(*wide)
        if wide is box or np.any((mu < box[0]) | (mu > box[1])):
            return tuple(mu.tolist())


def _box(problem: Problem) -> tuple[Array, Array] | None:
    """Return the least and the largest training parameters, or None without parameters."""
    if not isinstance(problem.sampling, WholeTrajectories):
        return None
    train = np.array(problem.sampling.train)
    return train.min(axis=0), train.max(axis=0)


def _collected(
    parts: list[ReducedModels], boxes: list[Any], method: str, outside: float
) -> Robustness:
    inside = [
        np.ones(part.error.shape[1])
        if box is None or part.mu is None
        else np.all((box[0] <= part.mu.T) & (box[1] >= part.mu.T), axis=1)
        for part, box in zip(parts, boxes, strict=True)
    ]
    return Robustness(
        model=parts[0].model,
        method=method,
        outside=outside,
        problem=tuple(part.data_set for part in parts),
        rank=np.array([part.rank[0] for part in parts]),
        number=np.concatenate([np.full(part.error.shape[1], k) for k, part in enumerate(parts)]),
        inside=np.concatenate(inside).astype(int),
        failed=np.concatenate([part.failed_step[0] != NO_FAILURE for part in parts]).astype(int),
        error=np.concatenate([part.error[0] for part in parts]),
        floor=np.concatenate([part.floor[0] for part in parts]),
        distance=np.concatenate([part.distance[0] for part in parts]),
        failure=tuple(f"{part.data_set}: {words}" for part in parts for words in part.failure),
    )
