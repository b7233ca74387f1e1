"""The data sets a study may name: kind -> function that returns the `DataSet`."""

from __future__ import annotations

from collections.abc import Callable

from mornet.fom.burgers import burgers_data_set
from mornet.fom.travelling_waves import gaussian_data_set, step_wave_data_set
from mornet.snapshots import DataSet
from mornet.snapshots.digits import digits_data_set
from mornet.snapshots.files import file_data_set

DATA_SETS: dict[str, Callable[..., DataSet]] = {
    "burgers": burgers_data_set,
    "step_wave": step_wave_data_set,
    "gaussian": gaussian_data_set,
    "digits": digits_data_set,
    "file": file_data_set,
}
