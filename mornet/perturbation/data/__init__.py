"""The data in motion: paths D(t), and the usual ways to move."""

from mornet.perturbation.data.changes import (
    add_sample,
    change_decay,
    move_inputs,
    move_snapshots,
    move_targets,
    remove_samples,
    replace_snapshots,
)
from mornet.perturbation.data.paths import DataPath

__all__ = [
    "DataPath",
    "add_sample",
    "change_decay",
    "move_inputs",
    "move_snapshots",
    "move_targets",
    "remove_samples",
    "replace_snapshots",
]
