"""The data of the Burgers autoencoder: snapshots, their POD coordinates, and POD beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mornet.linalg import thin_svd
from mornet.perturbation import DataPath
from mornet.perturbation.pod_twin import graph_series
from mornet.records import Array
from mornet.reduction.pod import POD
from mornet.reduction.pod.incremental import start_incremental


@dataclass(frozen=True)
class Coordinates:
    """Scaled POD coordinates of the old snapshots."""

    pod: POD
    scale: float

    def of(self, U: Array) -> Array:
        return np.asfortranarray(self.pod.encode(U) / self.scale)

    def error(self, x: Array, U: Array) -> float:
        """Return ||U - decode(x)||_F / ||U||_F."""
        return float(np.linalg.norm(U - self.pod.decode(self.scale * x)) / np.linalg.norm(U))


def pod_errors(
    path: DataPath, t: tuple[float, ...], tests: list[Array], coordinates: Coordinates, r: int
) -> tuple[tuple[str, ...], Array]:
    """Return names and test errors of the POD of r modes: old, by series, incremental, new.

    In the coordinates of the network, so that all have the same mean. Incremental: as many columns
    enter as leave, at full rank; it computes the new POD without seeing all columns at once.
    """
    X = path.start.x
    E = path.objective(1.0).x - X
    series = graph_series(X, E, r, 3)

    def truncated(order: int) -> Callable[[float], Array]:
        return type(series)(series.U1, series.U2, series.Z[: order + 1]).basis

    def incremental(s: float) -> Array:
        svd = start_incremental(X)
        for column in (X + s * E).T:
            svd = svd.add(column).remove(0)
        return svd.U[:, :r]

    bases: dict[str, Callable[[float], Array]] = {
        "old modes": truncated(0),
        "first order": truncated(1),
        "third order": truncated(3),
        "incremental SVD": incremental,
        "new modes": lambda s: thin_svd(X + s * E).U[:, :r],
    }

    def error(V: Array, U: Array) -> float:
        return coordinates.error(V @ (V.T @ coordinates.of(U)), U)

    pairs = list(zip(t, tests, strict=True))
    errors = [[error(basis(s), U) for s, U in pairs] for basis in bases.values()]
    return tuple(bases), np.array(errors)
