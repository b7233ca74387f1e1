"""Trainings on all snapshots: of a winner, or of close finalists, between which they decide."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mornet.errors import DivergenceError
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.reduction.best.candidates import Candidate, Convolutional, Effort, Plain
from mornet.reduction.best.coordinates import coordinates_of
from mornet.reduction.best.final import full_effort
from mornet.reduction.best.process import Process
from mornet.reduction.best.quadratic import Quadratic
from mornet.reduction.best.race import GOOD_ENOUGH, Entry, short_effort
from mornet.reduction.best.settings import BestSettings
from mornet.reduction.best.space import Space
from mornet.reduction.best.tears import error_between, midpoints
from mornet.reduction.context import FitContext
from mornet.reduction.folds import training_error
from mornet.reduction.gaussian_process.fit import in_modes
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.hybrid.training import sample_gradients
from mornet.reduction.pod.record import POD
from mornet.reduction.quadratic.record import QuadraticManifold
from mornet.training.history import History

FINE_TAIL = 3e-5  # truncation error of the coordinates of trainings on all snapshots
UNLUCKY = 1.25  # factor by which a training raises the expected held-out error
STARTS = 2  # largest number of trainings after an unlucky one


class Trained(NamedTuple):
    """An entry after its training: a reduction, its history and root mean square training error.

    ``between`` is the error at midpoints of neighbours (`best.tears`). The history is that of the
    last cycle, and ``sample_gradients`` counts those of all cycles.
    """

    entry: Entry
    model: Any
    history: History | None
    error: float
    between: float
    sample_gradients: int = 0

    @property
    def score(self) -> float:
        """The expected ratio of held-out errors, given the training error."""
        return self.entry.score(self.error, self.between)


class FullTraining(NamedTuple):
    """Trainings for one ``rank`` on all snapshots of a ``space``; ``draw`` seeds their starts.

    The draws do not depend on the race, so that `fit_all` returns the same reductions.
    """

    space: Space
    rank: int
    settings: BestSettings
    draw: int

    def of_contenders(
        self, close: list[Entry], rivals: list[Entry], context: FitContext
    ) -> list[Trained]:
        """Return the trained ``close`` entries; checkpoints are those of the first one.

        If the best training ends with a much larger error than that of the final lets expect, or
        tears the manifold, its start was unlucky. Then up to `STARTS` trainings more, of the
        ``rivals`` or from other draws, try to be better. They also follow if all diverge.

        Raises DivergenceError if no training ends.
        """
        found = self._unless_diverged(close[:1], context) + self._unless_diverged(close[1:])
        starts = [*close]
        for _ in range(STARTS):
            if (entry := _next(found, starts, rivals)) is None:
                break
            draw = self.draw + starts.count(entry)
            found += self._replace(draw=draw)._unless_diverged([entry])
            starts.append(entry)
        if not found:
            names = ", ".join(dict.fromkeys(entry.candidate.name for entry in starts))
            raise DivergenceError(
                f"all {len(starts)} trainings on all snapshots diverged ({names}): lower the "
                "learning rate"
            )
        return found

    def _unless_diverged(
        self, entries: list[Entry], context: FitContext = FitContext()
    ) -> list[Trained]:
        found = []
        for entry in entries:
            try:
                found.append(self.train(entry, context))
            except DivergenceError:
                continue
        return found

    def train(self, entry: Entry, context: FitContext) -> Trained:
        """Return the candidate of an ``entry``, trained on all snapshots."""
        w, rng = self.space.weights, np.random.default_rng(self.draw)
        pod, c = self.space.pod(entry.candidate.centred)
        size = min(coordinates_of(pod.singular_values, self.rank, FINE_TAIL), pod.r)
        own = self.space.present
        pod, c, candidate = pod.truncate(size), c[:size, own], entry.candidate.full_size(size)
        w = None if w is None else w[own]
        learned = candidate.start(c, rng, w, lambda: pod.V)
        *first, last = self._efforts(entry)
        spent = 0
        for effort in first:
            learned, history = candidate.train(learned, c, effort, rng, w)
            spent += sample_gradients(history)
        learned, history = candidate.train(learned, c, last, rng, w, context)
        spent += sample_gradients(history)
        total = c.shape[1] if w is None else float(w.sum())
        error = training_error(c, learned.reconstruct, w, pod.truncation_error**2 / total)
        between = error_between(midpoints(c), learned.reconstruct)
        model = _reduction(candidate, learned, pod)
        return Trained(entry, model, history, error, between, spent)

    def _efforts(self, entry: Entry) -> list[Effort]:
        """Return the cycles of a training: those of the trials unless it is a full one."""
        if entry.cycles and not entry.full:
            return [short_effort(steps) for steps in entry.cycles]
        return [full_effort(self.settings)]


def _next(found: list[Trained], starts: list[Entry], rivals: list[Entry]) -> Entry | None:
    """Return the entry from whose next start most is expected, if those ``found`` are unlucky.

    What is expected of an entry is less after each of its ``starts``. The result is None if nothing
    better than the best training is expected.
    """
    bound = np.inf
    if found:
        best = first_of_the_best(found)
        if best.score <= UNLUCKY * best.entry.expected:
            return None
        bound = best.score
    able = [entry for entry in rivals if entry.expected < bound]
    return min(able, key=lambda e: e.expected * (1 + starts.count(e)), default=None)


def first_of_the_best(trained: list[Trained]) -> Trained:
    """Return the best training of the first entry of nearly the least expected error."""
    best = min(each.score for each in trained)
    first = next(each.entry for each in trained if each.score <= GOOD_ENOUGH * best)
    own = (each for each in trained if each.entry is first)
    return min(own, key=lambda each: each.score)


def _reduction(candidate: Candidate, learned: Any, pod: POD) -> Any:
    """Return the reduction of what was ``learned`` in the coordinates of ``pod``."""
    if isinstance(candidate, Quadratic):
        V, W = pod.V[:, learned.chosen].copy(), pod.V @ learned.W / learned.unit**2
        return QuadraticManifold(V, W, learned.chosen, pod.centre, pod.weights, pod.inner_product)
    if isinstance(candidate, Process):
        return in_modes(learned.process, pod, candidate.rank)
    if isinstance(candidate, Plain | Convolutional):
        start = (learned.network, candidate.code, learned.p.astype(float), learned.scale)
        inside = (pod.V, pod.inner_product) if learned.modes is None else ()
        return Autoencoder(*start, pod.centre, *inside)
    return Hybrid(pod, candidate.name, learned)
