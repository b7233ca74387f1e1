"""The data of the Burgers autoencoder: snapshots, their POD coordinates, and POD beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from mornet.fom.burgers import burgers_problem
from mornet.linalg import thin_svd
from mornet.nn import Network
from mornet.perturbation import DataPath, replace_snapshots
from mornet.perturbation.pod_twin import graph_series
from mornet.records import Array, array, in_short
from mornet.reduction.pod import POD, fit_pod
from mornet.reduction.pod.incremental import start_incremental
from mornet.settings import Count, Fraction, NotNegative, Positive, Range
from mornet.training import Objective


@dataclass(frozen=True)
class BurgersSettings:
    """The snapshots of Burgers' equation, and the autoencoder d-hidden-code-hidden-d, tanh.

    The snapshots move from those of ``mu`` to those of ``new_mu``. The network works in POD
    coordinates, whose number d follows from ``pod_tolerance``.
    """

    mu: float = 1.0
    new_mu: float = 1.02
    n: Annotated[int, Range(3)] = 200
    steps: Annotated[int, Range(4)] = 100
    final_time: Positive = 0.5
    pod_tolerance: Fraction = 1e-3
    hidden: Count = 10
    code: Count = 2
    decay: NotNegative = 1e-4


BURGERS = BurgersSettings()


@dataclass(frozen=True)
class PODCoordinates:
    """Scaled POD coordinates of the old snapshots."""

    pod: POD
    scale: float

    def of(self, U: Array) -> Array:
        """Return the coordinates (d, m) of the snapshots ``U`` (n, m)."""
        return np.asfortranarray(self.pod.encode(U) / self.scale)

    def error(self, x: Array, U: Array) -> float:
        """Return ||U - decode(x)||_F / ||U||_F."""
        return float(np.linalg.norm(U - self.pod.decode(self.scale * x)) / np.linalg.norm(U))


@dataclass(frozen=True, eq=False)
class BurgersAutoencoder:
    """The path of snapshots, in POD coordinates, and the test snapshots of every t."""

    path: DataPath
    coordinates: PODCoordinates
    t: tuple[float, ...]
    tests: list[Array]

    def test_error(self, p: Array, U: Array) -> float:
        """Return the relative error of the network with the parameters ``p`` on snapshots ``U``."""
        x = self.coordinates.of(U)
        return self.coordinates.error(self.path.start.net.forward(p, x), U)

    def test_errors(self, q: Iterable[Array]) -> list[float]:
        """Return the test error of the parameters ``q`` at each t."""
        return [self.test_error(p, U) for p, U in zip(q, self.tests, strict=True)]

    def last_errors(self, q: Iterable[Array]) -> Array:
        """Return the test errors, at the last t, of all parameters ``q``."""
        return np.array([self.test_error(p, self.tests[-1]) for p in q])


def burgers_autoencoder(settings: BurgersSettings, t: tuple[float, ...]) -> BurgersAutoencoder:
    """Return the autoencoder's data for every ``t``; every second snapshot in time is for tests."""
    problem = burgers_problem(n=settings.n, steps=settings.steps, final_time=settings.final_time)
    old, new = (
        problem.snapshots([(mu,)], start=False, shifted=True).U
        for mu in (settings.mu, settings.new_mu)
    )
    pod = fit_pod(old[:, ::2], tolerance=settings.pod_tolerance, centre="mean")
    scale = float(np.sqrt(np.mean(pod.encode(old[:, ::2]) ** 2)))
    coordinates = PODCoordinates(pod, scale)
    widths = (pod.r, settings.hidden, settings.code, settings.hidden, pod.r)
    net = Network(widths, ("tanh", "identity", "tanh", "identity"))
    X = coordinates.of(old[:, ::2])
    path = replace_snapshots(
        Objective(net, X, X, decay=settings.decay), coordinates.of(new[:, ::2])
    )
    tests = [(1 - s) * old[:, 1::2] + s * new[:, 1::2] for s in t]
    return BurgersAutoencoder(path, coordinates, t, tests)


@dataclass(frozen=True, eq=False)
class BurgersPOD:
    """Test errors of POD with as many modes as the code has entries."""

    kind: ClassVar[str] = "burgers_pod"
    __repr__ = in_short
    method: tuple[str, ...] = array("method")
    error: Array = array("method", "t", about="test error of POD")
    coordinates_error: Array = array("t", about="test error of the POD coordinates alone")


def burgers_pod(case: BurgersAutoencoder, r: int) -> BurgersPOD:
    """Return the test errors of r modes: old ones, by series, by incremental SVD, new ones.

    POD works in the coordinates of the network, so that both have the same mean. The incremental
    SVD has full rank. It takes in one new column and removes one old column at a time, and ends
    with the modes of the new POD.
    """
    coordinates = case.coordinates
    bases = _bases(case.path, r)

    def error(V: Array, U: Array) -> float:
        return coordinates.error(V @ (V.T @ coordinates.of(U)), U)

    pairs = list(zip(case.t, case.tests, strict=True))
    errors = [[error(basis(s), U) for s, U in pairs] for basis in bases.values()]
    alone = [coordinates.error(coordinates.of(U), U) for U in case.tests]
    return BurgersPOD(tuple(bases), np.array(errors), np.array(alone))


def _bases(path: DataPath, r: int) -> dict[str, Callable[[float], Array]]:
    """Return the modes (d, r) as functions of t, by the name of the method."""
    X = path.start.x
    E = path.objective(1.0).x - X
    series = graph_series(X, E, r, 3)

    def truncated(degree: int) -> Callable[[float], Array]:
        return type(series)(series.U1, series.U2, series.Z[: degree + 1]).basis

    def incremental(s: float) -> Array:
        svd = start_incremental(X)
        for column in (X + s * E).T:
            svd = svd.add(column).remove(0)
        return svd.U[:, :r]

    return {
        "old modes": truncated(0),
        "first order": truncated(1),
        "third order": truncated(3),
        "incremental SVD": incremental,
        "new modes": lambda s: thin_svd(X + s * E).U[:, :r],
    }
