"""What held-out units prove about a candidate, and what they do not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.records import Array

TOLERATED = 1.02  # an error up to this factor of that of POD is no loss
MOST_LOSSES = 0.25  # largest part of held-out units on which an accepted candidate may lose
UNDETERMINED = 3.0  # q above which the data determine the POD space itself badly
CLEAR = 1.0  # bound of the ratio on every unit that is accepted in spite of q


class Evidence(NamedTuple):
    """The errors of a candidate over those of the reference, on ``units`` held-out units.

    ``ratio`` is that of the errors over all units, and ``upper`` the upper end of its confidence
    interval. The candidate lost by more than 2 per cent on ``lost`` units, and ``worst`` is the
    largest ratio of one unit.
    """

    ratio: float
    upper: float
    worst: float
    lost: int
    units: int

    @property
    def risk(self) -> float:
        """The bound, with confidence 0.95, of the probability to lose on the next unit.

        It is the bound of Clopper and Pearson for ``lost`` losses in ``units`` independent trials.
        """
        from scipy.stats import beta

        if self.lost >= self.units:
            return 1.0
        return float(beta.ppf(0.95, self.lost + 1, self.units - self.lost))

    def accepted(self, q: float) -> bool:
        """Return whether the candidate is better by more than 2 per cent, and lost rarely enough.

        Where the error of POD on held-out snapshots is more than three times that on training
        snapshots (``q``), the candidate must be clearly better on every unit.
        """
        if q > UNDETERMINED and not self.worst < CLEAR:
            return False
        better = self.upper < 1 and TOLERATED * self.ratio < 1
        return better and self.lost <= MOST_LOSSES * self.units


def of_each(confidence: float, families: int) -> float:
    """Return the confidence for each of several ``families``, that of all being ``confidence``.

    The probability that any of k families seems better, if none is, is at most the sum of those of
    each (Bonferroni).
    """
    return 1 - (1 - confidence) / families


def paired(squares: Array, reference: Array, confidence: float) -> Evidence:
    """Return the evidence of the squared errors of a candidate and of the reference (units,).

    The ratio of both sums has the standard error of a ratio estimator (W. G. Cochran, Sampling
    Techniques, 1977, Section 6.4), and the quantile of Student's distribution makes it an interval.
    Units on which the reference has next to no error do not count as losses.
    """
    from scipy.stats import t

    G, total = len(squares), float(np.sum(reference))
    R = float(np.sum(squares)) / total
    spread = float(np.sum((squares - R * reference) ** 2))
    error = np.sqrt(G / max(G - 1, 1) * spread) / total
    upper = R + float(t.ppf(confidence, max(G - 1, 1))) * error
    floor = 0.05 * total / G
    ratios = np.sqrt((squares + floor) / (reference + floor))
    lost = int(np.count_nonzero(ratios > TOLERATED))
    return Evidence(float(np.sqrt(R)), float(np.sqrt(upper)), float(ratios.max()), lost, G)
