"""The usual ways in which data move, each as a `DataPath` from a trained network's objective.

The trained parameters are stationary at t = 0 of all of them; t = 1 is the whole change where the
change has a size of its own (a sample, a batch).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mornet.errors import OptionError, ShapeError
from mornet.perturbation.data.paths import DataPath
from mornet.records import Array
from mornet.training import Objective


def move_targets(start: Objective, F: Array) -> DataPath:
    """Return the path y + t F."""
    return DataPath(start, y=F[None])


def move_inputs(start: Objective, E: Array) -> DataPath:
    """Return the path x + t E."""
    return DataPath(start, x=E[None])


def move_snapshots(start: Objective, E: Array) -> DataPath:
    """Return the path of an autoencoder whose snapshots, inputs and targets at once, are X + t E.

    Raises ShapeError unless inputs and targets have the same shape.
    """
    if start.x.shape != start.y.shape:
        raise ShapeError(f"no autoencoder: inputs {start.x.shape}, targets {start.y.shape}")
    return DataPath(start, x=E[None], y=E[None])


def replace_snapshots(start: Objective, X: Array) -> DataPath:
    """Return the path (1 - t) X_A + t X_B of an autoencoder, from its own snapshots to ``X``.

    Raises ShapeError unless ``X`` (n, N) has the shape of the old ones, column for column.
    """
    if X.shape != start.x.shape:
        raise ShapeError(f"new snapshots have shape {X.shape}, the old ones {start.x.shape}")
    return move_snapshots(start, X - start.x)


def remove_samples(start: Objective, samples: Sequence[int]) -> DataPath:
    """Return the path along which the weights of ``samples`` fall to 0, reached at t = 1.

    N stays, so that the other samples and the decay keep their part in J. Raises OptionError for a
    sample that does not exist or is named twice.
    """
    chosen = [int(i) for i in samples]
    if len(set(chosen)) < len(chosen) or not all(0 <= i < start.N for i in chosen):
        raise OptionError(f"samples {chosen} must be different numbers from 0 to {start.N - 1}")
    motion = np.zeros((1, start.N))
    motion[0, chosen] = -1.0 if start.weights is None else -start.weights[chosen]
    return DataPath(start, weights=motion)


def add_sample(start: Objective, x: Array, y: Array, weight: float = 1.0) -> DataPath:
    """Return the path along which the sample ``x`` (n_1,), ``y`` (n_L,) enters.

    Its cost stands in J with the factor t ``weight`` / N for the old N: the path's objective has
    N + 1 columns, and weights larger by (N + 1) / N. Raises ShapeError for another shape.
    """
    rows = start.x.shape[0], start.y.shape[0]
    if x.shape != rows[:1] or y.shape != rows[1:]:
        raise ShapeError(f"the sample has shapes {x.shape}, {y.shape}, not {rows[:1]}, {rows[1:]}")
    N = start.N
    w = np.ones(N) if start.weights is None else start.weights
    extended = replace(
        start,
        x=np.column_stack([start.x, x]),
        y=np.column_stack([start.y, y]),
        weights=np.append(w, 0.0) * (N + 1) / N,
    )
    motion = np.zeros((1, N + 1))
    motion[0, N] = weight * (N + 1) / N
    return DataPath(extended, weights=motion)


def change_decay(start: Objective, rate: float | Array) -> DataPath:
    """Return the path of the decay, decay_k + t rate_k: g_t = rate p."""
    return DataPath(start, decay=np.full((1, start.net.size), 1.0) * rate)
