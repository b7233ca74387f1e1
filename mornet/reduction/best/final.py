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
from mornet.reduction.best.folds import Fold, LeadingModes
from mornet.reduction.best.race import SHORT_RATE, Entry, Race, median_ratio
from mornet.reduction.best.settings import BestSettings

HALF = 0.5  # part of a full training in the final
TINY = 1e-12


@dataclass(frozen=True)
class Final:
    """A fold (by centring) on which the entries of a ``race`` at one ``rank`` are compared.

    It is the typical fold of the race, or one of ``gaps``: snapshots whose neighbours in time are
    known, as those are that the reduction is for.
    """

    race: Race
    rank: int
    settings: BestSettings
    gaps: dict[bool, Fold] | None

    def run(self, entries: list[Entry], finalists: list[Entry]) -> None:
        """Note the ratio that is expected of all ``entries`` that are better than POD.

        Finalists are trained nearly in full, unless their trials were too long already.
        """
        able = [entry for entry in entries if entry.evidence.upper < 1]
        if not able:
            return
        number = self._typical(min(able, key=lambda entry: entry.evidence.ratio))
        folds = self.gaps or {b: own[number] for b, own in self.race.folds.items()}
        for entry in able:
            fold = folds[entry.candidate.centred]
            short = self._again(entry, fold) if self.gaps else entry.learned[number]
            entry.expected = self._ratio(folds, fold, short)
            if entry in finalists and (self.gaps or not entry.over):
                self._train(entry, folds)

    def _train(self, entry: Entry, folds: dict[bool, Fold]) -> None:
        fold = folds[entry.candidate.centred]
        candidate = entry.candidate.full_size(len(fold.train))
        try:
            learned = self._learn(candidate, fold, full_effort(candidate, self.settings, HALF))
        except DivergenceError:
            return
        last = self._ratio(folds, fold, learned)
        entry.late, entry.expected = last / max(entry.expected, TINY), min(entry.expected, last)

    def _again(self, entry: Entry, fold: Fold) -> Learned:
        """Return what the trials of ``entry`` learn on another fold."""
        return self._learn(
            entry.candidate, fold, *(Effort(steps, SHORT_RATE) for steps in entry.cycles)
        )

    def _learn(self, candidate: Candidate, fold: Fold, *efforts: Effort) -> Learned:
        rng, c, w = self.race.rng, fold.train, fold.weights
        learned = candidate.start(c, rng, w)
        for effort in efforts:
            learned, history = candidate.train(learned, c, effort, rng, w)
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
