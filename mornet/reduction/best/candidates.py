"""The candidates of a race: each learns a map of POD coordinates (r_0, m) to themselves.

A candidate is started once on the training coordinates of a fold, and then trained for some steps
at a time. Between two trainings it is a value with `reconstruct`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, cast

import numpy as np

from mornet.nn import Network, initialise
from mornet.records import Array
from mornet.reduction.autoencoder.convolutional import (
    ConvolutionalAutoencoderSettings,
    network_on,
)
from mornet.reduction.autoencoder.fit import autoencoder_network
from mornet.reduction.autoencoder.settings import AutoencoderSettings
from mornet.reduction.autoencoder.training import input_scale
from mornet.reduction.context import FitContext
from mornet.reduction.hybrid.correction import Design, untrained_correction
from mornet.reduction.hybrid.training import CorrectionTraining, Steps
from mornet.reduction.hybrid.unrolled import unrolled_correction
from mornet.training.history import History
from mornet.training.objective import Objective

LEAST_HIDDEN, MOST_HIDDEN = 160, 200  # hidden units of corrections in full trainings

Learned = Any  # a value with `reconstruct`
Modes = Callable[[], Array]


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
    def from_pod(self) -> bool:
        """Whether it starts as POD, and so learns sooner than what starts at random."""
        ...

    def full_size(self, size: int) -> Candidate:
        """Return the candidate of a full training on ``size`` coordinates."""
        ...

    def start(
        self,
        c: Array,
        rng: np.random.Generator,
        weights: Array | None,
        modes: Modes | None = None,
    ) -> Learned:
        """Return the candidate before its first step, for training coordinates ``c`` (r_0, m).

        ``modes`` returns the modes (n, r_0) whose coordinates these are.
        """
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

    trained, from_pod = False, True

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
    from_pod: bool = True

    def full_size(self, size: int) -> Corrected:
        """Return the correction with as many hidden units as coordinates, within bounds."""
        return replace(self, hidden=min(max(LEAST_HIDDEN, size), MOST_HIDDEN))

    @property
    def design(self) -> Design:
        """The networks of the correction."""
        return Design(not self.centred, self.hidden, "swish")

    def start(
        self, c: Array, rng: np.random.Generator, weights: Array | None, _: Modes | None = None
    ) -> Learned:
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

    from_pod = False
    rank: int
    centred: bool
    hidden: int
    name: str = "unrolled"

    def start(
        self, c: Array, rng: np.random.Generator, weights: Array | None, _: Modes | None = None
    ) -> Learned:
        design = Design(not self.centred, self.hidden, "swish")
        return unrolled_correction(c, self.rank, design, rng, weights)


@dataclass(frozen=True, eq=False)
class Net:
    """The network of an autoencoder, and the ``scale`` by which its inputs are divided.

    The inputs are POD coordinates, or with ``modes`` (n, r_0) what these coordinates stand for.
    """

    network: Network
    p: Array
    scale: float
    modes: Array | None = None

    def inputs(self, c: Array) -> Array:
        """Return the inputs of the network for POD coordinates ``c`` (r_0, m)."""
        x = c if self.modes is None else self.modes @ c
        return np.asfortranarray((x / self.scale).astype(self.p.dtype))

    def reconstruct(self, c: Array) -> Array:
        """Return the decoded codes of POD coordinates ``c`` (r_0, m)."""
        y = self.scale * np.asarray(self.network.forward(self.p, self.inputs(c)), float)
        return y if self.modes is None else self.modes.T @ y


class Random:
    """A candidate that starts at random, and not as POD."""

    centred, trained, from_pod = True, True, False

    def full_size(self, _: int) -> Candidate:
        """Return the candidate itself."""
        return cast(Candidate, self)

    def train(
        self,
        learned: Learned,
        c: Array,
        effort: Effort,
        rng: np.random.Generator,
        weights: Array | None,
        context: FitContext = FitContext(),
    ) -> tuple[Learned, History | None]:
        """Return the network after ``effort`` from ``learned``."""
        x = learned.inputs(c)
        J = Objective(learned.network, x, x, None if weights is None else weights / weights.mean())
        how = Steps(effort.steps, effort.rate, effort.batch)
        p, history = how.run(J, learned.network, learned.p, rng, context)
        return replace(learned, p=p), history


@dataclass(frozen=True)
class Plain(Random):
    """An autoencoder in centred POD coordinates, with the network of ``settings``."""

    rank: int
    settings: AutoencoderSettings = AutoencoderSettings()
    name: str = "autoencoder"

    @property
    def code(self) -> int:
        """The layer of the code."""
        return len(self.settings.hidden) + 1

    def start(
        self, c: Array, rng: np.random.Generator, weights: Array | None, _: Modes | None = None
    ) -> Learned:
        network = autoencoder_network(len(c), self.rank, self.settings)
        return started(network, c, self.settings.initialisation, rng, weights)


@dataclass(frozen=True, eq=False)
class Convolutional(Random):
    """A convolutional autoencoder of snapshots on the grid of coordinates ``x`` (d, n).

    It is trained on the snapshots that the POD coordinates stand for, and its errors are those of
    its outputs in the modes. A step costs much more than one in coordinates.
    """

    rank: int
    x: Array | None
    settings: ConvolutionalAutoencoderSettings
    name: str = "convolutional autoencoder"

    @property
    def code(self) -> int:
        """The layer of the code."""
        return len(self.settings.channels) + len(self.settings.hidden) + 1

    def start(
        self, c: Array, rng: np.random.Generator, weights: Array | None, modes: Modes | None = None
    ) -> Learned:
        assert modes is not None
        V = modes()
        network = network_on(len(V), self.x, self.rank, self.settings)
        net = started(network, c, self.settings.initialisation, rng, weights)
        return replace(net, scale=net.scale * float(np.sqrt(len(c) / len(V))), modes=V)


def started(
    network: Network, c: Array, how: str, rng: np.random.Generator, weights: Array | None
) -> Net:
    """Return the ``network`` with random parameters, and the root mean square of ``c`` (r_0, m)."""
    p = initialise(network, how, rng)
    return Net(network, p.astype(np.float32), input_scale(c, weights))
