"""The race: short trials on every fold, the losers are dropped, the survivors are trained on.

Successive halving (K. Jamieson and A. Talwalkar, AISTATS 2016) spends most steps on few candidates.
A trial goes on from the parameters of the last one, with a new schedule of the learning rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mornet.errors import DivergenceError
from mornet.records import Array, Indices
from mornet.reduction.best.candidates import Candidate, Effort, Learned
from mornet.reduction.best.evidence import Evidence, paired
from mornet.reduction.best.folds import Fold, leading

HOPELESS = 1.5  # a candidate is dropped if its ratio is this much above the least one
FEW_FOLDS = 2  # folds on which survivors are trained on
GOOD_ENOUGH = 1.05  # ratios up to this factor count as equal; then the first candidate wins
SHORT_RATE = 1e-2  # a short training needs longer steps to show what there is to gain


@dataclass
class Entry:
    """A candidate in the race, with what it learned on each fold, and its evidence.

    ``cycles`` are the steps of its trials. More training on a few folds changed the held-out error
    by the factor ``late``.
    """

    candidate: Candidate
    learned: list[Learned]
    evidence: Evidence
    cycles: list[int] = field(default_factory=list)
    late: float = 1.0

    @property
    def steps(self) -> int:
        """Steps of training on every fold."""
        return sum(self.cycles)

    @property
    def expected(self) -> float:
        """The ratio of errors after more training."""
        return self.evidence.ratio * min(self.late, 1.0)


@dataclass
class Race:
    """The folds by centring, the unit (m,) of each snapshot, and the weights (m,) of snapshots."""

    folds: dict[bool, list[Fold]]
    unit: Indices
    weights: Array | None
    confidence: float
    rng: np.random.Generator
    sample_gradients: int = 0

    def squares(self, centred: bool, maps: Sequence[Learned]) -> Array:
        """Return the squared errors (units,) of what was learned on each fold."""
        return self._of_units(self.folds[centred], maps)

    def _weighted(self, errors: Array) -> Array:
        return errors if self.weights is None else errors * self.weights

    def pod(self, centred: bool, rank: int) -> Array:
        """Return the squared errors (units,) of POD of ``rank``."""
        return self.squares(centred, [_POD(rank)] * len(self.folds[centred]))

    def enter(self, candidate: Candidate, reference: Array) -> Entry:
        """Return ``candidate`` at its start."""
        learned = [
            candidate.start(fold.train, self.rng, fold.weights)
            for fold in self.folds[candidate.centred]
        ]
        evidence = self._evidence(candidate, learned, reference)
        return Entry(candidate, learned, evidence)

    def trial(self, entry: Entry, steps: int, reference: Array) -> None:
        """Train ``entry`` on all folds, and judge it again. A divergence ends its hopes."""
        candidate = entry.candidate
        try:
            for i in range(len(entry.learned)):
                entry.learned[i] = self._trained(entry, i, steps)
            entry.evidence = self._evidence(candidate, entry.learned, reference)
        except DivergenceError:
            entry.evidence = entry.evidence._replace(ratio=np.inf, upper=np.inf)
        entry.cycles.append(steps)

    def train_on(self, entry: Entry, steps: int) -> None:
        """Train ``entry`` on a few folds, and note how the errors of most held-out units change.

        The median over units counts, because one unit at the edge of the parameters may rule a sum.
        """
        few = self.folds[entry.candidate.centred][:FEW_FOLDS]
        before = self._of_units(few, entry.learned)
        try:
            for i in range(len(few)):
                entry.learned[i] = self._trained(entry, i, steps)
        except DivergenceError:
            return
        after = self._of_units(few, entry.learned)
        held = before > 0
        entry.late = float(np.sqrt(np.median(after[held] / before[held]))) if held.any() else 1.0

    def _of_units(self, folds: list[Fold], maps: Sequence[Learned]) -> Array:
        """Return the squared errors (units,) on the held-out snapshots of ``folds``."""
        errors = np.zeros(len(self.unit))
        for fold, learned in zip(folds, maps, strict=False):
            errors[fold.columns] = fold.errors(learned.reconstruct)
        return np.bincount(self.unit, self._weighted(errors)).astype(float)

    def _trained(self, entry: Entry, i: int, steps: int) -> Learned:
        fold, effort = self.folds[entry.candidate.centred][i], Effort(steps, SHORT_RATE)
        learned, history = entry.candidate.train(
            entry.learned[i], fold.train, effort, self.rng, fold.weights
        )
        self.sample_gradients += 0 if history is None else int(history.sample_gradients[-1])
        return learned

    def _evidence(self, candidate: Candidate, learned: list[Learned], reference: Array) -> Evidence:
        squares = self.squares(candidate.centred, learned)
        return paired(squares, reference, self.confidence)

    def run(self, entries: list[Entry], reference: Array, steps: int, keep: int) -> None:
        """Race the trained ``entries``: trials of ``steps`` steps, then longer ones for ``keep``.

        The survivors are trained on for longer on a few folds. If none of them is better than the
        reference so far, the best one is trained on for longer on all folds.
        """
        trained = [entry for entry in entries if entry.candidate.trained]
        for entry in trained:
            self.trial(entry, steps, reference)
        trained = _leaders(trained)[:keep]
        for entry in trained:
            self.trial(entry, 2 * steps, reference)
        trained = _leaders(trained)
        if trained and not any(entry.evidence.upper < 1 for entry in trained):
            self.trial(trained[0], 4 * steps, reference)
        elif trained:
            for entry in trained:
                self.train_on(entry, 4 * steps)


def _leaders(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that are not hopeless, the best one first."""
    best = min((entry.evidence.ratio for entry in entries), default=np.inf)
    left = [entry for entry in entries if entry.evidence.ratio <= HOPELESS * best]
    return sorted(left, key=lambda entry: entry.evidence.ratio)


def winner(entries: Sequence[Entry], q: float) -> Entry | None:
    """Return the best accepted entry, or None.

    Among entries of nearly equal ratios the first one wins.
    """
    accepted = [entry for entry in entries if entry.evidence.accepted(q)]
    if not accepted:
        return None
    best = min(entry.expected for entry in accepted)
    return next(entry for entry in accepted if entry.expected <= GOOD_ENOUGH * best)


@dataclass(frozen=True)
class _POD:
    rank: int

    def reconstruct(self, c: Array) -> Array:
        return leading(self.rank)(c)
