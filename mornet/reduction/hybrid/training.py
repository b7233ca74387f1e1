"""The training of corrections of POD."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from mornet.nn import Network
from mornet.records import Array
from mornet.reduction.context import FitContext
from mornet.reduction.folds import Fold, Map
from mornet.reduction.hybrid.correction import (
    Correction,
    CorrectionObjective,
    Design,
    untrained_correction,
)
from mornet.reduction.hybrid.cross_validation import gain
from mornet.reduction.hybrid.unrolled import unrolled_correction
from mornet.training.history import History
from mornet.training.optimiser import DescentObjective
from mornet.training.recipes import soap
from mornet.training.sampling import Shuffled, even_batch, record_interval
from mornet.training.settings import TrainingSettings
from mornet.training.trainer import Training, train

RECORDS = 40  # approximate number of records of the objective in a training
GATHER = 4  # steps between two updates of the factors of SOAP


class Steps(NamedTuple):
    """A ``number`` of steps of SOAP with the rate ``eta``, on batches of about ``batch`` samples.

    Every ``gather``-th gradient updates the factors of SOAP.
    """

    number: int
    eta: float
    batch: int
    gather: int = GATHER

    def run(
        self,
        J: DescentObjective,
        network: Network,
        p: Array,
        rng: np.random.Generator,
        context: FitContext,
    ) -> Training:
        """Return the best iterate of ``J``, and a history of about `RECORDS` records."""
        batch = even_batch(J.N, self.batch)
        return train(
            J,
            p,
            soap(network, self.number, self.eta, self.gather),
            steps=self.number,
            sampling=Shuffled(batch),
            rng=rng,
            record_every=record_interval(self.number, batch, J.N, RECORDS),
            settings=TrainingSettings(
                validation=J,
                patience=self.number,
                keep=context.keep,
                keep_every=max(1, self.number // RECORDS),
                resume=context.resume,
            ),
        )


class CorrectionTraining(NamedTuple):
    """The networks of a correction, and the steps that train it."""

    design: Design
    steps: Steps

    def fit(
        self,
        c: Array,
        rank: int,
        variant: str,
        rng: np.random.Generator,
        weights: Array | None = None,
        context: FitContext = FitContext(),
    ) -> tuple[Correction, History | None]:
        """Return a correction for POD coordinates ``c`` (r_0, m), and the history of its training.

        ``variant`` is "both" for a trained encoder and decoder, "decoder" for a trained decoder, or
        "unrolled" for a correction without training, whose history is None. ``weights`` (m,) are
        those of the snapshots.
        """
        if variant == "unrolled":
            return unrolled_correction(c, rank, self.design, rng, weights), None
        start = untrained_correction(
            c, rank, self.design, encoder=variant == "both", rng=rng, weights=weights
        )
        return self.run(start, c, rng, weights, context)

    def run(
        self,
        start: Correction,
        c: Array,
        rng: np.random.Generator,
        weights: Array | None = None,
        context: FitContext = FitContext(),
    ) -> tuple[Correction, History]:
        """Return the best iterate of the steps, in single precision."""
        J = CorrectionObjective(start, c, weights=weights)
        p, history = self.steps.run(J, start.network, start.p.astype(np.float32), rng, context)
        return replace(start, p=p.astype(float)), history


@dataclass
class Trials:
    """Fits corrections of POD of ``rank`` to folds, and counts the gradients of single samples."""

    rank: int
    rng: np.random.Generator
    sample_gradients: int = 0

    def fit(self, how: CorrectionTraining, variant: str, c: Array, w: Array | None) -> Map:
        """Return the reconstruction of POD coordinates by a correction fitted to ``c`` (r_0, m)."""
        correction, history = how.fit(c, self.rank, variant, self.rng, w)
        self.sample_gradients += sample_gradients(history)
        return correction.reconstruct

    def rho(self, how: CorrectionTraining, variant: str, parts: list[Fold]) -> float:
        """Return rho of ``variant`` on ``parts``, see `hybrid.cross_validation`."""
        return gain(parts, self.rank, lambda c, w: self.fit(how, variant, c, w))


def sample_gradients(history: History | None) -> int:
    """Return how many gradients of single samples a training took; 0 without a training."""
    return 0 if history is None else int(history.sample_gradients[-1])
