"""The judge: what a network may gain on a data set, and what the best reduction does gain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mornet.checks import require_whole
from mornet.comparison.context import context_of
from mornet.comparison.errors import error_on
from mornet.comparison.hull import beyond
from mornet.comparison.neighbours import between_in_time
from mornet.comparison.references import Reference, references
from mornet.comparison.verdicts import LEAST_FACTOR, ROUND_OFF, beside_mean, split_flags, useless
from mornet.errors import times
from mornet.reduction.best.fit import fit_best_in, outlook_in, space_of
from mornet.reduction.best.names import BETTER, introduced
from mornet.reduction.best.outlook import Outlook
from mornet.reduction.best.record import Best
from mornet.reduction.best.settings import BestSettings
from mornet.reduction.best.space import Space
from mornet.snapshots import DataSet
from mornet.snapshots.nearness import copies, repeated
from mornet.snapshots.snapshots import require_data_set


class Judgement(NamedTuple):
    """The winner with its relative test ``error``, beside the references and the outlook.

    ``notes`` say what weakens the test.
    """

    best: Best
    error: float
    references: list[Reference]
    before: Outlook | None
    notes: tuple[str, ...] = ()

    @property
    def pod(self) -> tuple[str, float]:
        """The name and the test error of the better one of POD and PCA."""
        return _least(self.references[:2])

    @property
    def words(self) -> str:
        """The verdict, and the outlook beside what was measured."""
        lines = [f"{self.best.words}", f"test error {100 * self.error:.4g} %"]
        lines += [f"  {name}: {100 * float(error[0]):.4g} %" for name, error in self.references]
        return "\n".join([*lines, "; ".join([self._ratio, *self._outlook()]), *self._warnings()])

    def _outlook(self) -> Iterator[str]:
        """Yield how the test error stands to the interval that was expected of the winner."""
        expected = None if self.before is None else self.before.of(self.best.variant)
        if self.before is None or expected is None:
            return
        errors = {name: float(error[0]) for name, error in self.references}
        error = errors.get(self.before.reference, self.pod[1])
        place = _beside(self.error / max(error, ROUND_OFF), *expected)
        low, high = (f"{end:.2g}" for end in expected)
        yield f"{place} what was expected, {low} to {high} times that of {self.before.reference}"

    @property
    def _ratio(self) -> str:
        """The error over that of the better POD, unless both are round-off."""
        name, error = self.pod
        if max(self.error, error) <= ROUND_OFF:
            return f"its error and that of {introduced(name)} are round-off"
        if name == self.best.variant:
            return f"it is {name}, {BETTER} on the test snapshots"
        ratio = self.error / max(error, ROUND_OFF)
        return times(ratio, f"the error of {introduced(name).rstrip(',')}")

    def _warnings(self) -> Iterator[str]:
        """Yield what weakens the verdict: a better reference without a model, or useless errors."""
        name, least = _least(self.references)
        if self.error > LEAST_FACTOR * max(least, ROUND_OFF):
            factor = f"by a factor of {self.error / least:.3g}" if least > ROUND_OFF else ""
            yield f"Note: the {name} beats it {factor or 'and is exact'}."
        mean = next(float(found.error[0]) for found in self.references if found.name == "mean")
        left = beside_mean(mean, dict([("the winner", self.error), self.pod]))
        yield from _as_lines((*left, *self.notes, *useless(min(self.error, least))))


def _as_lines(notes: Iterable[str]) -> Iterator[str]:
    yield from (f"Note: {said}." for said in notes)


def _beside(ratio: float, low: float, high: float) -> str:
    return "below" if ratio < low else "above" if ratio > high else "within"


def _least(found: Sequence[Reference]) -> tuple[str, float]:
    """Return the name and the error of the reference with the least one."""
    name, error = min(found, key=lambda each: float(each.error[0]))
    return name, float(error[0])


def look_ahead(data: DataSet, rank: int, seed: int = 0) -> Outlook | None:
    """Return the outlook on ``data`` before any training; see `best.outlook`.

    It is None if no race is held; `expectation` says why. Raises what `judge` raises.
    """
    return _only(_before(data, rank, seed))


def expectation(data: DataSet, rank: int, seed: int = 0) -> str:
    """Return the outlook in words, or the answer if no race is held, and why.

    Notes say what weakens it, or a later test. Raises what `judge` raises.
    """
    found = _before(data, rank, seed)
    return "\n".join([found.words, *_as_lines(_weaknesses(data, found))])


def judge(
    data: DataSet, rank: int, seed: int = 0, settings: BestSettings = BestSettings()
) -> Judgement:
    """Return the best reduction of ``rank`` for ``data``, with its test error and the references.

    Raises OptionError for a rank out of range, a seed that is no whole number from 0 on, and what
    is no data set.
    """
    _require(data, seed)
    space = _space(data, rank)
    before = _only(_outlook(data, space, rank, seed))
    fitted = fit_best_in(space, rank, settings, _draws(seed, rank), context_of(data))
    error = error_on(data, fitted.best, data.test)
    flags = split_flags(error_on(data, fitted.best, data.train), error, between_in_time(data))
    notes = (*flags, *_weaknesses(data, fitted.best))
    return Judgement(fitted.best, error, references(data, [rank]), before, notes)


def _weaknesses(data: DataSet, found: Outlook | Best) -> Iterator[str]:
    """Yield what weakens the test, and what held-out errors do not show, if there are any."""
    yield from repeated(data)
    if isinstance(found, Outlook) or found.units:
        yield from copies(data)
        yield from beyond(data)


def _before(data: DataSet, rank: int, seed: int) -> Outlook | Best:
    _require(data, seed)
    return _outlook(data, _space(data, rank), rank, seed)


def _only(found: Outlook | Best) -> Outlook | None:
    return found if isinstance(found, Outlook) else None


def _require(data: object, seed: object) -> None:
    require_data_set(data)
    require_whole(0, seed=seed)


def _outlook(data: DataSet, space: Space, rank: int, seed: int) -> Outlook | Best:
    return outlook_in(space, rank, _draws(seed, rank), context_of(data))


def _draws(seed: int, rank: int) -> np.random.Generator:
    """Return the draws of an outlook and of its race, so that both have the same folds."""
    return np.random.default_rng([seed, rank])


def _space(data: DataSet, rank: int) -> Space:
    norm = data.measure(data.train)._asdict()
    return space_of(data.train.U, rank, **norm, outside=context_of(data).outside)
