"""The user's own snapshot matrix as a data set of a study."""

from __future__ import annotations

from typing import Annotated, Literal

from mornet.settings import Range, Seed
from mornet.snapshots import DataSet
from mornet.snapshots.files import read_snapshots


def file_data_set(
    *,
    path: str,
    axes: Literal["dof sample", "sample dof"],
    key: str | None = None,
    test_fraction: Annotated[float, Range(0, 1, above=True)] | None = None,
    test_every: Annotated[int, Range(2)] | None = None,
    test_columns: tuple[Seed, ...] | None = None,
    units: str = "1",
) -> DataSet:
    """Return the user's own snapshot matrix; the settings are those of `read_snapshots`."""
    return read_snapshots(
        path,
        axes=axes,
        key=key,
        test_fraction=test_fraction,
        test_every=test_every,
        test_columns=test_columns,
        units=units,
    )
