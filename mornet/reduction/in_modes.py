"""The common part of all reductions whose codes are coordinates in modes."""

from __future__ import annotations

from mornet.checks import real_matrix
from mornet.linalg import InnerProduct, coordinates
from mornet.records import Array


class InModes:
    """A reduction with codes z = V^T M (u - c), V^T M V = I.

    V (n, r) are the modes, c is the ``centre`` or zero, M is the ``inner_product`` or the identity.
    """

    V: Array
    centre: Array | None = None
    inner_product: InnerProduct | None = None

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
        """Entries of V and c; a reduction with other arrays adds their entries."""
        return self.V.size + (0 if self.centre is None else self.n)

    def encode(self, U: Array) -> Array:
        """Return V^T M (U - c) (r, m)."""
        U = real_matrix("U", U, self.n)
        return coordinates(U, self.V, self.centre, self.inner_product)
