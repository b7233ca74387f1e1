"""The one descent loop, and `train`, which runs it and records its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.errors import DivergenceError, OptionError
from mornet.records import Array, Indices, array
from mornet.training.objective import Objective
from mornet.training.optimiser import Optimiser
from mornet.training.sampling import FullBatch, Sampling


@dataclass(frozen=True, eq=False)
class History:
    """What a training recorded, at the steps ``step``."""

    kind: ClassVar[str] = "history"
    step: Indices = array("step", about="number of steps done")
    cost: Array = array("step", about="objective J on the training samples")
    sample_gradients: Indices = array("step", about="gradients of single samples evaluated so far")
    validation_cost: Array | None = array("step", about="J on validation samples", optional=True)


class Training(NamedTuple):
    """The trained parameters p (P,) and how they came about."""

    p: Array
    history: History


def descend(
    objective: Objective,
    p: Array,
    optimiser: Optimiser,
    sampling: Sampling,
    rng: np.random.Generator,
) -> Iterator[int]:
    """Yield the number of samples seen by each step, after doing it on ``p`` in place. Endless."""
    state, drawn = optimiser.init(p), sampling.init(objective.N)
    g = np.empty_like(p)
    direct = getattr(optimiser, "direct_step", None)  # a step that needs no gradient in memory
    k = 0
    while True:
        batch = sampling.draw(k, drawn, rng)
        if direct is None or not direct(k, p, objective, batch):
            objective.gradient(p, batch, out=g)
            optimiser.step(k, p, g, state, partial(objective.value, batch=batch))
        k += 1
        yield objective.N if batch is None else len(batch)


def train(
    objective: Objective,
    p: Array,
    optimiser: Optimiser,
    *,
    steps: int,
    sampling: Sampling | None = None,
    rng: np.random.Generator | None = None,
    record_every: int = 1,
    validation: Objective | None = None,
) -> Training:
    """Return the parameters after ``steps`` steps from ``p`` (which stays as it is), and a history.

    J (and ``validation``, an objective on other samples) is recorded before the first step, after
    every ``record_every`` steps and after the last one. Raises OptionError for bad numbers or for a
    random sampling without ``rng``, DivergenceError as soon as a recorded cost is not finite.
    """
    if steps < 0 or record_every < 1:
        raise OptionError(
            f"steps = {steps} and record_every = {record_every} must be >= 0 and >= 1"
        )
    sampling = sampling or FullBatch()
    if rng is None:
        if sampling.random:
            raise OptionError(f"{sampling} is random: give rng=numpy.random.default_rng(seed)")
        rng = np.random.default_rng(0)  # never drawn from
    p = np.array(p)
    rows: list[tuple[int, int, float, float]] = []

    def record(step: int, seen: int) -> None:
        cost = objective.value(p)
        if not np.isfinite(cost):
            raise DivergenceError(
                f"J = {cost} after step {step}, with ||p|| = {np.linalg.norm(p):.3e}: "
                "take a smaller learning rate"
            )
        rows.append((step, seen, cost, validation.value(p) if validation else 0.0))

    seen = 0
    loop = descend(objective, p, optimiser, sampling, rng)
    with np.errstate(over="ignore", invalid="ignore"):  # `record` reports what overflows
        record(0, 0)
        for step in range(1, steps + 1):
            seen += next(loop)
            if step % record_every == 0 or step == steps:
                record(step, seen)
    step_, seen_, cost_, validation_ = (np.array(column) for column in zip(*rows, strict=True))
    return Training(p, History(step_, cost_, seen_, validation_ if validation else None))
