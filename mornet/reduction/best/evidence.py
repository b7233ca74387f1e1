"""What held-out units prove about a candidate, and what they do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from mornet.errors import times
from mornet.records import Array
from mornet.reduction.best.names import BETTER
from mornet.reduction.folds import TINY

TOLERATED = 1.02  # an error up to this factor of that of POD is no loss
MOST_LOSSES = 0.25  # largest part of held-out units on which an accepted candidate may lose
UNDETERMINED = 3.0  # q above which the data determine the POD space itself badly
MANY = 8  # least number of units with which the sign test may prove a gain
SHOWN = 0.25  # risk above which held-out units are too few, or losses too many, for a promise
CLEAR = 1.0  # bound of the ratio on every unit that is accepted in spite of q


class Evidence(NamedTuple):
    """The errors of a candidate over those of the reference, on ``units`` held-out units.

    ``ratio`` is that of the errors over all units, and ``upper`` the upper end of its confidence
    interval. The candidate lost by more than 2 per cent on ``lost`` units, and ``worst`` is the
    largest ratio of one unit. ``p`` bounds the probability of a ratio as small if the candidate is
    no better.
    """

    ratio: float
    upper: float
    worst: float
    lost: int
    units: int
    p: float = 1.0

    @property
    def risk(self) -> float:
        """The bound, with confidence 0.95, of the probability to lose on the next unit.

        It is the bound of Clopper and Pearson for ``lost`` losses in ``units`` independent trials.
        """
        from scipy.special import betaincinv  # of scipy.stats the import takes half a second

        if self.lost >= self.units:
            return 1.0
        return float(betaincinv(self.lost + 1, self.units - self.lost, 0.95))

    def claim(self, pod: str, what: str) -> str:
        """Return that the candidate is better than ``pod`` on held-out ``what``, in proportion.

        Where the `risk` is at most 25 per cent, the units show it. Otherwise they say what was seen
        alone. Where the bound of the ratio is not below one, the sign test accepted the candidate.
        """
        units = f"{self.units} held-out {what}"
        if self.upper >= 1:  # the sum alone would not do
            units = f"a sign test on {units}"
        elif self.risk > SHOWN:
            return f"was better than {pod} on {units} taken together"
        return f"{'is shown to be' if self.risk <= SHOWN else 'was'} better than {pod} by {units}"

    def accepted(self, q: float, level: float) -> bool:
        """Return whether p is at most the ``level``, and none of the other conditions fails."""
        return self.p <= level and not self.failures(q)

    def failures(self, q: float, pod: str = BETTER) -> list[str]:
        """Return the conditions that fail, in words, apart from that on p.

        The candidate must be better than ``pod`` by more than 2 per cent, and lose rarely enough.
        Where the error of ``pod`` on held-out snapshots is more than three times that on training
        snapshots (``q``), it must be clearly better on every unit.
        """
        conditions = {
            self._loss(pod): TOLERATED * self.ratio < 1,
            f"lost by more than 2 per cent on {self.lost} of {self.units} held-out units, which is "
            "more than a quarter": self.lost <= MOST_LOSSES * self.units,
            f"is not better on every unit, which is asked for where {pod} has "
            f"{times(q, 'its training error', 2)} on held-out units": (
                not q > UNDETERMINED or self.worst < CLEAR
            ),
        }
        return [words for words, met in conditions.items() if not met]

    def _loss(self, pod: str) -> str:
        """What the ratio says about a candidate that is not better by more than 2 per cent."""
        if self.ratio > TOLERATED:
            return f"has {times(self.ratio, f'the error of {pod}')} on held-out units"
        return f"is not better than {pod} by more than 2 per cent"


def levels(families: Mapping[str, float], level: float) -> dict[str, float]:
    """Return for each of the ``families`` the level that its p must keep, given their least p.

    The probability that any family is accepted, if none is better, is then at most ``level``
    (S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6, 1979).
    A family is not accepted if one with a smaller p is not.
    """
    found, kept = dict.fromkeys(families, 0.0), 0
    for name in sorted(families, key=families.__getitem__):
        own = level / (len(families) - kept)
        if families[name] > own:
            break
        found[name], kept = own, kept + 1
    return found


def paired(squares: Array, reference: Array, confidence: float) -> Evidence:
    """Return the evidence of the squared errors of a candidate and of the reference (units,).

    The ratio of both sums has the standard error of a ratio estimator (W. G. Cochran, Sampling
    Techniques, 1977, Section 6.4), and the quantile of Student's distribution makes it an interval.
    Units on which the reference has next to no error do not count as losses.

    A few units of large errors may rule both sums. Where the candidate is better on nearly all of
    `MANY` units or more, the sign test proves it too: if the candidate were better on half of all
    units at most, so many would be rare. Equal errors count against the candidate. ``p`` is twice
    the smaller one of both tests (Bonferroni).
    """
    from scipy.special import bdtr, stdtr, stdtrit

    squares, reference = _near_one(squares, reference)
    G, total = len(squares), float(np.sum(reference))
    R = float(np.sum(squares)) / total
    spread = float(np.sum((squares - R * reference) ** 2))
    error = np.sqrt(G / max(G - 1, 1) * spread) / total
    upper = R + float(stdtrit(max(G - 1, 1), confidence)) * error
    floor = 0.05 * total / G
    ratios = np.sqrt((squares + floor) / (reference + floor))
    lost = int(np.count_nonzero(ratios > TOLERATED))
    p = float(stdtr(max(G - 1, 1), (R - 1) / max(error, TINY)))
    if G >= MANY:
        p = min(1.0, 2 * p, 2 * float(bdtr(np.count_nonzero(ratios >= 1), G, 0.5)))
    return Evidence(float(np.sqrt(R)), float(np.sqrt(upper)), float(ratios.max()), lost, G, p)


def _near_one(squares: Array, reference: Array) -> tuple[Array, Array]:
    """Return both over a power of two near the sum of ``reference``, so that squares of them exist.

    Errors of tiny or huge snapshots have squares whose squares vanish or overflow. Division by a
    power of two changes no bit of any other ratio.
    """
    power = -int(np.frexp(np.sum(reference))[1])
    return np.ldexp(squares, power), np.ldexp(reference, power)
