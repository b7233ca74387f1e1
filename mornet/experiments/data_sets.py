"""The data sets a study may name: kind -> function that returns the `DataSet`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from mornet.fom.burgers import burgers_data_set
from mornet.fom.burgers_2d import burgers_2d_data_set
from mornet.fom.fitzhugh_nagumo import fitzhugh_nagumo_data_set
from mornet.fom.heat import heat_data_set
from mornet.fom.kuramoto_sivashinsky import kuramoto_sivashinsky_data_set
from mornet.fom.pulse import pulse_data_set
from mornet.fom.shock import shock_data_set
from mornet.fom.travelling_waves import gaussian_data_set, step_wave_data_set
from mornet.settings import Range, Seed
from mornet.snapshots import DataSet
from mornet.snapshots.digits import digits_data_set
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


DATA_SETS: dict[str, Callable[..., DataSet]] = {
    "burgers": burgers_data_set,
    "burgers_2d": burgers_2d_data_set,
    "fitzhugh_nagumo": fitzhugh_nagumo_data_set,
    "heat": heat_data_set,
    "kuramoto_sivashinsky": kuramoto_sivashinsky_data_set,
    "pulse": pulse_data_set,
    "shock": shock_data_set,
    "step_wave": step_wave_data_set,
    "gaussian": gaussian_data_set,
    "digits": digits_data_set,
    "file": file_data_set,
}
