"""The studies of updates that a study file may name: kind -> function, and its figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mornet.experiments.updates.bridge import bridge
from mornet.experiments.updates.burgers import burgers_update
from mornet.experiments.updates.cut_offs import cut_offs
from mornet.experiments.updates.damping import damping
from mornet.experiments.updates.directions import directions
from mornet.experiments.updates.disturbances import disturbances
from mornet.experiments.updates.matrix_free import matrix_free
from mornet.experiments.updates.multi_start import multi_start
from mornet.experiments.updates.orders import update_orders
from mornet.experiments.updates.removal import removal
from mornet.experiments.updates.stream import stream

UPDATE_STUDIES: dict[str, Callable[..., Any]] = {
    "update_orders": update_orders,
    "removal": removal,
    "cut_offs": cut_offs,
    "damping": damping,
    "disturbances": disturbances,
    "matrix_free": matrix_free,
    "stream": stream,
    "bridge": bridge,
    "burgers_update": burgers_update,
    "directions": directions,
    "multi_start": multi_start,
}

DRAWN: dict[str, tuple[str, ...]] = {
    "update_orders": ("update_slopes", "update_costs"),
    "removal": ("removals",),
    "cut_offs": ("spectra", "cut_offs"),
    "damping": ("damping",),
    "disturbances": ("disturbances",),
    "matrix_free": ("matrix_free",),
    "stream": ("stream",),
    "bridge": ("bridge",),
    "burgers_update": ("burgers_update",),
    "directions": ("directions",),
    "multi_start": ("multi_start",),
}
