"""The work that updates take, as counts, in gradient-equivalents and in processor time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from mornet.experiments.seconds import seconds_of
from mornet.experiments.updates.retraining import seconds_of_update
from mornet.perturbation import BASE_COUNTS, DataPath, Update, work_in_gradients
from mornet.records import Array, Indices, array, in_short
from mornet.training.newton import BasePoint, quadratic_model


@dataclass(frozen=True, eq=False)
class UpdateWork:
    """The work of each update for one t, and the work that it needs once, at the base."""

    kind: ClassVar[str] = "update_work"
    __repr__ = in_short
    method: tuple[str, ...] = array("method")
    gradients: Indices = array("method", about="gradients that one update takes")
    hessians: Indices = array("method", about="Hessians, with factorisation, that one update takes")
    solves: Indices = array("method", about="solves with a factorised Hessian, for one update")
    update: Array = array("method", about="work of one update, in gradient-equivalents")
    setup: Array = array("method", about="work once, at the base, in gradient-equivalents")
    factorisation: float = array(about="work of H and its factorisation, in gradient-equivalents")
    seconds: Array = array(
        "method", units="s", about="processor time of one update, H factorised", measured=True
    )
    base_seconds: float = array(
        units="s", about="processor time of H and its factorisation", measured=True
    )


def update_work(updates: Sequence[Update], base: BasePoint, path: DataPath, t: float) -> UpdateWork:
    """Return the work of ``updates``; the processor time is that of an update to ``t``."""
    P, N = base.p.size, path.start.N
    counts = np.array([update.counts for update in updates])
    return UpdateWork(
        method=tuple(update.name for update in updates),
        gradients=counts[:, 0],
        hessians=counts[:, 2],
        solves=counts[:, 3],
        update=np.array([work_in_gradients(update.counts, P, N) for update in updates]),
        setup=np.array([work_in_gradients(update.setup, P, N) for update in updates]),
        factorisation=work_in_gradients(BASE_COUNTS, P, N),
        seconds=np.array([seconds_of_update(update, base, path, t) for update in updates]),
        base_seconds=seconds_of(partial(quadratic_model, path.start, base.p))[0],
    )
