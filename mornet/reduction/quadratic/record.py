"""The quadratic manifold: POD modes and a quadratic correction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.checks import real_matrix, require_codes
from mornet.linalg import InnerProduct
from mornet.records import Array, Indices, array, in_short
from mornet.reduction.in_modes import InModes


@dataclass(frozen=True, eq=False)
class QuadraticManifold(InModes):
    """u ~ c + V z + W h(z), z = V^T M (u - c), h(z) = (z_i z_j), j <= i.

    The products h are in the order 00, 10, 11, 20. V holds r modes, V^T M V = I, and W
    (n, r(r + 1)/2) the correction, V^T M W = 0 (R. Geelen, S. Wright and K. Willcox, Comput.
    Methods Appl. Mech. Eng. 403, 2023). The modes are left singular vectors of the centred
    snapshots, and ``chosen`` holds their numbers. M is ``inner_product`` or the identity. The fit
    minimised the error with the ``weights`` of the snapshots.
    """

    kind: ClassVar[str] = "quadratic_manifold"
    __repr__ = in_short
    V: Array = array("dof", "mode", about="modes, orthonormal in the inner product")
    W: Array = array("dof", "feature", about="correction for each product of two codes")
    chosen: Indices = array("mode", about="numbers of the left singular vectors that are modes")
    centre: Array | None = array("dof", about="subtracted before encoding", optional=True)
    weights: Array | None = array("sample", about="weights of the snapshots", optional=True)
    inner_product: InnerProduct | None = None

    @property
    def parameters(self) -> int:
        """Entries of V, W and c."""
        return super().parameters + self.W.size

    def decode(self, Z: Array) -> Array:
        """Return c + V Z + W h(Z) (n, m)."""
        Z = real_matrix("Z", Z, self.r)
        U = self.V @ Z + self.W @ products(Z)
        return U if self.centre is None else U + self.centre[:, None]

    def decode_jacobian(self, z: Array) -> Array:
        """Return the derivative V + W h'(z) (n, r) of the decoder at ``z`` (r,)."""
        require_codes(self.r, z)
        return self.V + self.W @ products_derivative(z)

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return 2 W h(v), the second derivative along ``v`` (r,) or (r, k) at every ``z`` (r,)."""
        require_codes(self.r, z, v)
        return np.asarray(2 * self.W @ products(v))


def products(Z: Array) -> Array:
    """Return h(Z) (r(r + 1)/2, m): the products z_i z_j, j <= i, of each column of ``Z`` (r, m).

    >>> products(np.array([[2.0], [3.0]])).T
    array([[4., 6., 9.]])
    """
    i, j = np.tril_indices(len(Z))
    return Z[i] * Z[j]


def products_derivative(z: Array) -> Array:
    """Return h'(z) (r(r + 1)/2, r), the derivative of `products` at one code ``z`` (r,)."""
    i, j = np.tril_indices(len(z))
    e = np.eye(len(z))
    return e[i] * z[j][:, None] + e[j] * z[i][:, None]
