"""The data that move, and the random directions in which they move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from mornet.perturbation import DataPath, move_inputs, move_snapshots, move_targets
from mornet.records import Array
from mornet.training import Objective

Moved = Literal["targets", "inputs", "snapshots"]

MOVES: dict[str, Callable[[Objective, Array], DataPath]] = {
    "targets": move_targets,
    "inputs": move_inputs,
    "snapshots": move_snapshots,
}


def moving_data(objective: Objective, moved: str) -> Array:
    """Return the array that moves: the targets y (n_L, N), or the inputs x (n_1, N)."""
    return objective.y if moved == "targets" else objective.x


def random_direction(D: Array, rng: np.random.Generator) -> Array:
    """Return a normal random matrix of the shape of ``D``, scaled to the Frobenius norm 1."""
    E = rng.standard_normal(D.shape)
    return np.asarray(E / np.linalg.norm(E))


def random_path(objective: Objective, moved: str, rng: np.random.Generator) -> DataPath:
    """Return the path on which the data ``moved`` move in a random direction."""
    return MOVES[moved](objective, random_direction(moving_data(objective, moved), rng))
