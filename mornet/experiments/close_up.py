"""One rank of one data set in detail: test snapshots and their reconstructions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from mornet.comparison.cases import Case
from mornet.errors import OptionError, counted
from mornet.records import Array, Indices, array
from mornet.reduction.interface import reconstruct
from mornet.snapshots import DataSet
from mornet.snapshots.formats.units import INDEX


@dataclass(frozen=True, eq=False)
class CloseUp:
    """Test states, and their codes and reconstructions by the median seed of every method.

    Of an even number of seeds the lower one of the middle two is shown (`Case.median`).
    A code with fewer than ``rank`` entries is filled up with zeros.
    """

    kind: ClassVar[str] = "close_up"
    data_set: str
    rank: int
    method: tuple[str, ...] = array("method")
    x: Array = array("coordinate", "dof", about="where each degree of freedom lives")
    states: Array = array("dof", "sample", about="test states, shift included")
    reconstruction: Array = array("method", "dof", "sample", about="decode(encode(.)), as states")
    test_error: Array = array("method", about="relative test error of the seed that is shown")
    code: Array = array("method", "latent", "sample", about="encode(.) of the test snapshots")
    trajectory: Indices = array("sample", about="number of the trajectory of each snapshot")
    t: Array | None = array("sample", about="time", optional=True)
    mu: Array | None = array("parameter", "sample", about="parameters", optional=True)
    units: dict[str, str] = field(default_factory=dict)
    m: int | None = array(about="training snapshots", optional=True)


def close_up(data: DataSet, cases: Sequence[Case]) -> CloseUp:
    """Return the test snapshots of ``data`` beside their reconstructions by ``cases`` of one rank.

    Raises OptionError for cases of several ranks or none.
    """
    ranks = {case.rank for case in cases}
    if len(ranks) != 1:
        raise OptionError(f"a close-up needs cases of one rank, not of {sorted(ranks)}")
    test = data.test
    shown = [case.median() for case in cases]
    models = [case.model(i) for case, i in zip(cases, shown, strict=True)]
    return CloseUp(
        data_set=data.name,
        rank=ranks.pop(),
        method=tuple(case.method for case in cases),
        x=test.x,
        states=test.states,
        reconstruction=np.array([test.to_states(reconstruct(model, test.U)) for model in models]),
        code=np.array([_padded(model.encode(test.U), cases[0].rank) for model in models]),
        test_error=np.array([case.test_error[i] for case, i in zip(cases, shown, strict=True)]),
        trajectory=test.trajectory,
        t=test.t,
        mu=test.mu,
        m=data.train.m,
        units=test.units | dict.fromkeys(("U", "states", "reconstruction"), test.unit_of_states),
    )


def require_a_line(data: DataSet) -> None:
    """Raise OptionError unless the snapshots have times and one coordinate."""
    times, coordinates = data.test.t is not None, len(data.test.x)
    if not times or coordinates != 1:
        found = ("" if times else "no times and ") + counted(coordinates, "coordinate")
        raise OptionError(
            f"{data.name} has {found}, but a figure over space and time needs times and one "
            "coordinate: leave the data set out of study.reconstructions"
        )


def runs_on_a_line(data: DataSet) -> bool:
    """Return whether a figure over space and time can show the first test trajectory."""
    test, x = data.test, data.test.x
    if test.t is None or len(x) != 1 or data.train.units.get("x") == INDEX:
        return False
    t = test.t[test.trajectory == test.trajectory.min()]
    return len(t) > 1 and bool(np.all(np.diff(t) > 0) and np.all(np.diff(x[0]) > 0))


def _padded(Z: Array, rank: int) -> Array:
    return np.pad(Z, ((0, rank - len(Z)), (0, 0)))
