"""The parts of an error within and outside the range of a decoder, and its basis beside POD's.

P is the projection on the r-dimensional space that holds most of the reconstructions u~, and

    ||u - u~||^2 = ||(I - P) (u - u~)||^2 + ||P (u - u~)||^2.

For a linear decoder the first part is at least the squared error of POD; both are equal if the
decoder has the range of POD. The second part is zero for a projection.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mornet.linalg import Norm, column_mean, principal_angles, safe_norm, squarable, thin_svd
from mornet.records import Array
from mornet.reduction.interface import Reduction, SmoothReduction, reconstruct
from mornet.reduction.pod.record import POD
from mornet.snapshots import DataSet

FLAT = 1e-12  # a decoder is linear if less than this part of its squares is outside the range
CONSTANT = 0.01  # variation of reconstructions that is none
EXCESS = 0.01  # of a squared error over that of POD that is worth a sentence
SAME = 0.1  # radians; a smaller angle is the same range


class Geometry(NamedTuple):
    """The range of a decoder of rank r on the training snapshots; squares are in the data's norm.

    - ``error`` and ``pod_error`` are norms of errors, not relative;
    - ``within`` is the part of the squared error within the range of the decoder;
    - ``curved`` is the part of the squared reconstructions outside this range, which is zero for a
      linear decoder;
    - ``angle`` is the largest principal angle, in radians, of this range to the range of POD;
    - ``varied`` is the variation of the reconstructions over that of the snapshots;
    - ``turned`` is the largest angle, in radians, of a column of the decoder's derivative to the
      nearest POD mode; None without a derivative.
    """

    error: float
    pod_error: float
    within: float
    curved: float
    angle: float
    varied: float
    turned: float | None

    @property
    def excess(self) -> float:
        """The squared error over the squared error of POD, minus one."""
        return (self.error / self.pod_error) ** 2 - 1 if self.pod_error > 0 else np.inf

    @property
    def linear(self) -> bool:
        """Whether the reconstructions lie in a linear (or affine) space of dimension r."""
        return self.curved < FLAT

    @property
    def words(self) -> str:
        """What is to be said of a decoder that is constant or linear; no words for a curved one."""
        if self.varied < CONSTANT:
            return (
                "Its output is one state for all snapshots: the reconstructions vary by "
                f"{self.varied:.1g} of what the snapshots vary. The code says nothing."
            )
        if not self.linear:
            return ""
        degrees = f"{np.degrees(self.angle):.2g} degrees"
        if self.angle > SAME and self.excess < EXCESS:
            return (
                f"Its linear space is as good as that of POD, and {degrees} away from it: the best "
                "space of this rank is not unique, because singular values are (nearly) equal."
            )
        if self.angle > SAME:
            return (
                "Its reconstructions lie in a linear space of its rank, but not in that of POD: "
                f"the largest angle between both is {degrees}."
            )
        angle = f"the largest angle between both is {degrees}"
        if self.turned is None or self.turned <= SAME:
            return f"The decoder has the subspace of POD and its modes: {angle}." + self._inside
        return (
            f"The decoder has the same subspace as POD, with another basis: {angle}, and a column "
            f"of the decoder is {np.degrees(self.turned):.0f} degrees away from the nearest mode. "
            "Single codes and columns mean nothing by themselves." + self._inside
        )

    @property
    def _inside(self) -> str:
        if self.excess < EXCESS:
            return ""
        return (
            f" Of its squared error {100 * self.within:.0f} % lie within this space, where a "
            "projection has no error: encoder and decoder do not match."
        )


def geometry(model: Reduction, data: DataSet, pod: POD, *, affine: bool) -> Geometry:
    """Return the geometry of ``model`` beside ``pod``, which has the same centring."""
    U, norm = data.train.U, data.measure(data.train)
    Y = reconstruct(model, U)
    R = norm.to_euclidean(U - Y)
    error, R = float(safe_norm(R)), squarable(R)
    offset = column_mean(Y, norm.weights)[:, None] if affine else 0.0
    left, s, _ = thin_svd(norm.to_euclidean(Y - offset))
    Q, modes = left[:, : model.r], Norm(norm.inner_product).to_euclidean(pod.V)
    squares = squarable(s) ** 2
    total = float(np.sum(squares))
    snapshots, outputs = (X - column_mean(X)[:, None] for X in (U, Y))
    return Geometry(
        error=error,
        pod_error=pod.truncation_error,
        within=float(np.linalg.norm(Q.T @ R) / np.linalg.norm(R)) ** 2 if error > 0 else 0.0,
        curved=float(np.sum(squares[model.r :])) / total if total > 0 else 0.0,
        angle=float(principal_angles(Q, modes)[0]),
        varied=norm.of(outputs) / max(norm.of(snapshots), 1e-300),
        turned=_turned(model, data, modes),
    )


def _turned(model: Reduction, data: DataSet, modes: Array) -> float | None:
    if not isinstance(model, SmoothReduction):
        return None
    z = model.encode(data.train.U[:, :1])[:, 0]
    J = Norm(data.inner_product).to_euclidean(model.decode_jacobian(z))
    lengths = np.linalg.norm(J, axis=0)
    if not lengths.all():
        return None
    nearest = np.abs(modes.T @ (J / lengths)).max(axis=0)
    return float(np.arccos(min(1.0, nearest.min())))
