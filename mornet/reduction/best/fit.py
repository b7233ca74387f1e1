"""The best reduction of given rank that held-out snapshots can prove."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mornet.checks import real_matrix, require_generator, require_rank, require_squares
from mornet.errors import DivergenceError
from mornet.records import Array, Indices
from mornet.reduction.autoencoder.convolutional import network_on, require_no_product
from mornet.reduction.best.candidates import (
    LEAST_HIDDEN,
    Candidate,
    Convolutional,
    Corrected,
    Plain,
    Unrolled,
)
from mornet.reduction.best.coordinates import modes_of
from mornet.reduction.best.evidence import Evidence, paired
from mornet.reduction.best.final import Final
from mornet.reduction.best.full import FullTraining, first_of_the_best
from mornet.reduction.best.geometry import SIMPLE, WINDING, intrinsic_dimension
from mornet.reduction.best.outlook import SCALES, Kernel, Outlook, facts, tangent_ratio
from mornet.reduction.best.process import Process
from mornet.reduction.best.quadratic import PENALTIES, Quadratic
from mornet.reduction.best.race import Entry, Race, accepted, contenders, eligible
from mornet.reduction.best.reasons import BOTH, name_of, why_none, why_won
from mornet.reduction.best.record import Best
from mornet.reduction.best.settings import BestSettings
from mornet.reduction.best.space import Space
from mornet.reduction.best.units import Units, held_out_units, no_test
from mornet.reduction.context import FitContext
from mornet.reduction.folds import TINY, Fold, folds
from mornet.reduction.grid import require_places
from mornet.reduction.hybrid.coordinates import MOST
from mornet.reduction.hybrid.unrolled import winding
from mornet.reduction.pod.record import POD
from mornet.training.history import History

UNTRIED = Evidence(1.0, 1.0, 1.0, 0, 1)
FOLDS = 5
ONE_SIGMA = 0.84  # confidence of one standard error
ZERO = 0.05  # a snapshot below this part of the root mean square norm is as good as zero
OTHER_CENTRING = 1.2  # a POD this much worse than the other one is no start of a correction
FLOOR = 1e-7  # relative error of POD below which nothing is left to learn in single precision
ROUND_OFF = 1e-14  # relative error of POD that no other centring lowers
TRIAL_HIDDEN = 64  # hidden units of corrections in trials


class FittedBest(NamedTuple):
    """The winner, the history of its training if it was trained, and all gradients of samples."""

    best: Best
    history: History | None
    sample_gradients: int = 0


def fit_best(
    U: Array,
    rank: int,
    settings: BestSettings = BestSettings(),
    *,
    rng: np.random.Generator,
    inner_product: Any = None,
    weights: Array | None = None,
    context: FitContext = FitContext(),
) -> FittedBest:
    """Return the reduction of ``rank`` with the least held-out error that the data can prove.

    POD and PCA, greedy quadratic manifolds, corrections of the decoder and of both halves, centred
    or not, an autoencoder in POD coordinates, and where the snapshots wind the unrolled correction
    race on folds that hold out whole units (`best.units`). So does a convolutional autoencoder
    if the settings ask for it, and Gaussian processes. Each fold computes its own POD.
    `best.race` spends few steps on losers. A candidate replaces POD if its error is smaller with
    the ``confidence`` of the settings, by the paired differences over the units, and if it loses on
    at most a quarter of them (`best.evidence`). Where no honest test is possible the result is PCA,
    or POD if its rank leaves nothing of the snapshots.

    ``inner_product`` and ``weights`` (m,) are those of `fit_pod`. The units follow from the groups
    and times of the ``context``; see `best.units.held_out_units`.

    Raises OptionError for a rank out of range, an ``rng`` that is no generator, and a convolution
    on snapshots that are on no grid; ShapeError and DataError for bad snapshots or groups.
    """
    space = space_of(U, rank, inner_product, weights, context.outside)
    return fit_best_in(space, rank, settings, rng, context)


def space_of(
    U: Array,
    rank: int,
    inner_product: Any = None,
    weights: Array | None = None,
    outside: Array | float = 0.0,
) -> Space:
    """Return the space of checked snapshots ``U``, which serves an outlook and a race.

    It raises what `fit_best` raises. `Space.of` says what the arguments are.
    """
    U = real_matrix("U", U)
    require_squares("U", U)
    require_rank(rank, U.shape)
    return Space.of(np.asarray(U, float), inner_product, weights, outside)


def fit_best_in(
    space: Space,
    rank: int,
    settings: BestSettings,
    rng: np.random.Generator,
    context: FitContext,
) -> FittedBest:
    """Return the result of `fit_best` for the snapshots of a ``space``."""
    return _Contest.prepare(space, rank, settings, rng).run(context)


def outlook_in(
    space: Space, rank: int, rng: np.random.Generator, context: FitContext
) -> Outlook | Best:
    """Return the outlook on the snapshots of a ``space``, or the answer if no race is held."""
    return _Contest.prepare(space, rank, BestSettings(), rng).outlook(context)


def outlook(
    U: Array,
    rank: int,
    *,
    rng: np.random.Generator,
    inner_product: Any = None,
    weights: Array | None = None,
    context: FitContext = FitContext(),
) -> Outlook | None:
    """Return what the families of `fit_best` may gain, before any training; see `best.outlook`.

    The result is None where `fit_best` has no honest test, or nothing to learn. Raises OptionError
    for a rank out of range, and for an ``rng`` that is no generator.
    """
    space = space_of(U, rank, inner_product, weights, context.outside)
    found = outlook_in(space, rank, rng, context)
    return found if isinstance(found, Outlook) else None


def fit_all(
    U: Array,
    rank: int,
    settings: BestSettings = BestSettings(),
    *,
    rng: np.random.Generator,
    inner_product: Any = None,
    weights: Array | None = None,
    context: FitContext = FitContext(),
) -> dict[str, Any]:
    """Return every candidate of `fit_best`, trained in full on all snapshots, by its name.

    With the same ``rng``, a winner of `fit_best` that was trained in full is among them, unless its
    second start was the better one. Raises OptionError for an ``rng`` that is no generator.
    """
    space = space_of(U, rank, inner_product, weights, context.outside)
    return _Contest.prepare(space, rank, settings, rng).in_full(context)


class _Opening(NamedTuple):
    """The folds of a race, its units, and the squared errors (units,) of POD and PCA on them.

    ``centred`` says that PCA has the smaller one.
    """

    race: Race
    units: Units
    pods: dict[bool, Array]
    centred: bool

    @property
    def reference(self) -> Array:
        """The squared errors (units,) of the better one of POD and PCA."""
        return self.pods[self.centred]

    @property
    def pca(self) -> bool:
        """Whether PCA represents both, whose training error is never above that of POD.

        POD represents both if its held-out error is smaller by more than one standard error.
        """
        return not paired(self.pods[False], self.pods[True], ONE_SIGMA).upper < 1

    def q(self) -> float | None:
        """The error of POD on held-out over that on training snapshots; None with weights."""
        if self.race.weights is not None:
            return None
        fitted = sum(f.fitted * len(f.columns) for f in self.race.folds[self.centred])
        return float(np.sqrt(self.pods[self.centred].sum() / fitted))


class _Contest(NamedTuple):
    """A race for one ``rank`` in a ``space``; ``draw`` seeds trainings on all snapshots."""

    space: Space
    rank: int
    settings: BestSettings
    rng: np.random.Generator
    draw: int

    @classmethod
    def prepare(
        cls, space: Space, rank: int, settings: BestSettings, rng: np.random.Generator
    ) -> _Contest:
        require_generator(rng)
        return cls(space, rank, settings, rng, int(rng.integers(2**62)))

    def run(self, context: FitContext) -> FittedBest:
        """Return the winner of the race, or the reason why there is none."""
        self._require_grid(context)
        opening = self._start(context)
        if isinstance(opening, Best):
            return FittedBest(opening, None)
        race, _, pods, _ = opening
        reference = opening.reference
        entries = [race.enter(c, reference) for c in self._candidates(pods, context.x)]
        finalists = race.run(entries, reference, self.settings.trial_steps)
        Final(race, self.rank, self.settings).run(entries, finalists)
        return self._finish(entries, opening, context)

    def _start(self, context: FitContext) -> _Opening | Best:
        """Return the folds and the errors of POD on them, or the answer if no race is held."""
        opening = self._opening(context)
        if isinstance(opening, str):
            return self._without(opening, self._pca_fits_better())
        total = opening.units.sums(self.space.squares).sum()
        if opening.reference.sum() <= FLOOR**2 * total:
            reason = f"it leaves less than {FLOOR:g} of the snapshots, and nothing to learn."
            return self._without(reason, opening.centred)
        return opening

    def _require_grid(self, context: FitContext) -> None:
        """Raise OptionError if a convolution races, and the snapshots are on no grid."""
        convolution = self.settings.convolution
        if convolution is not None:
            require_places(context, "a convolution")
            require_no_product(self.space.modes.inner_product)
            network_on(len(self.space.U), context.x, self.rank, convolution)

    def _opening(self, context: FitContext) -> _Opening | str:
        """Return the folds and the errors of POD on them, or why there are none."""
        rank, m = self.rank, self.space.c[:, self.space.present].shape[1]
        if rank >= self.space.modes.r:
            return f"POD of rank {rank} leaves next to nothing to learn."
        if rank >= m // 2:
            return (
                f"rank {rank} needs at least {2 * rank + 2} training snapshots for a race, not {m}."
            )
        units = held_out_units(self.space.c, context, self.rng, self.space.present)
        if units is None or units.size < 2:
            return no_test(context, self.space.present)
        race = self._race(units)
        if any(len(fold.train) <= rank for both in race.folds.values() for fold in both):
            return (
                f"too few snapshots are left for rank {rank} where others are held out. A smaller "
                "rank, or more snapshots, would allow a race."
            )
        pods = {centred: race.pod(centred, rank) for centred in (False, True)}
        return _Opening(race, units, pods, bool(pods[True].sum() < pods[False].sum()))

    def outlook(self, context: FitContext) -> Outlook | Best:
        """Return the outlook, or the answer where nothing can be learned or tested."""
        opening = self._start(context)
        if isinstance(opening, Best):
            return opening
        (race, units, _, centred), rank = opening, self.rank
        reference = opening.reference
        quadratic = [race.enter(Quadratic(rank, p), reference) for p in PENALTIES]
        kernel = [race.enter(Kernel(rank, s, centred), reference) for s in SCALES]
        c = self.space.c[:MOST, self.space.present]
        lost = np.broadcast_to(context.outside, self.space.m)
        lost = units.sums(lost if self.space.weights is None else lost * self.space.weights)
        return facts(
            floor=float(np.sqrt(lost.sum() / max(reference.sum(), TINY))),
            rank=rank,
            unit=units.words,
            units=units.size,
            pod_error=float(np.sqrt(reference.sum() / units.sums(self.space.squares).sum())),
            q=opening.q(),
            reference=_pod_name(centred),
            dimension=intrinsic_dimension(c, self.rng),
            winding=winding(c, self.rng),
            quadratic=min(entry.evidence.ratio for entry in quadratic),
            kernel=min(entry.evidence.ratio for entry in kernel),
            tangent=tangent_ratio(race.folds[centred], rank, self.rng),
        )

    def in_full(self, context: FitContext) -> dict[str, Any]:
        """Return all candidates, trained in full; none where there is nothing to learn."""
        opening = self._opening(context)
        if self.rank >= self.space.modes.r or not self.space.c.any():
            return {}
        pods = self._training_errors() if isinstance(opening, str) else opening.pods
        found = {}
        for candidate in self._candidates(pods, context.x):
            entry = Entry(candidate, [], np.zeros(0), UNTRIED)
            try:
                found[name_of(entry)] = self._full.train(entry, FitContext()).model
            except DivergenceError:
                continue
        return found

    def _training_errors(self) -> dict[bool, Array]:
        """Return the squared errors (1,) of POD and PCA on all snapshots."""
        pods = {centred: self._pod(centred) for centred in (False, True)}
        return {b: np.array([pod.truncation_error**2]) for b, pod in pods.items()}

    def _race(self, units: Units) -> Race:
        fold = units.folds(FOLDS, self.rng)
        both = {centred: self._folds(fold, centred) for centred in (False, True)}
        return Race(
            both, self.space.modes.V, units, self.space.weights, self.settings.confidence, self.rng
        )

    def _folds(self, fold: Indices, centred: bool) -> list[Fold]:
        c, w, rest = self.space.c, self.space.weights, self.space.rest
        return list(folds(c, self.rank, fold, centred, modes_of, w, rest))

    def _candidates(self, pods: dict[bool, Array], x: Array | None) -> list[Candidate]:
        """Return all candidates for snapshots at ``x``, those with fewer parameters first."""
        rank, starts = self.rank, self._centrings(pods)
        found: list[Candidate] = [Quadratic(rank, penalty) for penalty in PENALTIES]
        if self.settings.gaussian_process:
            found += [Process(rank, b) for b in starts]
        names = ("both", "decoder")
        found += [Corrected(name, rank, b, TRIAL_HIDDEN) for name in names for b in starts]
        found.append(Plain(rank))
        if rank <= SIMPLE and self._winds():
            found.append(Unrolled(rank, starts[0], LEAST_HIDDEN))
        if self.settings.convolution is not None:
            found.append(Convolutional(rank, x, self.settings.convolution))
        return found

    def _winds(self) -> bool:
        """Return whether the snapshots lie on a manifold of few dimensions that winds."""
        c = self.space.c[:MOST, self.space.present]
        if intrinsic_dimension(c, self.rng) > SIMPLE:
            return False
        return winding(c, self.rng) >= WINDING

    def _centrings(self, pods: dict[bool, Array]) -> list[bool]:
        """Return whether corrections start from POD, from PCA or from both.

        Networks that encode zero as zero generalise better where zero is a state of the data, such
        as the first one of shifted trajectories. Otherwise the better POD is the start.
        """
        POD, PCA = (float(np.sqrt(pods[centred].sum())) for centred in (False, True))
        squares = (np.sum(self.space.c**2, axis=0) + self.space.rest)[self.space.present]
        if np.min(squares) > ZERO**2 * np.mean(squares):
            return [PCA < POD]
        return [False, True] if POD > OTHER_CENTRING * PCA else [False]

    def _finish(
        self,
        entries: list[Entry],
        opening: _Opening,
        context: FitContext,
    ) -> FittedBest:
        race, q = opening.race, opening.q()
        able = accepted(entries, q or 1.0, 1 - self.settings.confidence)
        doubtful = race.units.inside
        close = contenders(able, doubtful=doubtful)
        evidence, pod = _evidence(entries, opening, q), _pod_name(opening.centred)
        if not close:
            reason = why_none(entries, able, q or 1.0, pod)
            pca = opening.pca
            reason += BOTH if pca and not opening.centred else ""
            best = Best(self._pod(pca), _pod_name(pca), pca, reason, risk=0, **evidence)
            return FittedBest(best, None, race.sample_gradients)
        trained = self._full.of_contenders(close, eligible(able, doubtful=doubtful), context)
        won = first_of_the_best(trained)
        reason = why_won(won.entry, able, close, opening.units, pod, context)
        name, centred = won.entry.candidate.name, won.entry.candidate.centred
        risk, losses = won.entry.evidence.risk, won.entry.evidence.lost
        best = Best(won.model, name, centred, reason, risk=risk, losses=losses, **evidence)
        spent = race.sample_gradients + sum(each.sample_gradients for each in trained)
        return FittedBest(best, won.history, spent)

    @property
    def _full(self) -> FullTraining:
        return FullTraining(self.space, self.rank, self.settings, self.draw)

    def _pod(self, centred: bool) -> POD:
        """Return POD or PCA of the rank; the modes of the race may be too few for it."""
        if self.rank >= self.space.modes.r:
            return self.space.exact(centred, self.rank)
        pod, _ = self.space.pod(centred)
        return pod.truncate(min(self.rank, pod.r))

    def _pca_fits_better(self) -> bool:
        """Return whether the training error of PCA is smaller than that of POD beyond round-off."""
        plain = self._pod(False).truncation_error
        if plain <= ROUND_OFF * float(np.sqrt(self.space.squares.sum())):
            return False
        return self._pod(True).truncation_error < plain

    def _without(self, reason: str, centred: bool) -> Best:
        return Best(self._pod(centred), _pod_name(centred), centred, reason, "snapshot", 0, 0.0)


def _evidence(entries: list[Entry], opening: _Opening, q: float | None) -> dict[str, Any]:
    """Return the fields of `Best` about all ``entries``."""
    found = {
        name: np.array([getattr(entry.evidence, name) for entry in entries])
        for name in ("ratio", "upper", "worst", "lost")
    }
    return found | {
        "unit": opening.units.words,
        "units": opening.units.size,
        "reference": _pod_name(opening.centred),
        "q": q,
        "candidate": tuple(map(name_of, entries)),
        "steps": np.array([entry.steps for entry in entries]),
        "finalist": tuple(name_of(entry) for entry in entries if entry.looks),
        "expected": np.array([entry.expected for entry in entries if entry.looks]),
    }


def _pod_name(centred: bool) -> str:
    return "PCA" if centred else "POD"
