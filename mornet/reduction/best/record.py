"""The winner of a race, with the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.records import Array, Indices, array, in_short
from mornet.reduction.autoencoder.record import Autoencoder
from mornet.reduction.best.names import BETTER, shown
from mornet.reduction.best.units import several
from mornet.reduction.gaussian_process.record import GaussianProcessManifold
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.pod.record import POD
from mornet.reduction.quadratic.record import QuadraticManifold


@dataclass(frozen=True, eq=False)
class Best:
    """The reduction ``model`` that won, of the family ``variant``, ``centred`` or not.

    ``candidate`` names all that raced. Their held-out errors over those of the better one of POD
    and PCA are ``ratio``, with the upper end ``upper`` of a confidence interval. A candidate lost
    by more than 2 per cent on ``lost`` of the ``units`` held-out units, and ``worst`` is the
    largest ratio of one unit. ``expected`` are the median ratios of each ``finalist`` in the final.
    ``reference`` names the better one of POD and PCA on held-out snapshots. ``risk`` bounds the
    probability that the winner is worse than it by more than 2 per cent on the next unit, with
    confidence 0.95, after ``losses`` on held-out units; for POD and PCA it is 0. The arrays are
    None if there was no race, and ``reason`` says why. Old files do not hold the reference and the
    losses.
    """

    kind: ClassVar[str] = "best"
    __repr__ = in_short
    model: POD | QuadraticManifold | Hybrid | Autoencoder | GaussianProcessManifold
    variant: str
    centred: bool
    reason: str
    unit: str
    units: int
    risk: float = array(about="bound of the probability to lose on the next unit")
    q: float | None = array(about="POD error on held-out over training snapshots", optional=True)
    candidate: tuple[str, ...] | None = array("candidate", optional=True)
    ratio: Array | None = array("candidate", about="error over POD error, held out", optional=True)
    upper: Array | None = array("candidate", about="upper confidence limit", optional=True)
    worst: Array | None = array("candidate", about="ratio on the worst unit", optional=True)
    lost: Indices | None = array("candidate", about="units lost by more than 2 %", optional=True)
    steps: Indices | None = array("candidate", about="steps of training a fold", optional=True)
    finalist: tuple[str, ...] | None = array("finalist", optional=True)
    expected: Array | None = array("finalist", about="error over POD error, final", optional=True)
    losses: int | None = array(about="units that the winner lost", optional=True)
    reference: str = BETTER

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return self.model.n

    @property
    def r(self) -> int:
        """Entries of a code."""
        return self.model.r

    @property
    def parameters(self) -> int:
        """How many numbers the model holds."""
        return self.model.parameters

    def encode(self, U: Array) -> Array:
        """Return the codes Z (r, m) of snapshots ``U`` (n, m)."""
        return self.model.encode(U)

    def decode(self, Z: Array) -> Array:
        """Return the snapshots (n, m) of codes ``Z`` (r, m)."""
        return self.model.decode(Z)

    def decode_jacobian(self, z: Array) -> Array:
        """Return the derivative (n, r) of `decode` at one code ``z`` (r,)."""
        return self.model.decode_jacobian(z)

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return d^2/ds^2 decode(z + s v) (n,) at s = 0, for ``z`` and ``v`` (r,)."""
        return self.model.decode_second_derivative(z, v)

    @property
    def words(self) -> str:
        """What won, and on what evidence; each line is a paragraph."""
        lines = [f"{self._name}: {self.verdict}", self._tried, self._compared]
        return "\n".join(filter(None, lines))

    @property
    def _name(self) -> str:
        if self.variant in ("POD", "PCA"):
            return self.variant
        return f"{shown(self.variant)}, {'centred' if self.centred else 'not centred'}"

    @property
    def verdict(self) -> str:
        """Why it won, without the errors of all that raced."""
        return f"{self.reason}{self._risk}"

    @property
    def _tried(self) -> str:
        if self.candidate is None or self.ratio is None or self.upper is None:
            return ""
        rows = zip(self.candidate, self.ratio, self.upper, strict=True)
        tried = "; ".join(
            f"{shown(name)} {ratio:.3g} (at most {most:.3g})" for name, ratio, most in rows
        )
        return (
            f"Held-out errors in the trials over those of {self.reference}, with the bounds of a "
            f"single look: {tried}."
        )

    @property
    def _compared(self) -> str:
        if not self.finalist or self.expected is None:
            return ""
        rows = zip(self.finalist, self.expected, strict=True)
        ratios = "; ".join(f"{shown(name)} {ratio:.3g}" for name, ratio in rows)
        return f"In the final, as medians of what it held out, over those of {BETTER}: {ratios}."

    @property
    def _risk(self) -> str:
        if self.risk == 0:
            return ""
        return (
            f"{self._lost} A loss is an error more than 2 % above that of {self.reference}. This "
            "many units promise no more than this: on the next one the probability of a loss is at "
            f"most {100 * self.risk:.0f} % (confidence 95 %)."
        )

    @property
    def _lost(self) -> str:
        units = f"{self.units} held-out {several(self.unit)}"
        if self.losses is None:
            return f" It was tested on {units}."
        return f" In the trials it lost on {self.losses or 'none'} of {units}."
