"""The settings of a Gaussian process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from mornet.errors import OptionError
from mornet.settings import Range, Settings

Variance = Annotated[float, Range(1e-100, 1e100)]  # whose products with squares do not overflow
Length = Annotated[float, Range(1e-6, 1e6)]


@dataclass(frozen=True)
class GaussianProcessSettings(Settings):
    """The prior of the process in the squared units of the coordinates, and what it is fitted to.

    The covariance is ``variance`` times the kernel; ``noise`` is added to its diagonal. A noise
    that is None is the most likely one (`gaussian_process.likelihood`). Codes are scaled to
    [-1, 1], and so is the length, which lies between ``shortest`` and ``longest``. The process goes
    through at most so many ``points``, snapshots at equal distances in their order, because its
    work is O(points^3).
    """

    variance: Variance = 1e3
    noise: Variance | None = None
    shortest: Length = 1e-2
    longest: Length = 5.0
    points: Annotated[int, Range(2)] = 1000

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.shortest > self.longest:
            raise OptionError(
                f"shortest = {self.shortest:g} must be at most longest = {self.longest:g}"
            )
