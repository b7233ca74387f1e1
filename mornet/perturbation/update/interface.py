"""Updates: trained parameters p* are moved to new data without training again.

An update is a frozen value. For a base point and a data path it prepares a curve q(t), which
approximates the branch p*(t) of stationary points. Names count as textbooks do: the first-order
update is q(t) = p* + t p_1. The ``error_order`` k is the order of the error, q(t) - p*(t) = O(t^k),
in the parameters and in the outputs; it is 2 for the first-order update.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from mornet.perturbation.base_point.interface import Base
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.work import Counts
from mornet.records import Array

ParameterCurve = Callable[[float], Array]
"""t -> q(t) (P,)."""


class Update(Protocol):
    """A method that approximates the branch."""

    @property
    def name(self) -> str:
        """The name in results and figures; "first order" is q(t) = p* + t p_1."""
        ...

    @property
    def error_order(self) -> int:
        """The order k of the error O(t^k): 1 without an update, 2 for "first order"."""
        ...

    @property
    def counts(self) -> Counts:
        """The work of an update at one t."""
        ...

    @property
    def setup(self) -> Counts:
        """The work at the base, done once before the first update."""
        ...

    def along(self, base: Base, path: DataPath) -> ParameterCurve:
        """Return the curve t -> q(t) from ``base``, the minimum of ``path.start``.

        Raises DivergenceError if a Hessian is singular to round-off. The curve raises it too, if
        the Hessian at its t is singular.
        """
        ...


@dataclass(frozen=True)
class NoUpdate:
    """q(t) = p*: the old parameters stay."""

    name: ClassVar[str] = "no update"
    error_order: ClassVar[int] = 1
    counts: ClassVar[Counts] = Counts()
    setup: ClassVar[Counts] = Counts()

    def along(self, base: Base, path: DataPath) -> ParameterCurve:
        return lambda t: base.p
