"""The manifold of a Gaussian process as a candidate, in POD coordinates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mornet.errors import DataError
from mornet.records import Array
from mornet.reduction.best.candidates import Learned, Modes, Untrained
from mornet.reduction.gaussian_process.fit import Regressed, regress
from mornet.reduction.gaussian_process.settings import GaussianProcessSettings

POINTS, ALL_POINTS = 400, 1000  # snapshots that a process goes through, in the race and in the end


@dataclass(frozen=True, eq=False)
class Predicted:
    """c ~ [z, process(z)], with the first coordinates z."""

    process: Regressed

    def reconstruct(self, c: Array) -> Array:
        """Return the decoded codes of POD coordinates ``c`` (r_0, m)."""
        z = c[: len(self.process.middle)]
        return np.vstack([z, self.process.predict(z)])


@dataclass(frozen=True)
class Process(Untrained):
    """A Gaussian process that predicts the coordinates beyond ``rank`` from the first ones."""

    rank: int
    centred: bool
    points: int = POINTS
    name: str = "Gaussian process"

    def full_size(self, _: int) -> Process:
        """Return the process through more points."""
        return replace(self, points=ALL_POINTS)

    def start(
        self, c: Array, rng: np.random.Generator, weights: Array | None, _: Modes | None = None
    ) -> Learned:
        z, Y = c[: self.rank], c[self.rank :]
        settings = GaussianProcessSettings(points=self.points)
        try:
            return Predicted(regress(z, Y, settings, relative=True, weights=weights))
        except DataError:  # nothing is predicted, as by POD
            return Predicted(Regressed.zero(len(z), len(Y)))
