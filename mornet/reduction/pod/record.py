"""The POD itself: modes, singular values, and all that is needed to use and to judge them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from mornet.checks import require_codes, require_columns
from mornet.errors import OptionError
from mornet.linalg import InnerProduct, coordinates
from mornet.records import Array, array


@dataclass(frozen=True, eq=False)
class POD:
    """u ~ c + V z with V^T M V = I, z = V^T M (u - c).

    The columns of ``V`` minimise sum_j w_j ||u_j - u_hat_j||_M^2 over all subspaces of dimension r
    (Eckart and Young 1936); the minimum is the sum of the squares of the discarded
    ``singular_values``. c is ``centre`` or zero, M ``inner_product`` or the identity, w the
    ``weights`` of the snapshots or one.

    ``method`` is what computed it: "svd", "gram", "tsqr", "randomised", "incremental" or
    "hierarchical". A method
    may not find the smallest singular values; ``tail`` is the root of the sum of squares of those
    not listed. A method that iterates also leaves ``excess``, an a posteriori estimate of how far
    the sum of squares is above the least one, relative to it.
    """

    kind: ClassVar[str] = "pod"
    V: Array = array("dof", "mode", about="modes, orthonormal in the inner product")
    singular_values: Array = array("index", about="the largest ones of R (U - c) W^(1/2)")
    centre: Array | None = array("dof", about="subtracted before projection", optional=True)
    weights: Array | None = array("sample", about="weights of the snapshots", optional=True)
    inner_product: InnerProduct | None = None
    tail: float = 0.0
    excess: float = 0.0
    method: str = "svd"

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return int(self.V.shape[0])

    @property
    def r(self) -> int:
        """Number of modes."""
        return int(self.V.shape[1])

    @property
    def parameters(self) -> int:
        """Entries of V and c."""
        return self.V.size + (0 if self.centre is None else self.n)

    @property
    def energy(self) -> float:
        """The part of the sum of squared singular values that the modes keep."""
        s = np.append(self.singular_values, self.tail)
        if not s[0] > 0:
            return 1.0
        squares = (s / s[0]) ** 2  # neither overflows nor vanishes
        return float(squares[: self.r].sum() / squares.sum())

    @property
    def discarded(self) -> float:
        """The root of the sum of the squares of the discarded singular values: the POD error."""
        rest = np.append(self.singular_values[self.r :], self.tail).astype(float)
        largest = rest.max()
        return float(largest * np.linalg.norm(rest / largest)) if largest > 0 else 0.0

    def encode(self, U: Array) -> Array:
        """Return V^T M (U - c) (r, m)."""
        require_columns("U", U, self.n)
        return coordinates(U, self.V, self.centre, self.inner_product)

    def decode(self, Z: Array) -> Array:
        """Return c + V Z (n, m)."""
        require_columns("Z", Z, self.r)
        U = self.V @ Z
        return U if self.centre is None else U + self.centre[:, None]

    def decode_jacobian(self, z: Array) -> Array:
        """Return V (n, r), the derivative of the decoder at every ``z`` (r,)."""
        require_codes(self.r, z)
        return self.V

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return zeros (n,): the decoder is affine."""
        require_codes(self.r, z, v)
        return np.zeros(self.n)

    def truncate(self, rank: int) -> POD:
        """Return the POD with the first ``rank`` modes, without a new SVD."""
        if not 1 <= rank <= self.r:
            raise OptionError(f"cannot truncate {self.r} modes to {rank}")
        return replace(self, V=self.V[:, :rank])
