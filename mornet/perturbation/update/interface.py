"""Updates: trained parameters p* moved to new data without training again.

Each is a frozen value that prepares, for a base point and a data path, the curve t -> q(t), an
approximation of the branch p*(t) of stationary points. Its ``order`` k promises
q(t) - p*(t) = O(t^k), in the parameters and in the outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from mornet.perturbation.base_point.interface import Base
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.work import Counts
from mornet.records import Array

Curve = Callable[[float], Array]


class Update(Protocol):
    """One method."""

    @property
    def name(self) -> str:
        """What the method is called in results and figures."""
        ...

    @property
    def error_order(self) -> int:
        """The order k of the error O(t^k)."""
        ...

    @property
    def counts(self) -> Counts:
        """What an update for one t costs."""
        ...

    @property
    def setup(self) -> Counts:
        """What has to be there once, for the base, before the first update."""
        ...

    def along(self, base: Base, path: DataPath) -> Curve:
        """Return t -> q(t) from the minimum ``base`` of ``path.start``.

        Raises DivergenceError, here or at some t, for a Hessian that is singular to round-off.
        """
        ...


@dataclass(frozen=True)
class NoUpdate:
    """q(t) = p*."""

    name: ClassVar[str] = "no update"
    error_order: ClassVar[int] = 1
    counts: ClassVar[Counts] = Counts()
    setup: ClassVar[Counts] = Counts()

    def along(self, base: Base, path: DataPath) -> Curve:
        return lambda t: base.p
