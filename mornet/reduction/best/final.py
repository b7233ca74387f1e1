"""The final of a race: accepted candidates on one fold, the finalists trained nearly in full.

Trials on all folds say whether a candidate is better than POD. They are short, and what starts at
random learns late: the final says which candidate wins, and whether long trainings gain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.errors import DivergenceError
from mornet.records import Array
from mornet.reduction.best.candidates import Candidate, Effort, Learned
from mornet.reduction.best.evidence import paired
from mornet.reduction.best.folds import TINY, Fold, LeadingModes
from mornet.reduction.best.race import Entry, Race, median_ratio
from mornet.reduction.best.settings import BestSettings

HALF = 0.5  # part of a full training in the final


@dataclass(frozen=True)
class Final:
    """The typical fold of a ``race`` at one ``rank``, on which its entries are compared."""

    race: Race
    rank: int
    settings: BestSettings

    def run(self, entries: list[Entry], finalists: list[Entry]) -> None:
        """Note the ratio that is expected of all ``entries`` that are better than POD.

        Finalists are trained nearly in full, unless their trials were too long already. They will
        be trained in full unless that is proven to make held-out errors larger.
        """
        able = [entry for entry in entries if entry.evidence.upper < 1]
        if not able:
            return
        number = self._typical(min(able, key=lambda entry: entry.evidence.ratio))
        folds = {b: own[number] for b, own in self.race.folds.items()}
        for entry in able:
            short = entry.learned[number]
            self._note(entry, folds, short)
            if entry in finalists and not entry.over:
                self._train(entry, short, folds)

    def _train(self, entry: Entry, short: Learned, folds: dict[bool, Fold]) -> None:
        fold = folds[entry.candidate.centred]
        candidate = entry.candidate.full_size(len(fold.train))
        try:
            learned = self._learn(candidate, fold, full_effort(candidate, self.settings, HALF))
        except DivergenceError:
            return
        entry.full = not self._proven_better(fold, short, learned)
        if entry.full:
            self._note(entry, folds, learned)

    def _proven_better(self, fold: Fold, short: Learned, learned: Learned) -> bool:
        """Return whether ``short`` is better than ``learned``, with the confidence of the race."""
        squares, longer = (self.race.of_samples(fold, own) for own in (short, learned))
        if not longer.any():
            return False
        return paired(squares, longer, self.race.confidence).upper < 1

    def _note(self, entry: Entry, folds: dict[bool, Fold], learned: Learned) -> None:
        """Note the expected ratio, and the part of the training error in it."""
        fold = folds[entry.candidate.centred]
        expected = self._ratio(folds, fold, learned)
        pod = float(np.sqrt(np.sum(self._pod(folds)) / len(fold.columns)))
        entry.expected, entry.fitted = expected, fold.training_error(learned.reconstruct)
        entry.share = min(1.0, (entry.fitted / max(expected * pod, TINY)) ** 2)

    def _learn(self, candidate: Candidate, fold: Fold, effort: Effort) -> Learned:
        rng, c, w = self.race.rng, fold.train, fold.weights
        learned, history = candidate.train(candidate.start(c, rng, w), c, effort, rng, w)
        self.race.count(history)
        return learned

    def _ratio(self, folds: dict[bool, Fold], fold: Fold, learned: Learned) -> float:
        """Return the median ratio of errors to those of POD, over the units of a fold.

        One unit at the edge of the parameters may rule a sum.
        """
        squares = self.race.of_units([fold], [learned])
        return median_ratio(squares, self._pod(folds))

    def _pod(self, folds: dict[bool, Fold]) -> Array:
        """Return the squared errors (units,) of the better one of POD and PCA on a fold."""
        pods = [self.race.of_units([fold], [LeadingModes(self.rank)]) for fold in folds.values()]
        return min(pods, key=np.sum)

    def _typical(self, entry: Entry) -> int:
        """Return the fold on which the error of ``entry`` over that of POD is the median one."""
        found = []
        for i, learned in enumerate(entry.learned):
            folds = {b: own[i] for b, own in self.race.folds.items()}
            found.append(self._ratio(folds, folds[entry.candidate.centred], learned))
        return int(np.argsort(found, kind="stable")[len(found) // 2])


def full_effort(candidate: Candidate, settings: BestSettings, part: float = 1.0) -> Effort:
    """Return the ``part`` of a full training of ``candidate``."""
    steps = max(1, round(part * candidate.longer * settings.steps))
    return Effort(steps, settings.learning_rate, settings.batch)
