"""Two reductions one after the other: a POD, and another reduction of its coordinates."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mornet.errors import ShapeError
from mornet.records import Array
from mornet.reduction.interface import SmoothReduction
from mornet.reduction.pod.record import POD


@dataclass(frozen=True, eq=False)
class Composed:
    """encode(u) = inner.encode(outer.encode(u)), decode(z) = outer.decode(inner.decode(z)).

    The ``inner`` reduction has the coordinates (k,) in the modes of the ``outer`` one as its
    snapshots. Raises ShapeError if their numbers differ.
    """

    outer: POD
    inner: SmoothReduction

    def __post_init__(self) -> None:
        if self.inner.n != self.outer.r:
            raise ShapeError(
                f"the reduction has {self.inner.n} coordinates, but there are {self.outer.r} modes"
            )

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return self.outer.n

    @property
    def r(self) -> int:
        """Entries of a code."""
        return self.inner.r

    @property
    def parameters(self) -> int:
        """How many numbers both reductions hold."""
        return self.outer.parameters + self.inner.parameters

    def encode(self, U: Array) -> Array:
        """Return the codes Z (r, m) of snapshots ``U`` (n, m)."""
        return self.inner.encode(self.outer.encode(U))

    def decode(self, Z: Array) -> Array:
        """Return the snapshots (n, m) of codes ``Z`` (r, m)."""
        return self.outer.decode(self.inner.decode(Z))

    def decode_jacobian(self, z: Array) -> Array:
        """Return V decode'(z) (n, r) at one code ``z`` (r,)."""
        return self.outer.V @ self.inner.decode_jacobian(z)

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return V d^2/ds^2 decode(z + s v) at s = 0, for ``z`` (r,) and ``v`` (r,) or (r, k)."""
        return self.outer.V @ self.inner.decode_second_derivative(z, v)


def composed(outer: POD, inner: SmoothReduction) -> SmoothReduction:
    """Return the reduction of snapshots that reduces their coordinates in ``outer`` by ``inner``.

    Of two PODs it is a POD, so that all that holds for a POD holds for it. Raises ShapeError for
    another number of coordinates.
    """
    both = Composed(outer, inner)
    if not isinstance(inner, POD) or inner.inner_product is not None:
        return both
    centre = outer.centre
    if inner.centre is not None:
        centre = outer.decode(inner.centre[:, None])[:, 0]
    V, product = outer.V @ inner.V, outer.inner_product
    return replace(inner, V=V, centre=centre, inner_product=product)
