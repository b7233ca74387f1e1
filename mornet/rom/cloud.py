"""The cloud of the training codes: where a decoder has learned what it returns.

Outside the cloud a trained decoder returns anything. Least-squares models on autoencoders succeed
where their codes stay within about 1.3 times the radius of the training codes, and fail where the
codes leave it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.checks import require_columns, require_finite
from mornet.errors import OptionError
from mornet.records import Array, array, in_short

THINNEST = 1e-3
"""Least half-axis of the ellipsoid, over the longest one."""


@dataclass(frozen=True, eq=False)
class Cloud:
    """The ellipsoid ||y|| <= radius in the coordinates y = axes^T (z - centre) / lengths.

    The columns of ``axes`` (r, r) are orthonormal. ``lengths`` are the standard deviations of the
    codes along them.
    """

    kind: ClassVar[str] = "cloud"
    __repr__ = in_short
    centre: Array = array("latent", about="mean of the codes")
    axes: Array = array("latent", "axis", about="orthonormal principal axes of the codes")
    lengths: Array = array("axis", about="standard deviations of the codes along the axes")
    radius: float = array(about="largest ||y|| of a code")

    def coordinates(self, z: Array) -> Array:
        """Return y (r,) or (r, m) of codes ``z`` (r,) or (r, m)."""
        Y = self.axes.T @ (z.T - self.centre).T
        return np.asarray((Y.T / self.lengths).T)

    def code(self, y: Array) -> Array:
        """Return the code z (r,) of coordinates ``y`` (r,)."""
        return self.centre + self.scaled_axes @ y

    @property
    def scaled_axes(self) -> Array:
        """The derivative dz/dy (r, r)."""
        return self.axes * self.lengths

    def distance(self, z: Array) -> Array:
        """Return ||y|| over the radius, () or (m,): at most one for the training codes."""
        return np.asarray(np.linalg.norm(self.coordinates(z), axis=0) / self.radius)

    def widened(self, factor: float) -> Cloud:
        """Return the ellipsoid with ``factor`` times the radius; OptionError unless positive."""
        if not 0 < factor < np.inf:
            raise OptionError(f"a cloud cannot be widened by {factor}: the factor must be positive")
        return Cloud(self.centre, self.axes, self.lengths, factor * self.radius)


def cloud_of(Z: Array) -> Cloud:
    """Return the cloud of the codes ``Z`` (r, m): their principal axes and largest distance.

    An axis along which the codes hardly differ gets `THINNEST` of the longest length. Raises
    ShapeError unless Z is a matrix, DataError for codes that are not finite, OptionError if all
    codes are the same.
    """
    require_columns("codes", Z)
    require_finite("codes", Z)
    centre = Z.mean(axis=1)
    axes, s, _ = np.linalg.svd(Z - centre[:, None], full_matrices=True)
    lengths = np.zeros(len(Z))
    lengths[: len(s)] = s / np.sqrt(Z.shape[1])
    if not lengths[0] > 10 * np.finfo(float).eps * np.max(np.abs(Z)):  # rounding is no spread
        m = Z.shape[1]
        count = "there is only one code" if m == 1 else f"all {m} codes are the same"
        raise OptionError(
            f"{count}: codes are measured by the spread of those in training, so give training "
            "snapshots that differ, or another reduction"
        )
    lengths = np.maximum(lengths, THINNEST * lengths[0])
    unit = Cloud(centre, axes, lengths, 1.0)
    return unit.widened(float(np.max(unit.distance(Z))))
