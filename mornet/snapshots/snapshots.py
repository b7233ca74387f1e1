"""Snapshots: states of a full-order model as columns, with where, when and for which parameter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from mornet.checks import require_columns, require_finite
from mornet.errors import OptionError, ShapeError
from mornet.records import Array, Indices, array


@dataclass(frozen=True, eq=False)
class Snapshots:
    """m snapshots of n degrees of freedom.

    ``U`` (n, m) is what a reduction sees. Where a state is reduced relative to a shift (each
    trajectory's own initial state, say), U holds the differences and ``shift`` (n, K) the K shifts;
    ``trajectory`` (m,) says which trajectory, and so which shift, a column belongs to. The shift is
    part of the snapshots, never of a reduction.

    Raises ShapeError where lengths disagree, DataError naming the first entry that is not finite.
    """

    kind: ClassVar[str] = "snapshots"
    U: Array = array("dof", "sample", about="snapshots, less the shift of their trajectory")
    x: Array = array("coordinate", "dof", about="where each degree of freedom lives")
    trajectory: Indices = array("sample", about="number of the trajectory of each snapshot")
    t: Array | None = array("sample", about="time", optional=True)
    mu: Array | None = array("parameter", "sample", about="parameters", optional=True)
    shift: Array | None = array("dof", "shift_of", about="shift of each trajectory", optional=True)
    units: dict[str, str] = field(default_factory=lambda: {"U": "1", "x": "1", "t": "1", "mu": "1"})

    def __post_init__(self) -> None:
        require_columns("snapshots U", self.U)
        object.__setattr__(self, "U", np.asfortranarray(self.U))
        n, m = self.U.shape
        for name, value, shape in (
            ("x", self.x, (np.shape(self.x)[0], n)),
            ("trajectory", self.trajectory, (m,)),
            ("t", self.t, (m,)),
            ("mu", self.mu, (np.shape(self.mu)[0] if self.mu is not None else 0, m)),
            ("shift", self.shift, (n, np.max(self.trajectory, initial=-1) + 1)),
        ):
            if value is not None and np.shape(value) != shape:
                raise ShapeError(
                    f"snapshots U are {n} dofs x {m} samples, so {name} must have shape {shape}, "
                    f"not {np.shape(value)}"
                )
        require_finite("snapshots U", self.U)

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return int(self.U.shape[0])

    @property
    def m(self) -> int:
        """Number of snapshots."""
        return int(self.U.shape[1])

    @property
    def states(self) -> Array:
        """The states themselves (n, m): U plus each column's shift."""
        return self.U if self.shift is None else self.U + self.shift[:, self.trajectory]


@dataclass(frozen=True, eq=False)
class DataSet:
    """Snapshots with the split their author declares; ``split`` says in words what it is.

    ``denominator`` names what relative errors are measured against: "states" for ||u|| or
    "snapshots" for ||U||, the shifted ones (Frobenius norms).
    """

    kind: ClassVar[str] = "data_set"
    name: str
    train: Snapshots
    test: Snapshots
    split: str
    denominator: str = "snapshots"

    def __post_init__(self) -> None:
        if self.denominator not in ("states", "snapshots"):
            raise OptionError(f"denominator {self.denominator!r} is not 'states' or 'snapshots'")
        if self.train.n != self.test.n:
            raise ShapeError(
                f"{self.name}: training snapshots have {self.train.n} dofs, test {self.test.n}"
            )

    def norm(self, part: Snapshots) -> float:
        """Return the denominator of relative errors on ``part``, the training or test snapshots."""
        return float(np.linalg.norm(self.column_norms(part)))

    def column_norms(self, part: Snapshots) -> Array:
        """Return the norm of each snapshot (m,) that the denominator speaks of."""
        return np.linalg.norm(part.states if self.denominator == "states" else part.U, axis=0)
