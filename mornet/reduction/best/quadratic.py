"""The quadratic manifold as a candidate: in POD coordinates, with a penalty that has no units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.linalg import tikhonov
from mornet.records import Array, Indices
from mornet.reduction.best.candidates import Learned, Modes, Untrained
from mornet.reduction.quadratic.greedy import greedy_modes
from mornet.reduction.quadratic.record import products

PENALTIES = (1e-5, 1e-3, 1e-1)  # over the root of the number of snapshots
SAMPLE = 500  # snapshots by which modes are chosen
NEAR = 30  # leading modes among which each mode is chosen
MOST_GREEDY = 10  # largest rank of a greedy choice; above it the leading modes are taken


@dataclass(frozen=True, eq=False)
class Manifold:
    """c ~ [z at ``chosen``] + W h(z / unit), with the products h of `quadratic.record`."""

    chosen: Indices
    W: Array
    unit: float

    def reconstruct(self, c: Array) -> Array:
        """Return the decoded codes of POD coordinates ``c`` (r_0, m)."""
        z = c[self.chosen]
        result = self.W @ products(z / self.unit)
        result[self.chosen] = z
        return np.asarray(result)


@dataclass(frozen=True)
class Quadratic(Untrained):
    """A greedy quadratic manifold of ``rank`` with the ``penalty`` of its least squares."""

    rank: int
    penalty: float
    centred: bool = True
    name: str = "quadratic manifold"

    def start(
        self, c: Array, rng: np.random.Generator, weights: Array | None, _: Modes | None = None
    ) -> Learned:
        unit = float(np.sqrt(np.mean(c[0] ** 2)))
        x = c / unit
        chosen: Indices = np.arange(self.rank)
        if self.rank <= MOST_GREEDY:
            m = x.shape[1]
            few = np.sort(rng.choice(m, SAMPLE, replace=False)) if m > SAMPLE else np.arange(m)
            X = np.ascontiguousarray(x[:, few].T)
            chosen = greedy_modes(X, self.rank, PENALTIES[1] * np.sqrt(len(few)), NEAR)
        root = np.ones(x.shape[1]) if weights is None else np.sqrt(weights / np.mean(weights))
        H = products(x[chosen]) * root
        W = unit * tikhonov(H.T, (x * root).T, self.penalty * np.sqrt(x.shape[1])).T
        W[chosen] = 0
        return Manifold(chosen, W, unit)
