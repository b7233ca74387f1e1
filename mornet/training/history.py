"""The history of a training."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.records import Array, Indices, array, in_short


@dataclass(frozen=True, eq=False)
class History:
    """What a training recorded at the steps ``step``, and how it ended.

    ``best_step`` is the step of the parameters that were returned. A training with patience returns
    those of the least J on the validation samples; for other trainings ``best_step`` is None, and
    the last parameters were returned.
    """

    kind: ClassVar[str] = "history"
    __repr__ = in_short
    step: Indices = array("step", about="number of steps done")
    objective: Array = array("step", about="objective J on the training samples")
    sample_gradients: Indices = array("step", about="gradients of single samples evaluated so far")
    validation_objective: Array | None = array(
        "step", about="J on validation samples", optional=True
    )
    sample_values: Indices | None = array(
        "step", about="values of single samples that line searches evaluated so far", optional=True
    )
    clipped: Indices | None = array(
        "step", about="gradients shortened to the clipping norm so far", optional=True
    )
    best_step: int | None = array(about="step of the parameters returned", optional=True)
    ended: str = ""


class Row(NamedTuple):
    """One row of the history of a training that still runs."""

    step: int
    objective: float
    sample_gradients: int
    validation_objective: float
    sample_values: int
    clipped: int


def to_history(
    rows: Iterable[Row], *, validated: bool, clip: bool, best_step: int | None, ended: str
) -> History:
    """Return the rows as a history, without the columns that the training did not use."""
    step, objective, gradients, validation, values, clipped = map(np.array, zip(*rows, strict=True))
    return History(
        step,
        objective,
        gradients,
        validation_objective=validation if validated else None,
        sample_values=values if values.any() else None,
        clipped=clipped if clip else None,
        best_step=best_step,
        ended=ended,
    )


def to_rows(history: History) -> list[Row]:
    """Return the rows from which `to_history` made ``history``."""
    none = np.zeros(len(history.step), dtype=int)
    validation = history.validation_objective
    columns = (
        history.step,
        history.objective,
        history.sample_gradients,
        none.astype(float) if validation is None else validation,
        none if history.sample_values is None else history.sample_values,
        none if history.clipped is None else history.clipped,
    )
    return [Row(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]
