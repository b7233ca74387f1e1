"""One data set of the study of the judge: the outlook, races, and every candidate in full."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np

from mornet.comparison.context import context_of
from mornet.comparison.errors import error_on
from mornet.comparison.references import references
from mornet.experiments.judge.sets import SETS, half_of
from mornet.records import Array, array, in_short
from mornet.reduction.best.fit import fit_all, fit_best, outlook
from mornet.reduction.best.outlook import Outlook
from mornet.reduction.best.record import Best
from mornet.settings import Count, OneOf, Seed
from mornet.snapshots.snapshots import DataSet

NOTHING = 1.0  # relative error of what represents nothing of the snapshots


@dataclass(frozen=True, eq=False)
class Judged:
    """The winners of races on the data set ``name`` at one rank, one a draw, and all candidates.

    Errors are relative test errors. ``reference`` is the better one of POD and PCA. ``errors`` are
    those of the winners; ``in_full`` are those of the candidates, each trained in full with the
    same draws, and the reference, which is the first one. A candidate represents nothing, with the
    error 1, where its training diverges or it takes no part. ``risks`` are those of the winners,
    see `Best`. ``words`` are the answer of the first draw. ``before`` is the outlook, None where no
    test is honest.
    """

    kind: ClassVar[str] = "judged"
    __repr__ = in_short
    name: str
    half: str
    words: str
    rank: int
    n: int
    m: int
    variants: tuple[str, ...] = array("draw", about="the winner")
    reference: float = array(about="test error of the better one of POD and PCA")
    errors: Array = array("draw", about="test error of the winner")
    candidate: tuple[str, ...] = array("candidate")
    in_full: Array = array("draw", "candidate", about="test error of a candidate trained in full")
    risks: Array = array("draw", about="bound of the probability to lose on the next unit")
    seconds: Array = array("draw", units="s", about="processor time of the race", measured=True)
    outlook_seconds: float = array(units="s", about="processor time of the outlook", measured=True)
    before: Outlook | None = None

    @property
    def ratios(self) -> Array:
        """The errors (draw,) of the winners over that of POD."""
        return self.errors / self.reference

    @property
    def error(self) -> float:
        """The median error of the winners over the draws."""
        return float(np.median(self.errors))

    @property
    def ratio(self) -> float:
        """The median error of the winners over that of POD."""
        return self.error / self.reference

    @property
    def medians(self) -> Array:
        """The median errors (candidate,) of all candidates, trained in full, over the draws."""
        return np.asarray(np.median(self.in_full, axis=0))

    @property
    def best(self) -> int:
        """The number of the candidate with the least median error in full."""
        return int(np.argmin(self.medians))

    @property
    def to_best(self) -> float:
        """The median error of the winners over that of the best candidate trained in full."""
        return float(self.error / self.medians[self.best])

    @property
    def winner(self) -> str:
        """The winner of most draws, and of the first ones if several won as often."""
        return max(self.variants, key=self.variants.count)

    @property
    def wrong(self) -> list[bool]:
        """Whether another reduction won a draw although POD has the smaller test error."""
        pairs = zip(self.variants, self.ratios, strict=True)
        return [name not in ("POD", "PCA") and bool(ratio > 1) for name, ratio in pairs]

    def gain_of(self, family: str) -> float | None:
        """Return the least median error of a family over the error of POD; None if absent."""
        pairs = zip(self.candidate, self.medians, strict=True)
        own = [float(error) for name, error in pairs if name.startswith(family)]
        return min(own) / self.reference if own else None


class _Draw(NamedTuple):
    """A race with one seed: its winner and test error, its seconds, and all errors in full."""

    best: Best
    error: float
    seconds: float
    in_full: dict[str, float]


def judge(
    *, name: Annotated[str, OneOf(SETS)] = "front_r3", draws: Count = 1, seed: Seed = 0
) -> Judged:
    """Return the verdicts on the data set ``name``, beside all candidates trained in full.

    The seeds of the ``draws`` are ``seed``, ``seed`` + 1 and so on.
    """
    data, rank = SETS[name].data(), SETS[name].rank
    start = time.process_time()
    before = outlook(data.train.U, rank, rng=np.random.default_rng([seed, 1]), **_given(data))
    outlook_seconds = time.process_time() - start
    reference = min(float(found.error[0]) for found in references(data, [rank])[:2])
    found = [_draw(data, rank, seed + i) for i in range(draws)]
    candidates = tuple(dict.fromkeys(each for draw in found for each in draw.in_full))
    errors = [[reference, *(d.in_full.get(each, NOTHING) for each in candidates)] for d in found]
    return Judged(
        name=name,
        half=half_of(name),
        words=found[0].best.words,
        rank=rank,
        n=data.train.n,
        m=data.train.m,
        variants=tuple(draw.best.variant for draw in found),
        reference=reference,
        errors=np.array([draw.error for draw in found]),
        candidate=("POD", *candidates),
        in_full=np.array(errors),
        before=before,
        risks=np.array([draw.best.risk for draw in found]),
        seconds=np.array([draw.seconds for draw in found]),
        outlook_seconds=outlook_seconds,
    )


def _draw(data: DataSet, rank: int, seed: int) -> _Draw:
    U, given = data.train.U, _given(data)
    start = time.process_time()
    best = fit_best(U, rank, rng=np.random.default_rng([seed, rank]), **given).best
    seconds = time.process_time() - start
    models = fit_all(U, rank, rng=np.random.default_rng([seed, rank]), **given)
    in_full = {name: error_on(data, model, data.test) for name, model in models.items()}
    return _Draw(best, error_on(data, best, data.test), seconds, in_full)


def _given(data: DataSet) -> dict[str, Any]:
    """Return the arguments of `fit_best` that say what the training snapshots are."""
    return {"context": context_of(data)} | data.measure(data.train)._asdict()
