"""The usual changes of data, each as a `DataPath` from the objective of a trained network.

At t = 0 the data are the old ones, so that the trained parameters are stationary there. A change
with a size of its own, such as a sample that enters, is complete at t = 1.
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
    """Return the path on which the targets are y + t F, with F (n_L, N)."""
    return DataPath(start, y=F[None])


def move_inputs(start: Objective, E: Array) -> DataPath:
    """Return the path on which the inputs are x + t E, with E (n_1, N)."""
    return DataPath(start, x=E[None])


def move_snapshots(start: Objective, E: Array) -> DataPath:
    """Return the path on which the snapshots of an autoencoder are X + t E, with E (n, N).

    Inputs and targets move together. Raises ShapeError if their shapes differ.
    """
    if start.x.shape != start.y.shape:
        raise ShapeError(
            f"the network is not an autoencoder: inputs have shape {start.x.shape}, targets "
            f"{start.y.shape}; move inputs or targets alone"
        )
    return DataPath(start, x=E[None], y=E[None])


def replace_snapshots(start: Objective, X: Array) -> DataPath:
    """Return the path (1 - t) X_A + t X from the snapshots X_A of an autoencoder to ``X`` (n, N).

    Column i of X_A moves to column i of ``X``. Raises ShapeError if the two shapes differ.
    """
    if X.shape != start.x.shape:
        raise ShapeError(
            f"new snapshots have shape {X.shape}, the old ones {start.x.shape}: give one new "
            "snapshot for each old one"
        )
    return move_snapshots(start, X - start.x)


def remove_samples(start: Objective, samples: Sequence[int]) -> DataPath:
    """Return the path along which the weights of ``samples`` fall to 0 at t = 1.

    The factor 1/N of J keeps its N, so that the other samples and the decay keep their part in J.
    Raises OptionError if a sample does not exist or is named twice.
    """
    chosen = [int(i) for i in samples]
    if len(set(chosen)) < len(chosen) or not all(0 <= i < start.N for i in chosen):
        raise OptionError(f"samples {chosen} must be different numbers from 0 to {start.N - 1}")
    motion = np.zeros((1, start.N))
    motion[0, chosen] = -1.0 if start.weights is None else -start.weights[chosen]
    return DataPath(start, weights=motion)


def add_sample(start: Objective, x: Array, y: Array, weight: float = 1.0) -> DataPath:
    """Return the path along which the sample ``x`` (n_1,), ``y`` (n_L,) enters.

    In J the loss of the new sample has the factor t ``weight`` / N, with the old N. The objective
    of the path has N + 1 columns, and its weights are (N + 1) / N times the old ones. Raises
    ShapeError if ``x`` or ``y`` has another shape.
    """
    rows = start.x.shape[0], start.y.shape[0]
    if x.shape != rows[:1] or y.shape != rows[1:]:
        raise ShapeError(
            f"the sample has shapes {x.shape}, {y.shape}, but {rows[:1]}, {rows[1:]} are needed"
        )
    return add_samples(start, x[:, None], y[:, None], weight)


def add_samples(start: Objective, x: Array, y: Array, weight: float = 1.0) -> DataPath:
    """Return the path along which the samples ``x`` (n_1, k), ``y`` (n_L, k) enter together.

    Each is as in `add_sample`; the objective of the path has N + k columns, and its weights are
    (N + k) / N times the old ones. Raises ShapeError if ``x`` or ``y`` has another shape.
    """
    rows, k, N = (len(start.x), len(start.y)), x.shape[-1], start.N
    if (x.shape, y.shape) != ((rows[0], k), (rows[1], k)):
        raise ShapeError(
            f"the samples have shapes {x.shape}, {y.shape}, but {rows[0]} and {rows[1]} rows are "
            "needed"
        )
    w = np.ones(N) if start.weights is None else start.weights
    extended = replace(
        start,
        x=np.column_stack([start.x, x]),
        y=np.column_stack([start.y, y]),
        weights=np.append(w, np.zeros(k)) * (N + k) / N,
    )
    motion = np.zeros((1, N + k))
    motion[0, N:] = weight * (N + k) / N
    return DataPath(extended, weights=motion)


def change_decay(start: Objective, rate: float | Array) -> DataPath:
    """Return the path on which the decay is decay_k + t rate_k; on it g_t = rate p."""
    return DataPath(start, decay=np.full((1, start.net.size), 1.0) * rate)
