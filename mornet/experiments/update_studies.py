"""The studies of updates that a study file may name: kind -> function, and its figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mornet.experiments.updates.bridge import bridge_study
from mornet.experiments.updates.burgers import burgers_study
from mornet.experiments.updates.cut_offs import cut_off_study
from mornet.experiments.updates.damping import damping_study
from mornet.experiments.updates.directions import directions_study
from mornet.experiments.updates.disturbances import disturbance_study
from mornet.experiments.updates.matrix_free import matrix_free_study
from mornet.experiments.updates.multi_start import multi_start_study
from mornet.experiments.updates.orders import update_study
from mornet.experiments.updates.removal import removal_study
from mornet.experiments.updates.stream import stream_study

UPDATE_STUDIES: dict[str, Callable[..., Any]] = {
    "slopes": update_study,
    "removal": removal_study,
    "cut_offs": cut_off_study,
    "damping": damping_study,
    "disturbances": disturbance_study,
    "matrix_free": matrix_free_study,
    "stream": stream_study,
    "bridge": bridge_study,
    "burgers": burgers_study,
    "directions": directions_study,
    "multi_start": multi_start_study,
}

DRAWN: dict[str, tuple[str, ...]] = {
    "slopes": ("update_slopes", "update_costs"),
    "removal": ("removals",),
    "cut_offs": ("spectra", "cut_offs"),
    "damping": ("damping",),
    "disturbances": ("disturbances",),
    "matrix_free": ("matrix_free",),
    "stream": ("stream",),
    "bridge": ("bridge",),
    "burgers": ("burgers_update",),
    "directions": ("directions",),
    "multi_start": ("multi_start",),
}
