"""The descent loop, which all optimisers share."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mornet.records import Array
from mornet.training.optimiser import DiffersByStep, DirectOptimiser, OnBatch, Optimiser, State
from mornet.training.sampling import Sampling, SamplingState


@dataclass
class Descent:
    """The state of a descent: all that a step changes, in place, and a checkpoint holds."""

    J: OnBatch
    p: Array
    state: State
    drawn: SamplingState
    rng: np.random.Generator
    k: int = 0
    clipped: int = 0


def descend(
    at: Descent, optimiser: Optimiser, sampling: Sampling, clip: float | None = None
) -> Iterator[int]:
    """Do one step after the other, without end, and yield their number after each.

    ``at`` changes in place. A gradient with ||g|| > ``clip`` is shortened to that norm.
    """
    J, p, g = at.J, at.p, np.empty_like(at.p)
    direct = None
    if clip is None and isinstance(optimiser, DirectOptimiser):
        direct = optimiser.direct_step
    at_step = J.objective.at_step if isinstance(J.objective, DiffersByStep) else None
    while True:
        if at_step is not None:
            J.objective = at_step(at.k)
        J.batch = sampling.draw(at.k, at.drawn, at.rng)
        if direct is None or not direct(at.k, p, at.state, J):
            J.gradient(p, out=g)
            if clip is not None:
                at.clipped += shorten(g, clip)
            optimiser.step(at.k, p, g, at.state, J)
        at.k += 1
        yield at.k


def shorten(g: Array, most: float) -> bool:
    """Scale ``g`` in place to ||g|| = ``most`` if it is longer; return whether it was longer.

    R. Pascanu, T. Mikolov and Y. Bengio, ICML 2013, Algorithm 1. A gradient with NaN stays as it
    is, and the next record of the training finds it.
    """
    norm = math.sqrt(g @ g)
    if not norm > most:
        return False
    if norm == math.inf:  # the square overflows before g does
        g /= np.abs(g).max()
        norm = math.sqrt(g @ g)
    g *= most / norm
    return True
