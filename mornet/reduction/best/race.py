"""The race: short trials on every fold, the losers are dropped, the survivors meet in a final.

Successive halving (K. Jamieson and A. Talwalkar, AISTATS 2016) spends most steps on few candidates.
A trial goes on from the parameters of the last one, with a new schedule of the learning rate. What
starts at random learns later than a correction of POD, so that one of each kind reaches the final,
which trains them for half of a full training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from mornet.errors import DivergenceError
from mornet.records import Array, Indices
from mornet.reduction.best.candidates import Candidate, Effort, Learned
from mornet.reduction.best.evidence import Evidence, levels, paired
from mornet.reduction.best.tears import tear
from mornet.reduction.best.units import Units
from mornet.reduction.folds import TINY, Fold, LeadingModes
from mornet.reduction.hybrid.training import sample_gradients
from mornet.training.history import History

LARGER = 1.2  # in trials, the ratio of a candidate with more parameters over the least one
GOOD_ENOUGH = 1.05  # ratios up to this factor count as equal; then the first candidate wins
PROVEN = 0.5  # upper end of a ratio below which further trials prove nothing more
LARGE = 1 / 3  # expected ratio below which the winner among close ones is worth full trainings
CLOSE = 2.0  # factor between expected ratios that one fold does not tell apart
SAFER = 1.25  # factor by which a start at random must be better than a correction of POD
TELLING = 0.25  # part of the training error in a squared held-out error from which its luck counts
SHORT_RATE = 1e-2  # a short training needs longer steps to show what there is to gain
SHORT_BATCH = 100  # and smaller batches, because its steps are few


class Look(NamedTuple):
    """What one fold of the final shows of an entry.

    ``held_out`` is the ratio of its held-out error to that of POD, ``fitted`` the training error on
    the same fold, and ``part`` its part of the squared held-out error. ``between`` is the error at
    the midpoints of neighbours (`best.tears`), and ``usual`` the least one of the finalists.
    """

    held_out: float
    fitted: float
    part: float
    between: float = np.inf
    usual: float = np.inf

    @property
    def expected(self) -> float:
        """The ratio of errors by which the entry is held against others.

        A `tear` raises it: the few units that a fold holds out may have missed the tear.
        """
        return self.held_out * self._growth

    @property
    def share(self) -> float:
        """The part of the training error in the square of what is `expected`."""
        return self.part / self._growth**2

    @property
    def _growth(self) -> float:
        return grown(self.part, 1.0, tear(self.between, self.usual))


@dataclass(eq=False)
class Entry:
    """A candidate in the race: what it ``learned`` on each fold, with its errors, and its evidence.

    ``cycles`` are the steps of its trials. It is ``over`` if more steps are proven to make held-out
    errors larger. ``looks`` are those of the final, and it was ``tried`` if it was trained at
    length there. The best of ``tries`` trials counts, which seems better by chance more often than
    a single one. The last training is a ``full`` one unless the trials or the final advise against
    it.
    """

    candidate: Candidate
    learned: list[Learned]
    squares: Array
    evidence: Evidence
    cycles: list[int] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    tries: int = 0
    tried: bool = False
    over: bool = False
    full: bool = True

    @property
    def steps(self) -> int:
        """Steps of training on every fold."""
        return sum(self.cycles)

    @property
    def expected(self) -> float:
        """The expected ratio of errors, infinite before a final."""
        return _middle([look.expected for look in self.looks]) if self.looks else np.inf

    @property
    def shown(self) -> bool:
        """Whether the final shows how the last training of the entry generalises."""
        return self.tried or not (self.full and self.candidate.trained)

    @property
    def fitted(self) -> float:
        """The training error on the folds of the final."""
        return _middle([look.fitted for look in self.looks]) if self.looks else 1.0

    @property
    def share(self) -> float:
        """The part of the training error in the squared held-out error."""
        return float(np.mean([look.share for look in self.looks])) if self.looks else 0.0

    @property
    def between(self) -> float:
        """The error at midpoints on the folds of the final, infinite before it."""
        return _middle([look.between for look in self.looks]) if self.looks else np.inf

    def score(self, error: float, between: float = 0.0) -> float:
        """Return the expected ratio after a training on all snapshots with training ``error``.

        The square of a held-out error is that of the training error, which a lucky start lowers,
        and a rest, which it does not. A `tear`, which the error ``between`` neighbours shows, makes
        the rest larger.
        """
        luck, torn = error / self.fitted, tear(between, self.between)
        return self.expected * grown(self.share, luck, torn)


def grown(share: float, luck: float, torn: float) -> float:
    """Return the factor of a held-out error whose parts grow by the factors ``luck`` and ``torn``.

    ``share`` is the part of the training error in its square, and ``luck`` the factor of that part.
    """
    return float(np.sqrt(share * luck**2 + (1 - share) * torn**2))


@dataclass
class Race:
    """The folds by centring, the units of snapshots, and the weights (m,) of snapshots.

    ``basis`` (n, k) are the modes whose coordinates the folds divide.
    """

    folds: dict[bool, list[Fold]]
    basis: Array
    units: Units
    weights: Array | None
    confidence: float
    rng: np.random.Generator
    sample_gradients: int = 0

    def squares(self, centred: bool, maps: Sequence[Learned]) -> Array:
        """Return the squared errors (units,) of what was learned on each fold."""
        return self.of_units(self.folds[centred], maps)

    def _weighted(self, errors: Array) -> Array:
        return errors if self.weights is None else errors * self.weights

    def pod(self, centred: bool, rank: int) -> Array:
        """Return the squared errors (units,) of POD of ``rank``."""
        return self.squares(centred, [LeadingModes(rank)] * len(self.folds[centred]))

    def enter(self, candidate: Candidate, reference: Array) -> Entry:
        """Return ``candidate`` at its start."""
        learned = [self.start(candidate, fold) for fold in self.folds[candidate.centred]]
        squares = self.squares(candidate.centred, learned)
        return Entry(candidate, learned, squares, paired(squares, reference, self.confidence))

    def start(self, candidate: Candidate, fold: Fold) -> Learned:
        """Return ``candidate`` at its start on one fold."""
        return candidate.start(fold.train, self.rng, fold.weights, lambda: self.basis @ fold.V)

    def trial(self, entry: Entry, steps: int, reference: Array) -> None:
        """Train ``entry`` on all folds, and judge it again; its best evidence counts.

        Where a longer training has larger errors on most held-out units, or diverges, the shorter
        one stands. One unit at the edge of the parameters may rule a sum. If the shorter one is
        proven to be better, `Entry.over` says so.
        """
        entry.tries += 1
        try:
            learned = [self._trained(entry, i, steps) for i in range(len(entry.learned))]
        except DivergenceError:
            entry.over, entry.full = True, False
            return
        squares = self.squares(entry.candidate.centred, learned)
        worse = bool(entry.cycles) and not median_ratio(squares, entry.squares) < 1
        entry.over = worse and self.proven_smaller(entry.squares, squares)
        entry.full = not entry.over
        if not worse:
            found = paired(squares, reference, self.confidence)
            if not entry.cycles or found.upper < entry.evidence.upper:
                entry.evidence = found
            entry.learned, entry.squares = learned, squares
            entry.cycles.append(steps)

    def proven_smaller(self, squares: Array, others: Array) -> bool:
        """Return whether ``squares`` are smaller than ``others``, with the race's confidence.

        A single pair proves nothing.
        """
        return (
            len(others) > 1
            and bool(others.any())
            and paired(squares, others, self.confidence).upper < 1
        )

    def of_units(self, folds: list[Fold], maps: Sequence[Learned]) -> Array:
        """Return the squared errors (units,) on the held-out snapshots of ``folds``."""
        return self.units.sums(self._errors(folds, maps))

    def of_samples(self, fold: Fold, learned: Learned) -> Array:
        """Return the squared errors of the independent samples that ``fold`` holds out."""
        return self._sums(fold, learned, self.units.sample)

    def of_parts(self, fold: Fold, learned: Learned) -> Array:
        """Return the squared errors of what ``fold`` holds out, by what is held out together."""
        return self._sums(fold, learned, self.units.together)

    def _sums(self, fold: Fold, learned: Learned, names: Indices) -> Array:
        errors, own = self._errors([fold], [learned])[fold.columns], names[fold.columns]
        return np.bincount(np.unique(own, return_inverse=True)[1], errors).astype(float)

    def _errors(self, folds: list[Fold], maps: Sequence[Learned]) -> Array:
        errors = np.zeros(len(self.units.number))
        for fold, learned in zip(folds, maps, strict=False):
            errors[fold.columns] = fold.errors(learned.reconstruct)
        return self._weighted(errors)

    def _trained(self, entry: Entry, i: int, steps: int) -> Learned:
        fold = self.folds[entry.candidate.centred][i]
        learned, history = entry.candidate.train(
            entry.learned[i], fold.train, short_effort(steps), self.rng, fold.weights
        )
        self.count(history)
        return learned

    def count(self, history: History | None) -> None:
        self.sample_gradients += sample_gradients(history)

    def run(self, entries: list[Entry], reference: Array, steps: int) -> list[Entry]:
        """Race the ``entries``, and return the finalists: the best one of each kind.

        Trials take ``steps`` steps, and then twice as many for the best of each kind, unless a
        gain by a factor of two is proven already: then only longer trainings tell more. If none of
        the survivors is better than the reference so far, the best one is trained on for longer on
        all folds.
        """
        trained = [entry for entry in entries if entry.candidate.trained]
        for entry in trained:
            self.trial(entry, steps, reference)
        trained = one_of_a_kind(trained)
        for entry in trained:
            if entry.evidence.upper > PROVEN:
                self.trial(entry, 2 * steps, reference)
        trained.sort(key=lambda entry: entry.evidence.ratio)
        if not any(entry.evidence.upper < 1 for entry in trained):
            for entry in [entry for entry in trained if not entry.over][:1]:
                self.trial(entry, 4 * steps, reference)
        return trained


def short_effort(steps: int) -> Effort:
    """Return the effort of a trial of ``steps`` steps."""
    return Effort(steps, SHORT_RATE, SHORT_BATCH)


def _middle(values: Sequence[float]) -> float:
    """Return the geometric mean."""
    return float(np.exp(np.mean(np.log(np.maximum(values, TINY)))))


def median_ratio(squares: Array, others: Array) -> float:
    """Return the median over units of the ratio of two errors, given their squares (units,)."""
    held = others > 0
    return float(np.sqrt(np.median(squares[held] / others[held]))) if held.any() else 1.0


def one_of_a_kind(entries: Sequence[Entry]) -> list[Entry]:
    """Return the best entry that starts as POD, and the best one that starts at random.

    Those with more parameters come first, and gain more in long trainings.
    """
    kinds = ([e for e in entries if e.candidate.from_pod is b] for b in (True, False))
    return [_first_of_the_best(kind, LARGER) for kind in kinds if kind]


def _first_of_the_best(entries: Sequence[Entry], factor: float) -> Entry:
    """Return the first of the ``entries`` whose ratio is at most ``factor`` times the least one."""
    best = min(entry.evidence.ratio for entry in entries)
    return next(entry for entry in entries if entry.evidence.ratio <= factor * best)


def accepted(entries: Sequence[Entry], q: float, level: float) -> list[Entry]:
    """Return the entries that the evidence accepts.

    The probability that any is accepted if none is better is at most ``level``. Bonferroni's
    correction counts all tries of the candidates of a family, and `evidence.levels` the families.
    """
    tries: dict[str, int] = {}
    least: dict[str, float] = {}
    for entry in entries:
        name = entry.candidate.name
        tries[name] = tries.get(name, 0) + max(entry.tries, 1)
        least[name] = min(least.get(name, 1.0), entry.evidence.p)
    own = levels({name: min(1.0, tries[name] * p) for name, p in least.items()}, level)
    most = {name: own[name] / tries[name] for name in own}
    return [e for e in entries if e.evidence.accepted(q, most[e.candidate.name])]


def close_to_the_best(entries: Sequence[Entry]) -> list[Entry]:
    """Return the ``entries`` whose expected ratios one fold does not tell from the least one."""
    best = min((entry.expected for entry in entries), default=np.inf)
    return [entry for entry in entries if entry.expected <= CLOSE * best]


def contenders(accepted: Sequence[Entry], *, doubtful: bool) -> list[Entry]:
    """Return the ``accepted`` entries that may be the best one; the favourite comes first.

    Where the gain is large and training errors are a large part of held-out errors, full trainings
    of entries of similar ratios are worth their price, because the luck of a start decides between
    them. Entries of which the final does not show how they generalise are left out. The final is
    ``doubtful`` if it held out other times of known parameters.
    """
    near = close_to_the_best(eligible(accepted, doubtful=doubtful))
    if not near:
        return []
    first = _favourite(near, doubtful)
    rivals = [e for e in near if e.candidate.from_pod is first.candidate.from_pod]
    others = [entry for entry in rivals if entry is not first]
    best = min(entry.expected for entry in [first, *others])
    told = best <= LARGE and max(entry.share for entry in [first, *others]) >= TELLING
    return [first, *others] if told else [first]


def eligible(accepted: Sequence[Entry], *, doubtful: bool) -> list[Entry]:
    """Return the ``accepted`` entries that the final shows, if there are any.

    Ratios at other times say little about other parameters. If the final is ``doubtful``, what does
    not start as POD must be better than POD by more than a fold's doubt.
    """
    shown = [entry for entry in accepted if entry.shown] or accepted
    return [e for e in shown if e.candidate.from_pod or not doubtful or CLOSE * e.expected < 1]


def _favourite(near: Sequence[Entry], doubtful: bool) -> Entry:
    """Return the first of close entries with nearly the least expected ratio, or a correction.

    A correction of POD is the safer one. What does not start as POD must be better by more than a
    margin where the final is ``doubtful``, or where the gain is so large that luck decides.
    """
    best = min(entry.expected for entry in near)
    margin = CLOSE if doubtful else SAFER if best <= LARGE else 1.0
    first = next(entry for entry in near if entry.expected <= GOOD_ENOUGH * best)
    if first.candidate.from_pod:
        return first
    corrections = [e for e in near if e.candidate.from_pod and e.expected <= margin * best]
    return min(corrections, key=lambda entry: entry.expected, default=first)
