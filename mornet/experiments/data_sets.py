"""The data sets a study may name: kind -> function that returns the `DataSet`."""

from __future__ import annotations

from collections.abc import Callable

from mornet.experiments.file_data_set import file_data_set
from mornet.fom.burgers import burgers_data_set
from mornet.fom.burgers_2d import burgers_2d_data_set
from mornet.fom.fitzhugh_nagumo import fitzhugh_nagumo_data_set
from mornet.fom.heat import heat_data_set
from mornet.fom.kuramoto_sivashinsky import kuramoto_sivashinsky_data_set
from mornet.fom.pulse import pulse_data_set
from mornet.fom.shock import shock_data_set
from mornet.fom.travelling_waves import gaussian_data_set, step_wave_data_set
from mornet.snapshots import DataSet
from mornet.snapshots.digits import digits_data_set

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

# kinds whose snapshots have no times, so that nothing can be drawn over space and time
WITHOUT_TIME = ("digits", "file")
