"""Facts about a trained network at a minimum, before its data move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.nn import Network
from mornet.records import Array, Indices, array, in_short
from mornet.training import Objective
from mornet.training.newton import BasePoint


@dataclass(frozen=True, eq=False)
class BaseFacts:
    """A trained network at the minimum p of J, from which updates start."""

    kind: ClassVar[str] = "base_facts"
    __repr__ = in_short
    trained: str
    network: Network
    samples: int
    decay: float
    p: Array = array("entry", about="the stationary point that is updated")
    objective: float = array(about="J at p")
    gradient_norm: float = array(about="||grad J(p)||, round-off where p is stationary")
    distance: float = array(about="||H^-1 grad J(p)||, to first order the distance to the minimum")
    eigenvalues: Array = array(
        "eigenvalue", about="eigenvalues of the gauge-fixed Hessian at p, ascending"
    )
    nullity: int = array(about="dimension of the symmetry's orbit, whose gauge is fixed")


def base_facts(trained: str, objective: Objective, base: BasePoint) -> BaseFacts:
    """Return the facts about ``base``, a minimum of ``objective``; ``trained`` is its name.

    Raises DivergenceError if the Hessian is singular to round-off.
    """
    return BaseFacts(
        trained=trained,
        network=objective.net,
        samples=objective.N,
        decay=float(objective.decay),
        p=base.p,
        objective=base.value,
        gradient_norm=base.gradient_norm,
        distance=base.distance,
        eigenvalues=base.eigenvalues,
        nullity=0 if base.gauge is None else base.gauge.shape[1],
    )


def round_off(base: BasePoint, size: float) -> float:
    """Return the round-off of outputs of the given ``size``, eps cond(H)^(1/2) times the size."""
    condition = base.eigenvalues[-1] / base.eigenvalues[0]
    return float(np.finfo(float).eps * np.sqrt(condition)) * size


@dataclass(frozen=True, eq=False)
class DistinctMinima:
    """The distinct minima that random starts reach, the lowest first."""

    kind: ClassVar[str] = "distinct_minima"
    __repr__ = in_short
    objective: Array = array("minimum", about="J of each distinct minimum, ascending")
    hits: Indices = array("minimum", about="number of starts that ended in each")
    scatter: Array | None = array(
        "minimum", about="rms difference of its outputs from the base's", optional=True
    )
