"""What a network may gain, estimated in seconds and before any training.

Three held-out ratios to the error of POD need no training: that of the greedy quadratic manifold;
that of kernel regression of the truncated coordinates on the code, which bounds what a correction
of the decoder finds; and that of local tangent spaces, which bounds what codes of any kind find.
Intervals are these ratios times factors: the extremes of measured over estimated ratios on twelve
data sets of the half "tuning" of the study of the judge, widened by 3 below and by 1.5 above for
networks, and by 1.2 for quadratic manifolds. If each set in turn is left out, the intervals of the
others contain 90 per cent of its ratios. They are wide: held-out ratios without training see how
densely the set of the snapshots is sampled, while a trained network also sees how smooth it is.

Where the snapshots wind so much that the unrolled correction races, regression between neighbours
may be far better than networks that start as POD or at random: a training may not unroll the set.
Networks are only expected to be about as good as the quadratic manifold there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mornet.errors import counted, times
from mornet.records import Array, array, in_short
from mornet.reduction.best.candidates import Learned, Modes, Untrained
from mornet.reduction.best.geometry import SIMPLE, WINDING
from mornet.reduction.best.names import BETTER, introduced, shown
from mornet.reduction.best.units import several
from mornet.reduction.folds import TINY, Fold, LeadingModes

POINTS = 800  # snapshots by which kernel and tangents are built
SCALES = (0.3, 1.0, 3.0)  # lengths of the kernel over the typical distance of codes
RIDGE = 1e-6
PROBES = 60  # held-out snapshots of a fold whose tangent spaces are computed
OPEN = (
    "Where an interval is wider than a factor of 10, only a training can tell how large a gain is."
)
WIDE = 10.0  # upper over lower end of an interval that leaves the size of a gain open
MOST_GAIN = 1e6  # larger factors are not told apart
SPARE = 0.7  # a set of dimension up to the rank plus this fits into the code
# family -> the estimates, whose least counts, and the factors of the ends of its interval: the
# lower one where the set fits into the code, the lower one elsewhere, and the upper one
FACTORS: dict[str, tuple[tuple[str, ...], float, float, float]] = {
    "quadratic manifold": (("quadratic",), 0.65, 0.65, 1.35),
    "decoder": (("kernel",), 0.03, 0.1, 2.0),
    "both": (("kernel", "tangent"), 0.0025, 0.14, 2.7),
    "autoencoder": (("kernel", "tangent"), 0.0017, 0.13, 4.0),
}


@dataclass(frozen=True, eq=False)
class Outlook:
    """Facts about snapshots, and an interval for the error of each family over that of POD.

    ``reference`` names the better one of POD and PCA, and ``pod_error`` is its relative held-out
    error. ``q`` is None with weights. ``low`` and ``high`` are the ends of the interval for each
    ``family``.
    """

    kind: ClassVar[str] = "outlook"
    __repr__ = in_short
    rank: int
    unit: str
    units: int
    pod_error: float = array(about="held-out error of POD over the norm of the snapshots")
    dimension: float = array(about="intrinsic dimension of the snapshots")
    winding: float = array(about="length of paths over their distance")
    quadratic: float = array(about="held-out ratio of the greedy quadratic manifold")
    kernel: float = array(about="held-out ratio of kernel regression on the code")
    tangent: float = array(about="held-out ratio of local tangent spaces")
    family: tuple[str, ...] = array("family")
    low: Array = array("family", about="lower end of error over POD error")
    high: Array = array("family", about="upper end of error over POD error")
    q: float | None = array(about="POD error on held-out over training snapshots", optional=True)
    reference: str = BETTER

    def of(self, family: str) -> tuple[float, float] | None:
        """Return the interval of a family; None if there is none."""
        if family not in self.family:
            return None
        i = self.family.index(family)
        return float(self.low[i]), float(self.high[i])

    @property
    def words(self) -> str:
        """The outlook, one line for each fact."""
        return "\n".join([self._pod, self._shape, *self._expected])

    @property
    def _pod(self) -> str:
        trained = "" if self.q is None else f", {times(self.q, 'its training error', 2)}"
        return (
            f"rank {self.rank}: {introduced(self.reference)} leaves {100 * self.pod_error:.3g} % "
            f"on {self.units} held-out {several(self.unit)}{trained}"
        )

    @property
    def _shape(self) -> str:
        return (
            f"intrinsic dimension about {self.dimension:.1f} (a code has "
            f"{counted(self.rank, 'entry')}), winding {self.winding:.2g} (1 is straight, "
            f"{WINDING:g} and more winds)"
        )

    @property
    def _expected(self) -> Iterator[str]:
        yield f"expected, in times the error of {self.reference}:"
        for name, low, high in zip(self.family, self.low, self.high, strict=True):
            yield f"  {shown(name)}: {low:.2g} to {high:.2g} ({meaning(low, high)})"
        if np.any(self.high > WIDE * self.low):
            yield OPEN


def meaning(low: float, high: float) -> str:
    """Return what an interval of errors over those of POD means for a user.

    >>> meaning(0.0003, 0.33), meaning(1.0, 2.0)
    ('a gain by a factor of 3 to 3300', 'no gain')
    >>> meaning(0.5, 0.99)
    'a gain by a factor of 2 at most, or none'
    >>> meaning(0.5, 2.0)
    'a gain by a factor of 2 at most, or a loss by one of 2'
    """
    if _rounded(low) >= 1:
        return "no gain"
    if _rounded(1 / max(high, TINY)) > 1:
        ends = dict.fromkeys([_gain(high), _gain(low)])
        return f"a gain by a factor of {' to '.join(ends)}"
    loss = f"a loss by one of {high:.2g}" if _rounded(high) > 1 else "none"
    return f"a gain by a factor of {_gain(low)} at most, or {loss}"


def _gain(ratio: float) -> str:
    """Return the factor 1 / ``ratio`` with two digits."""
    return "a million or more" if ratio * MOST_GAIN <= 1 else f"{_rounded(1 / ratio):g}"


def _rounded(factor: float) -> float:
    """Return a factor with two digits."""
    return float(f"{factor:.2g}")


def intervals(
    estimates: dict[str, float], fits: bool, floor: float = 0.0, winds: bool = False
) -> tuple[tuple[str, ...], Array, Array]:
    """Return the families, and both ends of their intervals, which are at least the ``floor``.

    ``fits`` says that the set of the snapshots has no more dimensions than the code. Then nothing
    but the sampling of the set limits what a network learns, and the lower end is far below. If the
    set ``winds``, no upper end is below that of the quadratic manifold.
    """
    least_high = estimates["quadratic"] * FACTORS["quadratic manifold"][-1] if winds else 0.0
    low, high = [], []
    for names, inside, elsewhere, most in FACTORS.values():
        least = min(estimates[name] for name in names)
        low.append(least * (inside if fits else elsewhere))
        high.append(least * most)
    return tuple(FACTORS), np.maximum(low, floor), np.maximum(high, max(floor, least_high))


@dataclass(frozen=True)
class Kernel(Untrained):
    """Kernel ridge regression of the truncated coordinates on the code, as a candidate."""

    rank: int
    scale: float
    centred: bool
    name: str = "kernel"

    def start(
        self, c: Array, rng: np.random.Generator, weights: Array | None, _: Modes | None = None
    ) -> Learned:
        few = rng.permutation(c.shape[1])[:POINTS]
        z = c[: self.rank, few]
        unit = np.sqrt(np.mean(z**2, axis=1, keepdims=True)) * self.scale
        K = _gauss(z / unit, z / unit)
        K[np.diag_indices(len(K))] += RIDGE * len(K)
        return _Regression(self.rank, z / unit, unit, np.linalg.solve(K, c[self.rank :, few].T))


@dataclass(frozen=True, eq=False)
class _Regression:
    rank: int
    points: Array
    unit: Array
    solution: Array

    def reconstruct(self, c: Array) -> Array:
        z = c[: self.rank]
        return np.vstack([z, (_gauss(z / self.unit, self.points) @ self.solution).T])


def _gauss(x: Array, y: Array) -> Array:
    squares = np.sum(x**2, axis=0)[:, None] + np.sum(y**2, axis=0) - 2 * x.T @ y
    return np.asarray(np.exp(-0.5 * np.maximum(squares, 0)))


def tangent_ratio(folds: list[Fold], rank: int, rng: np.random.Generator) -> float:
    """Return the held-out error of local tangent spaces of ``rank`` over that of POD.

    The tangent space at a held-out snapshot is spanned by the leading directions of its nearest
    training snapshots about their mean.
    """
    local = pod = 0.0
    for fold in folds:
        points = fold.train[:, rng.permutation(fold.train.shape[1])[: 2 * POINTS]]
        probes = rng.permutation(fold.held_out.shape[1])[:PROBES]
        near = min(2 * rank + 4, points.shape[1])
        for j in probes:
            u = fold.held_out[:, j]
            distances = np.sum((points - u[:, None]) ** 2, axis=0)
            own = points[:, np.argpartition(distances, near - 1)[:near]]
            mean = own.mean(axis=1)
            V = np.linalg.svd(own - mean[:, None], full_matrices=False)[0][:, :rank]
            rest = (u - mean) - V @ (V.T @ (u - mean))
            local += float(rest @ rest) + float(fold.lost[j])
        pod += float(np.sum(fold.errors(LeadingModes(rank).reconstruct)[probes]))
    return float(np.sqrt(local / pod)) if pod > 0 else 1.0


def facts(floor: float, **known: Any) -> Outlook:
    """Return the outlook with the facts ``known`` and the intervals that follow from them.

    No reduction has less than the part ``floor`` of the error of POD.
    """
    names = ("quadratic", "kernel", "tangent")
    fits = known["dimension"] <= known["rank"] + SPARE
    winds = max(known["rank"], known["dimension"]) <= SIMPLE and known["winding"] >= WINDING
    family, low, high = intervals({name: known[name] for name in names}, fits, floor, winds)
    return Outlook(family=family, low=low, high=high, **known)
