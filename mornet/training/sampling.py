"""The samples of a step: the index set I of a stochastic gradient.

A sampling is a frozen value. Its state between steps is a dict of arrays, so that a checkpoint can
hold it. Random numbers come from the generator of the caller alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import numpy as np

from mornet.checks import require_whole
from mornet.errors import OptionError
from mornet.records import Indices

SamplingState = dict[str, Indices]


RECORD_SHARE = 0.05  # largest part of the work of a training that its records may take


class Sampling(Protocol):
    """The rule that draws the batch of each step k = 0, 1, 2, ..."""

    random: ClassVar[bool]

    def init(self, N: int) -> SamplingState:
        """Return the state before step 0 for N samples; raise OptionError for an unsuitable N."""
        ...

    def draw(self, k: int, state: SamplingState, rng: np.random.Generator) -> Indices | None:
        """Return the indices of step ``k`` (None: all samples), updating ``state`` in place."""
        ...

    def steps_per_epoch(self, N: int) -> int:
        """Return the number of steps of one epoch of N samples."""
        ...


@dataclass(frozen=True)
class FullBatch:
    """All samples in every step: the gradient is that of J itself."""

    random: ClassVar[bool] = False

    def init(self, N: int) -> SamplingState:
        return {}

    def draw(self, k: int, state: SamplingState, rng: np.random.Generator) -> None:
        return None

    def steps_per_epoch(self, N: int) -> int:
        return 1


@dataclass(frozen=True)
class WithReplacement:
    """``size`` samples, each drawn from all N; size 1 is the choice of Higham and Higham (2019)."""

    random: ClassVar[bool] = True
    size: int = 1

    def __post_init__(self) -> None:
        require_whole(size=self.size)

    def init(self, N: int) -> SamplingState:
        return {"N": np.array(N)}

    def draw(self, k: int, state: SamplingState, rng: np.random.Generator) -> Indices:
        return rng.integers(int(state["N"]), size=self.size)

    def steps_per_epoch(self, N: int) -> int:
        return -(-N // self.size)


@dataclass(frozen=True)
class Shuffled:
    """Batches of ``size`` from a fresh permutation every epoch, the last one possibly smaller."""

    random: ClassVar[bool] = True
    size: int = 32

    def __post_init__(self) -> None:
        require_whole(size=self.size)

    def init(self, N: int) -> SamplingState:
        return {"permutation": np.arange(N)}

    def draw(self, k: int, state: SamplingState, rng: np.random.Generator) -> Indices:
        permutation = state["permutation"]
        batch = k % self.steps_per_epoch(len(permutation))
        if batch == 0:
            rng.shuffle(permutation)
        return permutation[batch * self.size : (batch + 1) * self.size]

    def steps_per_epoch(self, N: int) -> int:
        return -(-N // self.size)


@dataclass(frozen=True, eq=False)
class Prescribed:
    """One given sample for each step, ``indices`` (steps,), as another program drew them."""

    random: ClassVar[bool] = False
    indices: Indices = field(repr=False)

    def init(self, N: int) -> SamplingState:
        if self.indices.size and not 0 <= self.indices.min() <= self.indices.max() < N:
            raise OptionError(
                f"indices run from {self.indices.min()} to {self.indices.max()}, "
                f"but there are {N} samples, 0 to {N - 1}"
            )
        return {}

    def draw(self, k: int, state: SamplingState, rng: np.random.Generator) -> Indices:
        if k >= len(self.indices):
            raise OptionError(f"step {k} needs an index, but only {len(self.indices)} are given")
        return self.indices[k : k + 1]

    def steps_per_epoch(self, N: int) -> int:
        return N


def record_interval(steps: int, batch: int, N: int, records: int) -> int:
    """Return the number of steps between two records of a training of ``steps`` steps.

    There are about ``records`` records, or fewer where their work would exceed 5 per cent of that
    of the gradients. A record evaluates J on ``N`` samples, which takes a third of the work of N
    gradients; a step takes ``batch`` gradients.
    """
    return max(1, steps // records, math.ceil(N / (3 * RECORD_SHARE * batch)))


def even_batch(N: int, size: int) -> int:
    """Return the batch size near ``size`` that leaves no small last batch of N samples."""
    return -(-N // max(1, round(N / size)))
