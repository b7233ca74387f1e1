"""One data set of the study of the judge: the outlook, the race, and every candidate in full."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from mornet.comparison.context import context_of
from mornet.comparison.errors import error_on
from mornet.comparison.references import references
from mornet.experiments.judge.sets import SETS, half_of
from mornet.records import Array, array, in_short
from mornet.reduction.best.fit import fit_all, fit_best, outlook
from mornet.reduction.best.outlook import Outlook
from mornet.settings import OneOf, Seed


@dataclass(frozen=True, eq=False)
class Judged:
    """The winner ``variant`` of a race on the data set ``name`` at one rank, and all candidates.

    Errors are relative test errors. ``reference`` is the better one of POD and PCA. ``error`` is
    that of the winner; ``in_full`` are those of the candidates, each trained in full with the same
    draws, and the reference, which is the first one. ``before`` is the outlook, None where no test
    is honest.
    """

    kind: ClassVar[str] = "judged"
    __repr__ = in_short
    name: str
    half: str
    variant: str
    words: str
    rank: int
    n: int
    m: int
    reference: float = array(about="test error of the better one of POD and PCA")
    error: float = array(about="test error of the winner")
    candidate: tuple[str, ...] = array("candidate")
    in_full: Array = array("candidate", about="test error of a candidate trained in full")
    risk: float = array(about="bound of the probability to lose on the next unit")
    seconds: float = array(units="s", about="processor time of the race", measured=True)
    outlook_seconds: float = array(units="s", about="processor time of the outlook", measured=True)
    before: Outlook | None = None

    @property
    def ratio(self) -> float:
        """The error of the winner over that of POD."""
        return self.error / self.reference

    @property
    def best(self) -> int:
        """The number of the candidate with the least error in full."""
        return int(np.argmin(self.in_full))

    @property
    def to_best(self) -> float:
        """The error of the winner over that of the best candidate trained in full."""
        return float(self.error / self.in_full[self.best])

    @property
    def is_pod(self) -> bool:
        """Whether POD or PCA won."""
        return self.variant in ("POD", "PCA")

    @property
    def wrong(self) -> bool:
        """Whether another reduction won although POD has the smaller test error."""
        return not self.is_pod and self.ratio > 1

    def gain_of(self, family: str) -> float | None:
        """Return the least error of a family, trained in full, over that of POD; None if absent."""
        pairs = zip(self.candidate, self.in_full, strict=True)
        own = [float(error) for name, error in pairs if name.startswith(family)]
        return min(own) / self.reference if own else None


def judge(*, name: Annotated[str, OneOf(SETS)] = "front_r3", seed: Seed = 0) -> Judged:
    """Return the verdict on the data set ``name``, beside all candidates trained in full."""
    data, rank = SETS[name].data(), SETS[name].rank
    context, norm = context_of(data), data.measure(data.train)._asdict()
    U = data.train.U
    start = time.process_time()
    before = outlook(U, rank, rng=np.random.default_rng([seed, 1]), context=context, **norm)
    between = time.process_time()
    best = fit_best(U, rank, rng=np.random.default_rng([seed, rank]), context=context, **norm).best
    end = time.process_time()
    full = fit_all(U, rank, rng=np.random.default_rng([seed, rank]), context=context, **norm)
    reference = min(float(found.error[0]) for found in references(data, [rank])[:2])
    errors = [reference, *(error_on(data, model, data.test) for model in full.values())]
    return Judged(
        name=name,
        half=half_of(name),
        variant=best.variant,
        words=best.words,
        rank=rank,
        n=data.train.n,
        m=data.train.m,
        reference=reference,
        error=error_on(data, best, data.test),
        candidate=("POD", *full),
        in_full=np.array(errors),
        before=before,
        risk=best.risk,
        seconds=end - between,
        outlook_seconds=between - start,
    )
