"""Checkpoints: all that a training needs to go on after an interruption."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, is_dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mornet.errors import OptionError, ShapeError
from mornet.records import Array, Indices, array, in_short
from mornet.training.history import History
from mornet.training.optimiser import DescentObjective, DiffersByStep
from mornet.training.sampling import Sampling


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The state of a training between two steps.

    ``optimiser`` and ``sampling`` hold the states of both, ``generator`` that of the random
    generator as JSON. The position in the epoch follows from the number of steps done. A training
    that is ``finished`` needs no further step. ``began`` says in words how batches and dropout are
    drawn; checkpoints of earlier versions do not.
    """

    kind: ClassVar[str] = "checkpoint"
    __repr__ = in_short
    optimiser: dict[str, Array]
    sampling: dict[str, Indices]
    generator: str
    history: History
    finished: bool
    p: Array = array("entry", about="parameters")
    step: int = array(about="number of steps done")
    sample_gradients: int = array(about="gradients of single samples evaluated so far")
    sample_values: int = array(about="values of single samples that line searches evaluated so far")
    clipped: int = array(about="gradients shortened to the clipping norm so far")
    best: Array | None = array(
        "entry", about="parameters of least J on the validation samples so far", optional=True
    )
    began: dict[str, str] = field(default_factory=dict)

    def require_same(self, began: dict[str, str], steps: int) -> None:
        """Raise OptionError unless a training of ``steps`` steps that ``began`` so may go on."""
        for name in self.began.keys() & began.keys():
            if self.began[name] != began[name]:
                raise OptionError(
                    f"the checkpoint is of a training with {self.began[name]}, and this one has "
                    f"{began[name]}: resume with the settings it began with"
                )
        if steps < self.step:
            raise OptionError(
                f"steps = {steps}, but the checkpoint is after step {self.step}: steps counts from "
                f"the start, so give at least {self.step}"
            )


KeepCheckpoint = Callable[[Checkpoint], None]


def beginning(objective: DescentObjective, sampling: Sampling) -> dict[str, str]:
    """Return in words how the batches and the dropout of a training are drawn."""
    batches = repr(sampling) if is_dataclass(sampling) else type(sampling).__name__
    random = isinstance(objective, DiffersByStep)
    dropout = f"dropout of seed {getattr(objective, 'seed', None)}" if random else "no dropout"
    return {"sampling": batches, "dropout": dropout}


def generator_text(rng: np.random.Generator) -> str:
    """Return the state of ``rng`` as JSON, which holds integers of 128 bits."""
    return json.dumps(rng.bit_generator.state, default=lambda a: a.tolist(), sort_keys=True)


def restore_generator(rng: np.random.Generator, text: str) -> None:
    """Set ``rng`` to the state in ``text``; raise OptionError for another kind of generator."""
    state = json.loads(text)
    here = rng.bit_generator.state["bit_generator"]
    if state["bit_generator"] != here:
        raise OptionError(f"the checkpoint's generator is {state['bit_generator']}, not {here}")
    rng.bit_generator.state = state


def restored(what: str, kept: dict[str, NDArray[Any]], fresh: dict[str, NDArray[Any]]) -> Any:
    """Return copies of the arrays ``kept``.

    Raises ShapeError unless they have the names and shapes of the ``fresh`` ones.
    """
    shapes = [{name: a.shape for name, a in state.items()} for state in (kept, fresh)]
    if shapes[0] != shapes[1]:
        raise ShapeError(
            f"the {what} of the checkpoint holds {shapes[0]}, but this training needs {shapes[1]}: "
            "resume with the settings it began with"
        )
    return {name: np.array(a) for name, a in kept.items()}
