"""From which size of the full-order model on is a reduced-order model faster?

The rival is the full-order model with the same error: coarser in space, in time, or in both.
Speed-ups are ratios of processor times of one run on one core.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any, ClassVar, NamedTuple

import numpy as np

from mornet.comparison.cases import run_case
from mornet.errors import MornetError, OptionError
from mornet.experiments.choices import (
    DataSetChoice,
    MethodChoice,
    RomChoice,
    entry,
    grid_setting,
)
from mornet.experiments.coarser import error_of
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.experiments.roms import ROMS, require_no_refusal
from mornet.experiments.seconds import seconds_of
from mornet.fom.problem import Problem, problem_of
from mornet.records import Array, Indices, array, in_short
from mornet.rom.methods.interface import ReducedMethod, Training, at_steps
from mornet.rom.methods.projection import trial_of
from mornet.rom.methods.trajectories import Trajectory, trajectories
from mornet.settings import Chosen, Count, Several

HALVINGS, LONGER = 8, (1, 2, 4)
"""Rivals: grids halved so often at most, and time steps so many times as long."""
ENOUGH = 1.0  # seconds, after which a call is not timed again
POD = entry(METHODS, "pod")
BUMP = entry(DATA_SETS, "burgers", steps=200)
MODELS = {
    "Galerkin": entry(ROMS, "galerkin", start="exact"),
    "LSPG": entry(ROMS, "least_squares", start="exact", norm="euclidean"),
    "LSPG, few cells": entry(ROMS, "least_squares", start="exact", cells=1e-2),
    "Galerkin, DEIM": entry(ROMS, "deim", tolerance=1e-4),
}


@dataclass(frozen=True, eq=False)
class RomSpeed:
    """Times and errors of reduced-order models of full-order models of growing size.

    The prediction is that of one test trajectory, all states included. The rival of a model is the
    full-order model of the least work, grid times time steps, whose error is at most that of the
    model; it is the full-order model itself if no coarser one is as accurate.
    """

    kind: ClassVar[str] = "rom_speed"
    __repr__ = in_short
    problem: str
    method: str
    rank: int
    model: tuple[str, ...] = array("model", about="name of the reduced-order model")
    n: Indices = array("size", about="degrees of freedom of the full-order model")
    error: Array = array("size", "model", about="relative error of the test trajectory")
    failed: Indices = array("size", "model", about="1 where a step failed")
    seconds: Array = array("size", "model", units="s", about="of a prediction", measured=True)
    decoding: Array = array("size", "model", units="s", about="of its states", measured=True)
    training: Array = array("size", "model", units="s", about="after the fit", measured=True)
    full_seconds: Array = array("size", units="s", about="full-order model", measured=True)
    rival_n: Indices = array("size", "model", about="dofs of the rival")
    rival_steps: Indices = array("size", "model", about="time steps of the rival")
    rival_seconds: Array = array("size", "model", units="s", about="rival", measured=True)

    @property
    def speed_up(self) -> Array:
        """How many times the rival takes as long, (size, model).

        The states of the reduced model on the fine grid are not part of it: the rival does not
        bring its states there either.
        """
        return self.rival_seconds / (self.seconds - self.decoding)

    def begins(self, model: int) -> int | None:
        """Return the least n from which on the speed-up is above one, None if there is none."""
        slow = np.flatnonzero((self.speed_up[:, model] <= 1) | (self.failed[:, model] > 0))
        first = int(slow[-1]) + 1 if len(slow) else 0
        return int(self.n[first]) if first < len(self.n) else None


def rom_speed(
    *,
    problem: DataSetChoice = BUMP,
    sizes: Several[Count] = (1000, 3000, 10_000, 30_000, 100_000),
    method: MethodChoice = POD,
    rank: Count = 20,
    models: dict[str, RomChoice] = MODELS,
) -> RomSpeed:
    """Return times and errors of the ``models`` on one ``method`` for all ``sizes`` of a problem.

    Raises OptionError for a problem without an equation or without a setting of its size.
    """
    build = problem_of(DATA_SETS[problem.kind].load())
    if build is None:
        raise OptionError(f"{problem.kind} has no equation")
    sized = Sized(build, problem.settings, grid_setting(problem))
    for name, rom in models.items():
        kinds = {method.kind: method.kind}, {problem.kind: problem.kind}
        require_no_refusal(name, rom.kind, rom.settings, *kinds)
    roms = [ROMS[rom.kind].load()(**rom.settings) for rom in models.values()]
    parts = [_of_size(sized, size, method, rank, roms) for size in sizes]
    return RomSpeed(
        problem=problem.kind,
        method=method.kind,
        rank=rank,
        model=tuple(models),
        n=np.array([part.n for part in parts]),
        full_seconds=np.array([part.full_seconds for part in parts]),
        **{name: np.array([part.column(name) for part in parts]) for name in _Run._fields},
    )


class Sized(NamedTuple):
    """A problem on grids of different sizes: the setting ``name`` is the size."""

    build: Callable[..., Problem]
    settings: Mapping[str, Any]
    name: str

    def of(self, size: int, longer: int = 1) -> Problem:
        """Return the problem of a ``size``, with time steps ``longer`` times as long."""
        given = {**self.settings, self.name: size}
        if longer > 1:
            given["steps"] = given["steps"] // longer
        return self.build(**given)


class Rival(NamedTuple):
    """A full-order model, its error and its processor time."""

    n: int
    steps: int
    error: float
    seconds: float

    @property
    def work(self) -> int:
        """Grid times time steps."""
        return self.n * self.steps


class _Run(NamedTuple):
    error: float
    failed: int
    seconds: float
    decoding: float
    training: float
    rival_n: int
    rival_steps: int
    rival_seconds: float


class _Part(NamedTuple):
    n: int
    full_seconds: float
    runs: list[_Run]

    def column(self, name: str) -> list[float]:
        """Return a measurement of each model."""
        return [getattr(run, name) for run in self.runs]


def _of_size(
    sized: Sized, size: int, method: Chosen, rank: int, roms: Sequence[ReducedMethod]
) -> _Part:
    problem = sized.of(size)
    data = problem.data_set()
    fit = METHODS[method.kind].load()(**method.settings)
    reduction: Any = run_case(data, method.kind, fit, rank, [0]).model(0)
    training = Training(problem, reduction, data.train, data.inner_product)
    test = next(trajectories(problem, data.test))
    full, _ = seconds_of(lambda: problem.trajectory(test.start.mu), enough=ENOUGH)
    itself = Rival(problem.grid.n, problem.steps, 0.0, full)
    rivals = [*sorted(rivals_of(sized, size, test), key=lambda rival: rival.work), itself]
    return _Part(problem.grid.n, full, [_run(training, test, rom, rivals) for rom in roms])


def rivals_of(sized: Sized, size: int, test: Trajectory) -> Iterator[Rival]:
    """Yield the coarser full-order models of the trajectory ``test``, as far as they can be made.

    A grid or a number of steps that a problem refuses, and a model that fails, is left out.
    """
    fine, mu = sized.of(size), test.start.mu
    for halved, longer in product(range(HALVINGS + 1), LONGER):
        if halved or longer > 1:
            try:
                coarse = sized.of(size >> halved, longer)
                seconds, W = seconds_of(partial(coarse.trajectory, mu), enough=ENOUGH)
            except MornetError:
                continue
            error = error_of(W, coarse, fine, test)
            yield Rival(coarse.grid.n, coarse.steps, error, seconds)


def _run(training: Training, test: Trajectory, rom: ReducedMethod, rivals: Sequence[Rival]) -> _Run:
    begin = time.process_time()
    predict = rom.predictor(training)
    trained = time.process_time() - begin
    seconds, prediction = seconds_of(lambda: predict(test.start), enough=ENOUGH)
    trial, _ = trial_of(training, test.start)
    decoding, _ = seconds_of(lambda: trial.state(prediction.codes), enough=ENOUGH)
    wrong = np.linalg.norm(at_steps(prediction, test.step) - test.states)
    error = float(wrong / np.linalg.norm(test.states))
    rival = next(rival for rival in rivals if rival.error <= error)
    failed = int(bool(prediction.failure))
    against = rival.n, rival.steps, rival.seconds
    return _Run(error, failed, seconds, decoding, trained, *against)
