"""The data sets that a study may name: kind -> the function that returns the `DataSet`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mornet.lazy import Lazy
from mornet.snapshots.formats.registry import readers


@dataclass(frozen=True)
class DataSetKind(Lazy):
    """A function of settings that returns a `DataSet`.

    ``on_a_line`` says that all snapshots have times and one coordinate, so that figures over space
    and time can show them. ``rows`` is False for an equation of which chosen rows
    cannot be evaluated. ``readers`` are the modules that read files, and ``files``
    is a function of the settings that returns these files.
    """

    on_a_line: bool = True
    rows: bool = True
    readers: tuple[str, ...] = ()
    files: Lazy | None = None

    @property
    def modules(self) -> tuple[str, ...]:
        return self.module, *self.readers

    def inputs(self, settings: Mapping[str, Any]) -> list[Path]:
        """Return the files from which a data set with these ``settings`` is read."""
        found: list[Path] = self.files.load()(settings) if self.files else []
        return found


DATA_SETS = {
    "burgers": DataSetKind("mornet.fom.burgers.burgers_data_set"),
    "burgers_2d": DataSetKind("mornet.fom.burgers_2d.burgers_2d_data_set", on_a_line=False),
    "fitzhugh_nagumo": DataSetKind("mornet.fom.fitzhugh_nagumo.fitzhugh_nagumo_data_set"),
    "heat": DataSetKind("mornet.fom.heat.heat_data_set"),
    "inflow_burgers": DataSetKind(
        "mornet.fom.inflow_burgers.inflow_burgers_data_set", on_a_line=False
    ),
    "kuramoto_sivashinsky": DataSetKind(
        "mornet.fom.kuramoto_sivashinsky.kuramoto_sivashinsky_data_set", rows=False
    ),
    "pulse": DataSetKind("mornet.fom.pulse.pulse_data_set"),
    "shock": DataSetKind("mornet.fom.shock.shock_data_set"),
    "step_wave": DataSetKind("mornet.fom.travelling_waves.step_wave_data_set"),
    "wave": DataSetKind("mornet.fom.wave.wave_data_set", on_a_line=False),
    "gaussian": DataSetKind("mornet.fom.travelling_waves.gaussian_data_set"),
    "digits": DataSetKind("mornet.snapshots.digits.digits_data_set", on_a_line=False),
    "mnist": DataSetKind("mornet.snapshots.digits.mnist_data_set", on_a_line=False),
    "file": DataSetKind(
        "mornet.experiments.file_data_set.file_data_set",
        on_a_line=False,
        readers=readers(),
        files=Lazy("mornet.experiments.file_data_set.files_of"),
    ),
    "tree": DataSetKind(
        "mornet.running.tree_data_set.tree_data_set",
        on_a_line=False,
        readers=readers(),
        files=Lazy("mornet.running.tree_data_set.files_of"),
    ),
}
