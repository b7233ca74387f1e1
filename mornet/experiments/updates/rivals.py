"""Trainings from the old parameters: the rivals of updates in the experiment on orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.experiments.updates.accuracy import MovingNetwork, UpdateAccuracy
from mornet.experiments.updates.retraining import (
    TRAINERS,
    Retraining,
    continue_training,
    equal_gradients,
    paid_after,
    random_point_near,
    train_adam,
)
from mornet.experiments.updates.work import UpdateWork
from mornet.linalg import rms
from mornet.records import Array, Indices, array, in_short


@dataclass(frozen=True, eq=False)
class Rivals:
    """Trainings that start from the old parameters at some of the t, instead of an update."""

    kind: ClassVar[str] = "rivals"
    __repr__ = in_short
    trainer: tuple[str, ...] = array("trainer", about="training from p, instead of an update")
    retrained_at: Indices = array("retrained", about="index of t at which the trainers start")
    error: Array = array(
        "trainer", "retrained", "gradient", about="error at the least J of the first k gradients"
    )
    rate: Array = array("trainer", "retrained", about="best learning rate; 0 for a line search")
    adam_distance: float = array(about="||p - p*|| of Adam's state, on the old data")
    equal_gradients: Indices = array(
        "trainer", "method", "retrained", about="gradients until the update's error, or all"
    )
    paid_after: Array = array(
        "trainer", "method", "retrained", about="updates after which the setup has paid; 0 if never"
    )
    seconds: Array = array(
        "trainer", "retrained", units="s", about="processor time of all gradients", measured=True
    )


def rival_trainings(
    moving: MovingNetwork,
    accuracy: UpdateAccuracy,
    work: UpdateWork,
    rng: np.random.Generator,
    gradients: int,
    adam_steps: int,
) -> Rivals:
    """Return the trainings at the first, the middle and the last t, of ``gradients`` each."""
    base, path, t = moving.base, moving.path, moving.t
    at = np.unique([0, len(t) // 2, len(t) - 1])
    before = train_adam(path.start, random_point_near(base.p, rng), steps=adam_steps)
    runs = [
        continue_training(path.objective(t[i]), base.p, after=before, most=gradients) for i in at
    ]
    error = _errors(moving, runs, at, gradients)
    equal = equal_gradients(error[:, None], accuracy.error[:, at])
    return Rivals(
        trainer=TRAINERS,
        retrained_at=at,
        error=error,
        rate=np.array([[run.rate for run in row] for row in runs]).T,
        adam_distance=float(np.linalg.norm(before.p - base.p)),
        equal_gradients=equal,
        paid_after=paid_after(work.setup[:, None], work.update[:, None], equal),
        seconds=np.array([[run.seconds for run in row] for row in runs]).T,
    )


def _errors(
    moving: MovingNetwork, runs: Sequence[Sequence[Retraining]], at: Indices, gradients: int
) -> Array:
    """Return the error (trainer, retrained, gradient) after 1, ..., ``gradients`` gradients."""
    f, exact = moving.network.f, moving.branch_outputs
    spent = np.arange(1, gradients + 1)
    errors = [
        [[rms(f(p) - exact[i]) for p in run.after(spent)] for run in row]
        for i, row in zip(at, runs, strict=True)
    ]
    return np.array(errors).swapaxes(0, 1)
