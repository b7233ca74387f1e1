"""The final of a race: accepted candidates on a fold or two, finalists trained at length.

Trials on all folds say whether a candidate is better than POD. They are short, and what starts at
random learns late: the final says which candidate wins, and whether long trainings gain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mornet.errors import DivergenceError
from mornet.records import Array, Indices
from mornet.reduction.best.candidates import Candidate, Effort, Learned
from mornet.reduction.best.race import (
    LARGE,
    Entry,
    Look,
    Race,
    close_to_the_best,
    median_ratio,
)
from mornet.reduction.best.settings import BestSettings
from mornet.reduction.best.tears import TORN, error_between, midpoints, tear
from mornet.reduction.folds import TINY, Fold, LeadingModes

HALF = 0.5  # part of a full training in the final
MOST_LOOKS = 2  # folds on which close finalists meet
SEVERAL = 6  # least number of held-out samples that prove a longer training to be worse


@dataclass(frozen=True)
class Final:
    """The typical folds of a ``race`` at one ``rank``, on which its entries are compared."""

    race: Race
    rank: int
    settings: BestSettings

    def run(self, entries: list[Entry], finalists: list[Entry]) -> None:
        """Note what is expected of all ``entries`` that one of both tests shows better than POD.

        Finalists are trained for half of a full training on the most typical fold, unless their
        trials were too long already. So is every entry that is the favourite without it. All will
        be trained in full unless that is proven to make held-out errors larger. Where the gain is
        small, and several finalists are close to the best one, they meet on a second fold. Where it
        is large, full trainings settle close finishes; see `race.contenders`.
        """
        level = 1 - self.settings.confidence
        able = [e for e in entries if e.evidence.upper < 1 or e.evidence.p <= level]
        if not able:
            return
        typical = self._typical(min(able, key=lambda entry: entry.evidence.ratio))
        tried = [entry for entry in able if entry in finalists]
        for number in typical[:MOST_LOOKS]:
            tried = self._look(able, tried, int(number))
            able = close_to_the_best(able)
            tried = [entry for entry in tried if entry in able]
            if len(tried) < 2 or min(entry.expected for entry in tried) <= LARGE:
                return

    def _look(self, able: list[Entry], tried: list[Entry], number: int) -> list[Entry]:
        """Look at the ``able`` entries on one fold, and return those that were ``tried`` there."""
        folds = {b: own[number] for b, own in self.race.folds.items()}
        points = {b: midpoints(fold.train) for b, fold in folds.items()}

        def seen(entry: Entry, long: bool) -> Look:
            return self._seen(entry, folds, self._learned(entry, folds, number, long), points)

        for entry in able:
            entry.looks.append(seen(entry, entry in tried and (entry.full or not entry.looks)))
        _mend(tried, tried, seen)
        favourite = _favourite(able, tried)
        while favourite not in tried and favourite.candidate.trained:
            favourite.looks[-1] = seen(favourite, True)
            tried = [*tried, favourite]
            _mend([favourite], tried, seen)
            favourite = _favourite(able, tried)
        return tried

    def _learned(self, entry: Entry, folds: dict[bool, Fold], number: int, long: bool) -> Learned:
        """Return what the entry learned in its trials, or in a ``long`` training if it gains."""
        short = entry.learned[number]
        if not long or entry.over:
            return short
        entry.tried, fold = True, folds[entry.candidate.centred]
        candidate = entry.candidate.full_size(len(fold.train))
        try:
            learned = self._train(candidate, fold, full_effort(self.settings, HALF))
        except DivergenceError:
            return short
        entry.full = not self._worse(fold, short, learned)
        return learned if entry.full else short

    def _worse(self, fold: Fold, short: Learned, learned: Learned) -> bool:
        """Return whether ``learned`` is worse than ``short``.

        That must be proven by several samples, and it must be worse on most of them as well,
        because a few may rule a sum. If it is worse than POD too, no proof is asked for.
        """
        pod = LeadingModes(self.rank)
        before, after, reference = (
            self.race.of_samples(fold, each) for each in (short, learned, pod)
        )
        if after.sum() > max(before.sum(), reference.sum()):
            return True
        proven = len(before) >= SEVERAL and self.race.proven_smaller(before, after)
        return proven and median_ratio(after, before) > 1

    def _seen(
        self,
        entry: Entry,
        folds: dict[bool, Fold],
        learned: Learned,
        points: dict[bool, Array],
    ) -> Look:
        """Return what a fold, and its midpoints by centring, show of what an entry learned."""
        fold = folds[entry.candidate.centred]
        ratio = self._ratio(folds, fold, learned)
        pod = float(np.sqrt(np.sum(self._pod(folds)) / len(fold.columns)))
        fitted = fold.training_error(learned.reconstruct)
        part = min(1.0, fitted / max(ratio * pod, TINY)) ** 2
        between = error_between(points[entry.candidate.centred], learned.reconstruct)
        return Look(ratio, fitted, part, between)

    def _train(self, candidate: Candidate, fold: Fold, effort: Effort) -> Learned:
        rng, c, w = self.race.rng, fold.train, fold.weights
        learned, history = candidate.train(self.race.start(candidate, fold), c, effort, rng, w)
        self.race.count(history)
        return learned

    def _ratio(self, folds: dict[bool, Fold], fold: Fold, learned: Learned) -> float:
        """Return the median ratio of errors to those of POD, over what a fold holds out."""
        return median_ratio(self.race.of_parts(fold, learned), self._pod(folds))

    def _pod(self, folds: dict[bool, Fold]) -> Array:
        """Return the squared errors of the better one of POD and PCA on a fold."""
        pods = [self.race.of_parts(fold, LeadingModes(self.rank)) for fold in folds.values()]
        return min(pods, key=np.sum)

    def _typical(self, entry: Entry) -> Indices:
        """Return the folds, those first whose error of ``entry`` over POD is nearest the median."""
        found = []
        for i, learned in enumerate(entry.learned):
            folds = {b: own[i] for b, own in self.race.folds.items()}
            found.append(self._ratio(folds, folds[entry.candidate.centred], learned))
        rank = np.argsort(np.argsort(found, kind="stable"))
        return np.argsort(np.abs(rank - len(found) // 2), kind="stable")


def full_effort(settings: BestSettings, part: float = 1.0) -> Effort:
    """Return the ``part`` of a full training."""
    steps = max(1, round(part * settings.steps))
    return Effort(steps, settings.learning_rate, settings.batch)


def _favourite(able: list[Entry], tried: list[Entry]) -> Entry:
    """Return the entry of which most is expected beside those that were ``tried``."""
    usual = _usual(tried)
    for entry in able:
        entry.looks[-1] = entry.looks[-1]._replace(usual=usual)
    return min(able, key=lambda entry: entry.expected)


def _mend(entries: list[Entry], tried: list[Entry], seen: Callable[[Entry, bool], Look]) -> None:
    """Train ``entries`` once more that tore the manifold, as errors between neighbours show."""
    usual = _usual(tried)
    for entry in entries:
        first = entry.looks[-1]._replace(usual=usual)
        if entry.full and tear(first.between, usual) > TORN:
            second = seen(entry, True)._replace(usual=usual)
            if second.expected < first.expected:
                entry.looks[-1] = second
            else:
                entry.full = True


def _usual(tried: list[Entry]) -> float:
    """Return the least error at midpoints after a full training, infinite if there is none."""
    return min((entry.looks[-1].between for entry in tried if entry.full), default=np.inf)
