"""The candidates of a race: each learns a map of POD coordinates (r_0, m) to themselves.

A candidate is started once on the training coordinates of a fold, and then trained for some steps
at a time. Between two trainings it is a value with `reconstruct`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol, cast

import numpy as np

from mornet.nn import Network, initialise
from mornet.records import Array
from mornet.reduction.autoencoder.fit import autoencoder_network
from mornet.reduction.autoencoder.settings import AutoencoderSettings
from mornet.reduction.context import FitContext
from mornet.reduction.hybrid.correction import Design, untrained_correction
from mornet.reduction.hybrid.training import CorrectionTraining, Steps
from mornet.reduction.hybrid.unrolled import unrolled_correction
from mornet.training.history import History
from mornet.training.objective import Objective

LEAST_HIDDEN, MOST_HIDDEN = 128, 200  # hidden units of corrections in full trainings

Learned = Any  # a value with `reconstruct`


@dataclass(frozen=True)
class Effort:
    """A number of ``steps`` of SOAP with a ``rate``, on batches of about ``batch`` snapshots."""

    steps: int
    rate: float
    batch: int = 100


class Candidate(Protocol):
    """What takes part in a race beside POD."""

    @property
    def name(self) -> str:
        """The family."""
        ...

    @property
    def centred(self) -> bool:
        """Whether it works in centred POD coordinates."""
        ...

    @property
    def trained(self) -> bool:
        """Whether more steps change it."""
        ...

    @property
    def longer(self) -> float:
        """How many times as many steps as others a full training takes."""
        ...

    def full_size(self, size: int) -> Candidate:
        """Return the candidate of a full training on ``size`` coordinates."""
        ...

    def start(self, c: Array, rng: np.random.Generator, weights: Array | None) -> Learned:
        """Return the candidate before its first step, for training coordinates ``c`` (r_0, m)."""
        ...

    def train(
        self,
        learned: Learned,
        c: Array,
        effort: Effort,
        rng: np.random.Generator,
        weights: Array | None,
        context: FitContext = FitContext(),
    ) -> tuple[Learned, History | None]:
        """Return the candidate after ``effort`` from ``learned``."""
        ...


class Untrained:
    """A candidate that takes no steps."""

    trained, longer = False, 1.0

    def full_size(self, _: int) -> Candidate:
        """Return the candidate itself."""
        return cast(Candidate, self)

    def train(self, learned: Learned, *_: Any) -> tuple[Learned, History | None]:
        """Return ``learned`` itself."""
        return learned, None


@dataclass(frozen=True)
class Corrected:
    """A correction of POD of ``rank``: of the "decoder" or of "both" halves."""

    name: str
    rank: int
    centred: bool
    hidden: int
    trained: bool = True
    longer: float = 1.0

    def full_size(self, size: int) -> Corrected:
        """Return the correction with as many hidden units as coordinates, within bounds."""
        return replace(self, hidden=min(max(LEAST_HIDDEN, size), MOST_HIDDEN))

    @property
    def design(self) -> Design:
        """The networks of the correction."""
        return Design(not self.centred, self.hidden, "swish")

    def start(self, c: Array, rng: np.random.Generator, weights: Array | None) -> Learned:
        return untrained_correction(
            c, self.rank, self.design, encoder=self.name == "both", rng=rng, weights=weights
        )

    def train(
        self,
        learned: Learned,
        c: Array,
        effort: Effort,
        rng: np.random.Generator,
        weights: Array | None,
        context: FitContext = FitContext(),
    ) -> tuple[Learned, History | None]:
        steps = Steps(effort.steps, effort.rate, effort.batch)
        return CorrectionTraining(self.design, steps).run(learned, c, rng, weights, context)


@dataclass(frozen=True)
class Unrolled(Untrained):
    """The correction of `hybrid.unrolled`, which takes no gradients."""

    rank: int
    centred: bool
    hidden: int
    name: str = "unrolled"

    def start(self, c: Array, rng: np.random.Generator, weights: Array | None) -> Learned:
        design = Design(not self.centred, self.hidden, "swish")
        return unrolled_correction(c, self.rank, design, rng, weights)


@dataclass(frozen=True, eq=False)
class Net:
    """The network of an autoencoder in POD coordinates, which are divided by ``scale``."""

    network: Network
    p: Array
    scale: float

    def reconstruct(self, c: Array) -> Array:
        """Return the decoded codes of POD coordinates ``c`` (r_0, m)."""
        x = np.asarray(c / self.scale, self.p.dtype)
        return self.scale * np.asarray(self.network.forward(self.p, x), float)


@dataclass(frozen=True)
class Plain:
    """An autoencoder in centred POD coordinates, with the network of ``settings``."""

    rank: int
    settings: AutoencoderSettings = AutoencoderSettings()
    name: str = "autoencoder"
    centred: bool = True
    trained: bool = True
    longer: float = 1.5  # it starts at random, not as POD

    def full_size(self, _: int) -> Plain:
        """Return the autoencoder itself."""
        return self

    def start(self, c: Array, rng: np.random.Generator, weights: Array | None) -> Learned:
        network = autoencoder_network(len(c), self.rank, self.settings)
        p = initialise(network, self.settings.initialisation, rng)
        scale = float(np.sqrt(np.mean(np.average(c**2, axis=1, weights=weights))))
        return Net(network, p.astype(np.float32), scale)

    def train(
        self,
        learned: Learned,
        c: Array,
        effort: Effort,
        rng: np.random.Generator,
        weights: Array | None,
        context: FitContext = FitContext(),
    ) -> tuple[Learned, History | None]:
        x: Array = np.asfortranarray((c / learned.scale).astype(np.float32))
        mean_one = None if weights is None else weights / np.mean(weights)
        J = Objective(learned.network, x, x, mean_one)
        how = Steps(effort.steps, effort.rate, effort.batch)
        p, history = how.run(J, learned.network, learned.p, rng, context)
        return replace(learned, p=p), history
