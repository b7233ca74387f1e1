"""The hybrid: POD with a learned correction, or POD itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.checks import real_matrix, require_codes
from mornet.errors import times
from mornet.records import Array, array, in_short
from mornet.reduction.hybrid.correction import Correction
from mornet.reduction.hybrid.cross_validation import LARGEST_Q, LARGEST_RHO
from mornet.reduction.pod.record import POD

WHERE = {
    "both": "encoder and decoder",
    "decoder": "decoder",
    "unrolled": "encoder and decoder, from snapshots unrolled along their manifold",
}

SINGLE = (
    " Single snapshots were held out: if they are of time series, this says nothing about other "
    "parameters or later times."
)


@dataclass(frozen=True, eq=False)
class Hybrid:
    """encode(u) = correction.encode(c), decode(z) = pod.decode(correction.decode(z)).

    The vector c = pod.encode(u) holds r_0 > r POD coordinates. Without a ``correction`` the hybrid
    is POD of rank r.

    ``variant`` says what was selected: "POD", "decoder", "both" or "unrolled". The selection rests
    on ``q``, and on ``rho`` of the short trials of each ``candidate`` (`hybrid.cross_validation`).
    q, rho and candidate are None if the fit ended before it needed them. ``single`` says that
    single snapshots were held out, because there were no groups or too few.
    """

    kind: ClassVar[str] = "hybrid"
    __repr__ = in_short
    pod: POD
    variant: str
    correction: Correction | None = None
    q: float | None = array(about="POD error on held-out over training snapshots", optional=True)
    candidate: tuple[str, ...] | None = array("candidate", optional=True)
    rho: Array | None = array(
        "candidate", about="error with correction over POD error, held out", optional=True
    )
    single: bool = False

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return self.pod.n

    @property
    def r(self) -> int:
        """Entries of a code."""
        return self.pod.r if self.correction is None else self.correction.r

    @property
    def parameters(self) -> int:
        """Entries of the POD and of p."""
        return self.pod.parameters + (0 if self.correction is None else self.correction.p.size)

    def encode(self, U: Array) -> Array:
        """Return the codes Z (r, m) of snapshots ``U`` (n, m)."""
        c = self.pod.encode(U)
        return c if self.correction is None else self.correction.encode(c)

    def decode(self, Z: Array) -> Array:
        """Return the snapshots (n, m) of codes ``Z`` (r, m)."""
        Z = real_matrix("Z", Z, self.r)
        return self.pod.decode(Z if self.correction is None else self.correction.decode(Z))

    def decode_jacobian(self, z: Array) -> Array:
        """Return the derivative (n, r) of `decode` at one code ``z`` (r,)."""
        require_codes(self.r, z)
        V = self.pod.V
        return V.copy() if self.correction is None else V @ self.correction.decode_jacobian(z)

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return d^2/ds^2 decode(z + s v) at s = 0, for ``z`` (r,) and ``v`` (r,) or (r, k)."""
        require_codes(self.r, z, v)
        if self.correction is None:
            return np.zeros((self.n, *v.shape[1:]))
        return self.pod.V @ self.correction.decode_second_derivative(z, v)

    @property
    def words(self) -> str:
        """What was selected, and why."""
        if self.q is None:
            return f"POD: rank {self.r} leaves nothing, or too few snapshots, to learn from."
        if self.rho is None or self.candidate is None:
            return (
                f"POD: its error on held-out snapshots is {self.q:.2g} times its error on training "
                f"snapshots, more than {LARGEST_Q:g} times, so that no correction of it was tried. "
                "More parameters or trajectories lower this ratio; the judge (`best`) and an "
                "autoencoder may be better all the same."
            )
        pairs = zip(self.rho, self.candidate, strict=True)
        tried = ", ".join(f"{rho:.2f} ({candidate})" for rho, candidate in pairs)
        own = "POD" if self.pod.centre is None else "PCA"
        of_pod = f"The held-out error of {own} itself is {times(self.q, 'its training error')}."
        what = f"held-out errors with a correction over those of {own}"
        if self.correction is not None:
            where = WHERE[self.variant]
            words = f"A correction of the {where}: {what} are {tried}. {of_pod}"
        elif self.rho.min() > LARGEST_RHO:
            words = f"POD: {what} are {tried}, not below {LARGEST_RHO:g}. {of_pod}"
        else:
            words = f"POD: {what} are {tried}, but the training found no lower error than {own}'s."
        return words + self.single * SINGLE
