"""The interface of a reduction: encode and decode."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from mornet.records import Array


@runtime_checkable
class Reduction(Protocol):
    """A pair of maps, encode: R^n -> R^r and decode: R^r -> R^n, that work on columns."""

    @property
    def n(self) -> int:
        """Degrees of freedom of a snapshot."""
        ...

    @property
    def r(self) -> int:
        """Entries of a code."""
        ...

    @property
    def parameters(self) -> int:
        """How many numbers the two maps hold."""
        ...

    def encode(self, U: Array) -> Array:
        """Return the codes Z (r, m) of snapshots ``U`` (n, m).

        Raises ShapeError for another n, DataError for snapshots that are not finite.
        """
        ...

    def decode(self, Z: Array) -> Array:
        """Return the snapshots (n, m) of codes ``Z`` (r, m).

        Raises ShapeError for another r, DataError for codes that are not finite.
        """
        ...


@runtime_checkable
class SmoothReduction(Reduction, Protocol):
    """A reduction whose decoder has derivatives, which reduced-order models need."""

    def decode_jacobian(self, z: Array) -> Array:
        """Return the derivative (n, r) of the decoder at one code ``z`` (r,).

        Raises ShapeError for another shape.
        """
        ...

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return d^2/ds^2 decode(z + s v) (n,) at s = 0, for a code ``z`` and a direction ``v``.

        For k directions ``v`` (r, k) the result is (n, k). Raises ShapeError for other shapes.
        """
        ...


def reconstruct(reduction: Reduction, U: Array) -> Array:
    """Return decode(encode(U)), the approximation of the snapshots ``U`` (n, m)."""
    return reduction.decode(reduction.encode(U))
