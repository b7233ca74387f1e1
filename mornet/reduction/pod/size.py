"""The number of modes, from a rank, an energy, a tolerance or the optimal hard threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.checks import require_integer, require_number
from mornet.errors import DataError, OptionError
from mornet.records import Array


@dataclass(frozen=True)
class HardThreshold:
    """The rank that stands out of white noise: the singular values above an optimal threshold.

    The noise has the standard deviation ``noise``; unless given, it is estimated from the median of
    the singular values (M. Gavish and D. L. Donoho, IEEE Trans. Inf. Theory 60, 2014).

    Raises OptionError unless the noise is positive.
    """

    noise: float | None = None

    def __post_init__(self) -> None:
        if self.noise is not None and not self.noise > 0:
            raise OptionError(f"noise = {self.noise} must be a positive standard deviation")


@dataclass(frozen=True)
class Size:
    """The criterion for the number of modes: at most one of four; without any, all modes.

    With ``most`` there are never more modes than this, nor more than an algorithm shows.
    """

    rank: int | None = None
    energy: float | None = None
    tolerance: float | None = None
    threshold: HardThreshold | None = None
    most: int | None = None

    @classmethod
    def of(
        cls, rank: int | HardThreshold | None, energy: float | None, tolerance: float | None
    ) -> Size:
        """Return the criterion; OptionError for contradictions and numbers out of range."""
        threshold = rank if isinstance(rank, HardThreshold) else None
        size = cls(None if isinstance(rank, HardThreshold) else rank, energy, tolerance, threshold)
        size.check()
        return size

    def check(self) -> None:
        """Raise OptionError if the criteria contradict each other or are out of range."""
        criteria = {name: value for name, value in vars(self).items() if name != "most"}
        given = [name for name, value in criteria.items() if value is not None]
        if len(given) > 1:
            raise OptionError(f"give one of rank, energy and tolerance, not {' and '.join(given)}")
        if self.rank is not None:
            require_integer("rank", self.rank)
            if self.rank < 1:
                raise OptionError(f"rank = {self.rank} must be at least 1")
        for name in ("energy", "tolerance"):
            if name in given:
                require_number(name, getattr(self, name))
        if self.energy is not None and not 0 < self.energy <= 1:
            raise OptionError(f"energy = {self.energy} must be in (0, 1]")
        if self.tolerance is not None and not 0 <= self.tolerance < 1:
            raise OptionError(f"tolerance = {self.tolerance} must be in [0, 1)")

    @property
    def finest(self) -> float:
        """The relative truncation error that must be resolved; 0 needs all singular values."""
        if self.energy is not None:
            return float(np.sqrt(1 - self.energy))
        return self.tolerance or 0.0

    def modes(self, s: Array, tail: float, shape: tuple[int, int]) -> int:
        """Return the least number of modes that suffices, or len(s) + 1 if ``s`` is too short.

        With ``most`` there are at most ``most``, and at most len(s).

        ``s`` (k,) are the largest singular values of a matrix of this ``shape``, and ``tail`` is
        the root of the sum of squares of the others. Raises DataError if no singular value is above
        the hard threshold.
        """
        wanted = self._wanted(s, tail, shape)
        return wanted if self.most is None else min(wanted, self.most, len(s))

    def _wanted(self, s: Array, tail: float, shape: tuple[int, int]) -> int:
        if self.rank is not None:
            return min(int(self.rank), len(s) + 1)
        if self.threshold:
            kept = int(np.count_nonzero(s > _threshold(self.threshold, s, shape)))
            if kept == 0:
                raise DataError(
                    "no singular value stands out of the noise: give a rank if you still want modes"
                )
            return kept + (kept == len(s) and tail > 0)  # unlisted ones may be above it too
        squares = np.append((s / s[0]) ** 2, (tail / float(s[0])) ** 2)
        rest = np.cumsum(squares[::-1])[::-1]  # rest[r] = sum of squares from r on
        if tail == 0:
            rest[-1] = 0.0
        if self.energy is not None:
            enough = rest <= (1 - self.energy) * rest[0]
        elif self.tolerance is not None:
            enough = rest <= self.tolerance**2 * rest[0]
        else:
            return len(s) + (tail > 0)
        return max(int(np.argmax(enough)), 1) if enough.any() else len(s) + 1


def _threshold(of: HardThreshold, s: Array, shape: tuple[int, int]) -> float:
    ratio = min(shape) / max(shape)
    if of.noise is not None:
        return hard_threshold(ratio) * float(np.sqrt(max(shape))) * of.noise
    return (
        hard_threshold(ratio) / np.sqrt(_median_of_noise(ratio)) * float(np.median(s[: min(shape)]))
    )


def hard_threshold(ratio: float) -> float:
    """Return the optimal threshold of singular values, in units of the noise times sqrt(max(n, m)).

    The matrix is one of low rank plus white noise, its sides have the ``ratio`` b <= 1, and the
    sides tend to infinity: lambda = sqrt(2 (b + 1) + 8 b / (b + 1 + sqrt(b^2 + 14 b + 1)))
    (M. Gavish and D. L. Donoho, IEEE Trans. Inf. Theory 60, 2014, (11)).

    >>> round(hard_threshold(1.0) ** 2, 12)  # 4 / sqrt(3), squared
    5.333333333333
    """
    b = ratio
    return float(np.sqrt(2 * (b + 1) + 8 * b / (b + 1 + np.sqrt(b * b + 14 * b + 1))))


def _median_of_noise(ratio: float) -> float:
    """Return the median of the Marchenko-Pastur distribution of the ``ratio`` b, by quadrature.

    With x = 1 + b - 2 sqrt(b) cos(u) the density of u on (0, pi) is 2 sin(u)^2 / (pi x). It is
    smooth for all b <= 1.
    """
    u = (np.arange(200_000) + 0.5) * np.pi / 200_000
    x = 1 + ratio - 2 * np.sqrt(ratio) * np.cos(u)
    mass = np.cumsum(np.sin(u) ** 2 / x)
    return float(np.interp(mass[-1] / 2, mass, x))
