"""Data that move: the path D(t), and the usual changes of data as paths."""

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
