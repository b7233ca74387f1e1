"""Hybrids that are POD outside the cloud of their training codes.

The correction of a hybrid was learned inside the cloud. It fades out with the distance from the
cloud, so that the reduced-order model becomes that of POD there:

    decode(z) = p(z) + phi(s) (d(z) - p(z)),        s = ||y||^2 / radius^2,

where d is the hybrid's decoder, p that of POD with the same code, and phi falls from 1 to 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mornet.checks import require_codes
from mornet.errors import OptionError
from mornet.records import Array
from mornet.reduction.at_rows import LinearMap, mapped
from mornet.reduction.hybrid.record import Hybrid
from mornet.reduction.interface import SmoothReduction
from mornet.rom.cloud import Cloud
from mornet.rom.trial import decoded

INNER, OUTER = 1.3, 2.0
"""Distances from the centre, in radii of the cloud, between which the correction fades out."""


class Fade(NamedTuple):
    """phi and its first two derivatives by s = distance^2."""

    value: Array
    first: Array
    second: Array


@dataclass(frozen=True, eq=False)
class FadedHybrid:
    """A `Hybrid` with a correction of POD, which fades out around its training codes.

    Codes of snapshots are those of the hybrid. Raises OptionError for a hybrid without a correction
    and for an unrolled one, whose codes are not those of POD.
    """

    hybrid: Hybrid
    cloud: Cloud

    def __post_init__(self) -> None:
        if self.hybrid.variant not in ("both", "decoder"):
            raise OptionError(
                f"a hybrid of the variant {self.hybrid.variant!r} has no POD to fall back to"
            )

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return self.hybrid.n

    @property
    def r(self) -> int:
        """Entries of a code."""
        return self.hybrid.r

    @property
    def parameters(self) -> int:
        """Those of the hybrid."""
        return self.hybrid.parameters

    def encode(self, U: Array) -> Array:
        """Return the codes of the hybrid."""
        return self.hybrid.encode(U)

    def decode(self, Z: Array) -> Array:
        """Return p(z) + phi (d(z) - p(z)) (n, m)."""
        P = self._pod_state(Z)
        phi = fade(self.cloud.distance(Z) ** 2).value
        return P + phi * (self.hybrid.decode(Z) - P)

    def decode_jacobian(self, z: Array) -> Array:
        """Return p' + phi (d' - p') + (d - p) phi' (ds/dz)^T, (n, r)."""
        require_codes(self.r, z)
        phi, V = fade(self.cloud.distance(z) ** 2), self.hybrid.pod.V[:, : self.r]
        J = V + phi.value * (self.hybrid.decode_jacobian(z) - V)
        return np.asarray(J + phi.first * np.outer(self._gap(z), self._slope(z)))

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return d^2/ds^2 decode(z + s v) at s = 0, for ``z`` (r,) and ``v`` (r,) or (r, k)."""
        require_codes(self.r, z, v)
        phi, gap = fade(self.cloud.distance(z) ** 2), self._gap(z)
        along = self._slope(z) @ v
        bend = 2 * np.sum((self._inverse @ v) ** 2, axis=0)
        J = self.hybrid.decode_jacobian(z) - self.hybrid.pod.V[:, : self.r]
        second = phi.value * self.hybrid.decode_second_derivative(z, v)
        second = second + 2 * phi.first * along * (J @ v)
        scalar = phi.second * along**2 + phi.first * bend
        return np.asarray(second + np.multiply.outer(gap, scalar))

    def _pod_state(self, Z: Array) -> Array:
        U = self.hybrid.pod.V[:, : self.r] @ Z
        centre = self.hybrid.pod.centre
        return U if centre is None else U + centre[:, None]

    def _gap(self, z: Array) -> Array:
        """Return d(z) - p(z), (n,)."""
        Z = z[:, None]
        return (decoded(self.hybrid, Z) - self._pod_state(Z))[:, 0]

    @property
    def _inverse(self) -> Array:
        """The derivative of y / radius by z, (r, r)."""
        cloud = self.cloud
        return cloud.axes.T / (cloud.lengths[:, None] * cloud.radius)

    def _slope(self, z: Array) -> Array:
        """Return ds/dz (r,)."""
        inverse = self._inverse
        return np.asarray(2 * inverse.T @ (inverse @ (z - self.cloud.centre)))


@mapped.register
def _(reduction: FadedHybrid, of: LinearMap) -> SmoothReduction:
    hybrid = mapped(reduction.hybrid, of)
    return FadedHybrid(hybrid, reduction.cloud)  # type: ignore[arg-type]


def fade(s: Array) -> Fade:
    """Return phi(s): 1 up to INNER^2, 0 from OUTER^2 on, between them a polynomial of degree 5.

    phi has two continuous derivatives.
    """
    width = OUTER**2 - INNER**2
    x = np.clip((s - INNER**2) / width, 0.0, 1.0)
    return Fade(
        1 - x**3 * (10 - 15 * x + 6 * x**2),
        -30 * x**2 * (1 - x) ** 2 / width,
        -60 * x * (1 - x) * (1 - 2 * x) / width**2,
    )
