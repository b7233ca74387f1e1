"""A manifold over POD modes whose further modes are the mean of a Gaussian process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.checks import real_matrix, require_codes
from mornet.linalg import InnerProduct
from mornet.records import Array, array, in_short
from mornet.reduction.gaussian_process.kernel import (
    mean,
    second_derivatives,
    slopes,
)
from mornet.reduction.in_modes import InModes


@dataclass(frozen=True, eq=False)
class GaussianProcessManifold(InModes):
    """u ~ c + V z + W A k(x), z = V^T M (u - c), x = (z - middle) / half.

    V holds r modes and W q further ones, all of them orthonormal in the ``inner_product`` M or the
    identity. The process predicts the coordinates in W from those in V: k_i is the Matern kernel of
    smoothness 3/2 between x and the i-th of the training ``points``, A are the ``coefficients``.
    """

    kind: ClassVar[str] = "gaussian_process_manifold"
    __repr__ = in_short
    V: Array = array("dof", "mode", about="modes, orthonormal in the inner product")
    W: Array = array("dof", "further", about="further modes, whose coordinates are predicted")
    coefficients: Array = array("further", "point", about="weights of the kernels")
    points: Array = array("mode", "point", about="scaled training codes")
    middle: Array = array("mode", about="subtracted from a code")
    half: Array = array("mode", about="by which a code is divided then")
    length: float = 1.0
    centre: Array | None = array("dof", about="subtracted before encoding", optional=True)
    inner_product: InnerProduct | None = None

    @property
    def parameters(self) -> int:
        """Entries of V, W, c, of the points and of the coefficients."""
        return super().parameters + self.W.size + self.points.size + self.coefficients.size

    def decode(self, Z: Array) -> Array:
        """Return c + V Z + W A k (n, m)."""
        Z = real_matrix("Z", Z, self.r)
        X = (Z - self.middle[:, None]) / self.half[:, None]
        U = self.V @ Z + self.W @ mean(self.coefficients, self.points, X, self.length)
        return U if self.centre is None else U + self.centre[:, None]

    def decode_jacobian(self, z: Array) -> Array:
        """Return the derivative V + W A k' (n, r) of the decoder at ``z`` (r,)."""
        require_codes(self.r, z)
        along = slopes(self.points, (z - self.middle) / self.half, self.length) / self.half
        return np.asarray(self.V + self.W @ (self.coefficients @ along))

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return W A k'' along ``v`` (r,) or (r, k) at the code ``z`` (r,)."""
        require_codes(self.r, z, v)
        x, w = (z - self.middle) / self.half, v.reshape(self.r, -1) / self.half[:, None]
        bent = second_derivatives(self.points, x, w, self.length)
        return (self.W @ (self.coefficients @ bent)).reshape(self.n, *v.shape[1:])
