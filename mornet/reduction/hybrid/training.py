"""How corrections of POD are learned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from mornet.records import Array
from mornet.reduction.hybrid.correction import Correction, CorrectionObjective, untrained_correction
from mornet.reduction.hybrid.cross_validation import Fold, Map, gain
from mornet.reduction.hybrid.unrolled import unrolled_correction
from mornet.training import Checkpoint, History, KeepCheckpoint, Shuffled, even_batch, train
from mornet.training.recipes import soap


class CorrectionTraining(NamedTuple):
    """The networks of corrections, and their training."""

    anchored: bool
    hidden: int
    activation: str
    batch: int
    eta: float

    def fit(
        self,
        c: Array,
        rank: int,
        branch: str,
        steps: int,
        rng: np.random.Generator,
        weights: Array | None = None,
        keep: KeepCheckpoint | None = None,
        resume: Checkpoint | None = None,
    ) -> tuple[Correction, History | None]:
        """Return a correction for POD coordinates ``c`` (r_0, m), and its training if it had one;
        ``weights`` (m,) are those of the snapshots.

        "both" halves or the "decoder" alone are trained; an "unrolled" one is not.
        """
        if branch == "unrolled":
            correction = unrolled_correction(
                c,
                rank,
                anchored=self.anchored,
                hidden=self.hidden,
                activation=self.activation,
                rng=rng,
                weights=weights,
            )
            return correction, None
        start = untrained_correction(
            c,
            rank,
            encoder=branch == "both",
            anchored=self.anchored,
            hidden=self.hidden,
            activation=self.activation,
            rng=rng,
            weights=weights,
        )
        return self.run(start, c, steps, rng, weights, keep, resume)

    def run(
        self,
        start: Correction,
        c: Array,
        steps: int,
        rng: np.random.Generator,
        weights: Array | None = None,
        keep: KeepCheckpoint | None = None,
        resume: Checkpoint | None = None,
    ) -> tuple[Correction, History]:
        """Return the best iterate of ``steps`` steps of SOAP in single precision."""
        objective = CorrectionObjective(start, c, weights=weights)
        every = max(1, steps // 40)
        p, history = train(
            objective,
            start.p.astype(np.float32),
            soap(start.network, steps, self.eta),
            steps=steps,
            sampling=Shuffled(even_batch(c.shape[1], self.batch)),
            rng=rng,
            record_every=every,
            validation=objective,
            patience=steps,
            keep=keep,
            keep_every=every,
            resume=resume,
        )
        return replace(start, p=p.astype(float)), history


@dataclass
class Trials:
    """Corrections of POD of ``rank`` that are fitted on folds; their gradients are counted."""

    rank: int
    rng: np.random.Generator
    sample_gradients: int = 0

    def fit(
        self, how: CorrectionTraining, branch: str, steps: int, c: Array, w: Array | None
    ) -> Map:
        """Return what a correction of ``branch`` makes of POD coordinates."""
        correction, history = how.fit(c, self.rank, branch, steps, self.rng, w)
        self.sample_gradients += sample_gradients(history)
        return correction.reconstruct

    def rho(self, how: CorrectionTraining, branch: str, steps: int, parts: list[Fold]) -> float:
        """Return rho of ``branch`` on ``parts``, see `hybrid.cross_validation`."""
        return gain(parts, self.rank, lambda c, w: self.fit(how, branch, steps, c, w))


def sample_gradients(history: History | None) -> int:
    """Return how many gradients of single samples a training took, if there was one."""
    return 0 if history is None else int(history.sample_gradients[-1])
