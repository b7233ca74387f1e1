"""Trainings of the Burgers autoencoder on the new snapshots, from old or random parameters.

A warm training starts from the old parameters, a cold one from random parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.experiments.updates.burgers_autoencoder import BurgersAutoencoder
from mornet.experiments.updates.retraining import (
    QUANTILES,
    TRAINERS,
    continue_training,
    equal_gradients,
    paid_after,
    random_point_near,
    retrain,
    train_adam,
)
from mornet.experiments.updates.work import UpdateWork
from mornet.nn import initialise
from mornet.records import Array, Indices, array, in_short
from mornet.training.newton import BasePoint

WARM_GRADIENTS = np.unique(np.round(np.geomspace(1, 2000, 40)).astype(int))
"""Numbers of gradients after which the error of a warm training is recorded."""
COLD_GRADIENTS = np.unique(np.round(np.geomspace(1, 20_000, 60)).astype(int))
"""Numbers of gradients after which the error of a cold training is recorded."""


@dataclass(frozen=True, eq=False)
class WarmStarts:
    """Trainings on the snapshots of the last t that start from the old parameters."""

    kind: ClassVar[str] = "warm_starts"
    __repr__ = in_short
    trainer: tuple[str, ...] = array("trainer", about="training from the old parameters")
    gradients: Indices = array("gradients", about="gradients spent from the old parameters")
    error: Array = array("trainer", "gradients", about="test error after these gradients")
    rate: Array = array("trainer", about="best learning rate; 0 for a line search")
    seconds: Array = array(
        "trainer", units="s", about="processor time of all gradients", measured=True
    )


@dataclass(frozen=True, eq=False)
class ColdStarts:
    """Trainings by L-BFGS on the snapshots of the last t that start from random parameters."""

    kind: ClassVar[str] = "cold_starts"
    __repr__ = in_short
    quantile: Array = array("quantile", about="level over the random starts")
    spent: Indices = array("spent", about="L-BFGS gradients spent from a random start")
    curve: Array = array("start", "spent", about="test error after these gradients")
    curve_quantiles: Array = array("quantile", "spent", about="quantiles of curve")
    gradients: Indices = array("start", about="L-BFGS gradients from a random start")
    gradients_quantiles: Array = array("quantile", about="quantiles of gradients")
    error: Array = array("start", about="test error at the end")
    error_quantiles: Array = array("quantile", about="quantiles of error")
    objective: Array = array("start", about="J at the end")
    seconds: Array = array("start", units="s", about="processor time", measured=True)


@dataclass(frozen=True, eq=False)
class TrainingComparison:
    """The gradients that trainings spend to reach the error of an update, at the last t."""

    kind: ClassVar[str] = "training_comparison"
    __repr__ = in_short
    rival: tuple[str, ...] = array("rival", about="the trainers, and the median cold start")
    method: tuple[str, ...] = array("method")
    equal_gradients: Indices = array(
        "rival", "method", about="gradients until the update's test error, or all of them"
    )
    paid_after: Array = array(
        "rival", "method", about="updates after which the factorisation has paid; 0 if never"
    )


def burgers_trainings(
    case: BurgersAutoencoder,
    base: BasePoint,
    update_error: Array,
    work: UpdateWork,
    rng: np.random.Generator,
    rngs: Sequence[np.random.Generator],
    adam_steps: int,
) -> tuple[WarmStarts, ColdStarts, TrainingComparison]:
    """Return the trainings at the last t, and their comparison with the errors of the updates.

    ``rng`` displaces the old parameters for Adam. Each of ``rngs`` draws a random start.
    """
    warm, all_errors = _warm_starts(case, base, rng, adam_steps)
    cold = _cold_starts(case, rngs)
    median = int(np.quantile(cold.gradients, 0.5, method="lower"))
    equal = equal_gradients(all_errors[:, None], update_error)
    equal = np.vstack([equal, np.full(len(update_error), median)])
    comparison = TrainingComparison(
        rival=(*TRAINERS, "L-BFGS, cold"),
        method=work.method,
        equal_gradients=equal,
        paid_after=paid_after(work.factorisation, work.update, equal),
    )
    return warm, cold, comparison


def _warm_starts(
    case: BurgersAutoencoder, base: BasePoint, rng: np.random.Generator, adam_steps: int
) -> tuple[WarmStarts, Array]:
    """Return the warm trainings, and their errors after every gradient (trainer, gradient)."""
    last, most = case.path.objective(case.t[-1]), int(WARM_GRADIENTS[-1])
    before = train_adam(case.path.start, random_point_near(base.p, rng), steps=adam_steps)
    runs = continue_training(last, base.p, after=before, most=most, tolerance=1e-12)
    error = np.array([case.last_errors(run.after(np.arange(1, most + 1))) for run in runs])
    warm = WarmStarts(
        trainer=TRAINERS,
        gradients=WARM_GRADIENTS,
        error=error[:, WARM_GRADIENTS - 1],
        rate=np.array([run.rate for run in runs]),
        seconds=np.array([run.seconds for run in runs]),
    )
    return warm, error


def _cold_starts(case: BurgersAutoencoder, rngs: Sequence[np.random.Generator]) -> ColdStarts:
    last = case.path.objective(case.t[-1])
    runs = [retrain(last, initialise(last.net, "glorot", rng)) for rng in rngs]
    curve = np.array([case.last_errors(run.after(COLD_GRADIENTS)) for run in runs])
    gradients = np.array([run.gradients for run in runs])
    error = case.last_errors(run.p for run in runs)
    return ColdStarts(
        quantile=QUANTILES,
        spent=COLD_GRADIENTS,
        curve=curve,
        curve_quantiles=np.quantile(curve, QUANTILES, axis=0),
        gradients=gradients,
        gradients_quantiles=np.quantile(gradients, QUANTILES),
        error=error,
        error_quantiles=np.quantile(error, QUANTILES),
        objective=np.array([last.value(run.p) for run in runs]),
        seconds=np.array([run.seconds for run in runs]),
    )
