"""Columns of a file that has no split, with the times and parameters that the file states."""

from __future__ import annotations

from dataclasses import dataclass

from mornet.records import Array
from mornet.snapshots.files import snapshots_of, units_of_samples
from mornet.snapshots.layout import Matrix
from mornet.snapshots.snapshots import DataSet, Snapshots, name_in

OF_SAMPLES = ("t", "mu", "trajectory")


@dataclass(frozen=True, eq=False)
class Unsplit:
    """Snapshots, or codes, that have no split: ``train`` are all of them.

    ``trajectory_name`` are the names of the trajectories 0, 1, ..., as in a `DataSet`.
    """

    train: Snapshots
    trajectory_name: tuple[str, ...] | None = None

    @property
    def parts(self) -> dict[str, Snapshots]:
        """The single part, which has no name."""
        return {"": self.train}

    def name_of(self, trajectory: int) -> str:
        """Return the name of a trajectory; it is its number if the file has no words."""
        return name_in(self.trajectory_name or (), trajectory)


Samples = DataSet | Unsplit
"""What says where, when and for which parameter snapshots are."""


def unsplit(columns: Array, matrix: Matrix) -> Unsplit:
    """Return ``columns`` (r, m) with the times, parameters and trajectories of a ``matrix`` (n, m).

    Raises as `Snapshots` does.
    """
    fields = {name: matrix.fields[name] for name in OF_SAMPLES if name in matrix.fields}
    part = snapshots_of(columns, fields, None, units_of_samples(matrix))
    return Unsplit(part, matrix.labels or None)
