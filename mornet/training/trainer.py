"""`train` runs the descent loop, records J, and decides when to stop."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import DivergenceError, OptionError
from mornet.records import Array
from mornet.training.checkpoint import Checkpoint, generator_text, restore_generator, restored
from mornet.training.descent import Descent, descend
from mornet.training.history import History, Row, to_history, to_rows
from mornet.training.optimiser import DescentObjective, OnBatch, Optimiser
from mornet.training.progress import progress_bar
from mornet.training.sampling import FullBatch, Sampling
from mornet.training.settings import TrainingSettings


class Training(NamedTuple):
    """The trained parameters p (P,), and the history of their training."""

    p: Array
    history: History

    def __repr__(self) -> str:
        J, ended = self.history.objective, self.history.ended
        return f"Training(p {self.p.shape}, J = {J[-1]:.6g} {ended})"


def train(
    objective: DescentObjective,
    p: Array,
    optimiser: Optimiser,
    *,
    steps: int,
    sampling: Sampling | None = None,
    rng: np.random.Generator | None = None,
    record_every: int = 1,
    settings: TrainingSettings = TrainingSettings(),
) -> Training:
    """Return the parameters after ``steps`` steps from ``p`` (which stays as it is), and a history.

    J, and its value on the validation samples, are recorded before the first step, after every
    ``record_every`` steps and after the last one. `TrainingSettings` may stop the training early,
    clip gradients, keep checkpoints, and resume from one. With the same arguments and a checkpoint
    to resume from, a training ends with the same bits as one without interruption. A
    KeyboardInterrupt is passed on to the caller.

    Raises OptionError for numbers out of range, and for a random sampling without ``rng``;
    ShapeError for a checkpoint of another training; DivergenceError as soon as a record finds J,
    parameters or a state of the optimiser that are not finite.
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
    watch = _Watch(settings)
    p = np.array(p)
    at = Descent(OnBatch(objective), p, optimiser.init(p), sampling.init(objective.N), rng)
    if settings.resume is not None:
        watch.restore(settings.resume, at)
    loop = descend(at, optimiser, sampling, settings.clip)
    keep = settings.keep
    try:
        with np.errstate(over="ignore", invalid="ignore"), progress_bar(steps, at.k) as bar:
            if settings.resume is None:
                watch.record(at)
            while at.k < steps and not watch.exhausted:
                k = next(loop)
                if k % record_every == 0 or k == steps:
                    watch.record(at)
                    bar.update(k - bar.n)
                if keep is not None and k % settings.keep_every == 0 and k < steps:
                    keep(watch.checkpoint(at, steps))
    except KeyboardInterrupt as interrupt:
        interrupt.add_note(f"training interrupted after step {at.k}")
        raise
    if keep is not None:
        keep(watch.checkpoint(at, steps))
    return watch.result(at)


class _Watch:
    """The records of a descent, its best iterate, and the decision to stop."""

    def __init__(self, settings: TrainingSettings) -> None:
        self.validation, self.patience = settings.validation, settings.patience
        self.clip = settings.clip is not None
        self.rows: list[Row] = []
        self.best: Array | None = None
        self.best_row = 0

    @property
    def exhausted(self) -> bool:
        """Whether the last ``patience`` records brought no new least J of validation."""
        return self.patience is not None and len(self.rows) > self.best_row + self.patience

    def record(self, at: Descent) -> None:
        """Append a row; raise DivergenceError where a number is not finite."""
        value = at.J.objective.value(at.p)
        held_out = 0.0
        if self.validation is not None:
            same = self.validation is at.J.objective
            held_out = value if same else self.validation.value(at.p)
        self._require_finite(at, value, held_out)
        J = at.J
        row = Row(at.k, value, J.sample_gradients, held_out, J.sample_values, at.clipped)
        self.rows.append(row)
        if self.patience is not None and (
            self.best is None or held_out < self.rows[self.best_row].validation_objective
        ):
            self.best, self.best_row = at.p.copy(), len(self.rows) - 1

    def _require_finite(self, at: Descent, value: float, held_out: float) -> None:
        sums = [np.add.reduce(a, axis=None) for a in (at.p, *at.state.values())]
        if all(map(math.isfinite, (value, held_out, *sums))):  # NaN and Inf survive a sum
            return
        numbers: dict[str, Any] = {
            "J": value,
            "J on the validation samples": held_out,
            "an entry of p": at.p,
        }
        numbers |= {f"an entry of the optimiser's {name}": a for name, a in at.state.items()}
        for name, a in numbers.items():
            if np.size(bad := np.extract(~np.isfinite(a), a)):
                before = f" (all was finite after step {self.rows[-1].step})" if self.rows else ""
                raise DivergenceError(
                    f"{name} = {bad[0]} after step {at.k}, with ||p|| = "
                    f"{np.linalg.norm(at.p):.3e}: take a smaller learning rate, or clip the "
                    f"gradient{before}"
                )

    def checkpoint(self, at: Descent, steps: int) -> Checkpoint:
        """Return copies of all that the rest of the training depends on."""
        return Checkpoint(
            step=at.k,
            p=at.p.copy(),
            optimiser={name: a.copy() for name, a in at.state.items()},
            sampling={name: a.copy() for name, a in at.drawn.items()},
            generator=generator_text(at.rng),
            sample_gradients=at.J.sample_gradients,
            sample_values=at.J.sample_values,
            clipped=at.clipped,
            history=self._history(None, ""),
            finished=at.k >= steps or self.exhausted,
            best=None if self.best is None else self.best.copy(),
        )

    def restore(self, checkpoint: Checkpoint, at: Descent) -> None:
        """Bring ``at`` and this watch back to the state of ``checkpoint``."""
        at.state = restored("optimiser", checkpoint.optimiser, at.state)
        at.drawn = restored("sampling", checkpoint.sampling, at.drawn)
        at.p[...] = restored("p", {"p": checkpoint.p}, {"p": at.p})["p"]
        restore_generator(at.rng, checkpoint.generator)
        at.k, at.clipped = checkpoint.step, checkpoint.clipped
        at.J.sample_gradients = checkpoint.sample_gradients
        at.J.sample_values = checkpoint.sample_values
        self.rows = to_rows(checkpoint.history)
        self.best_row = min(range(len(self.rows)), key=lambda i: self.rows[i].validation_objective)
        self.best = None if checkpoint.best is None else checkpoint.best.copy()

    def result(self, at: Descent) -> Training:
        """Return the last parameters, or the best ones of a training with patience."""
        if self.best is None:
            return Training(at.p, self._history(None, f"after all {at.k} steps"))
        ended = (
            f"after step {at.k}: no lower J on the validation samples in {self.patience} records"
            if self.exhausted
            else f"after all {at.k} steps"
        )
        return Training(self.best, self._history(self.rows[self.best_row].step, ended))

    def _history(self, best_step: int | None, ended: str) -> History:
        return to_history(
            self.rows,
            validated=self.validation is not None,
            clip=self.clip,
            best_step=best_step,
            ended=ended,
        )
