"""The bridge from the linear autoencoder to POD: one sensitivity, computed in two ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.experiments.updates.gauges import distances, products, projector, random_gauge
from mornet.experiments.updates.grids import QUARTER_DECADES
from mornet.experiments.updates.trained_networks import (
    TrainedNetwork,
    linear_autoencoder_network,
)
from mornet.linalg import thin_svd
from mornet.perturbation import DataPath, Taylor, move_snapshots, taylor_coefficients
from mornet.perturbation.pod_twin import cai_zhang, davis_kahan, graph_series, sine_theta, wedin
from mornet.records import Array, Indices, array, in_short
from mornet.reduction.pod.incremental import start_incremental
from mornet.settings import Positive, Seed, Several
from mornet.training.newton import quadratic_model

DEGREES = (0, 1, 2, 3, 5)


@dataclass(frozen=True, eq=False)
class SeriesErrors:
    """Errors ||P~ - P(t)||_F of series of several degrees, for the projector P(t) of POD."""

    kind: ClassVar[str] = "series_errors"
    __repr__ = in_short
    t: Array = array("t", about="size of the perturbation, ||E||_F = 1")
    degree: Indices = array("degree", about="degree of the series")
    pod: Array = array("degree", "t", about="error of the graph series of POD")
    autoencoder: Array = array("degree", "t", about="error of W_2 W_1 by Taylor series")


@dataclass(frozen=True, eq=False)
class ChangeBounds:
    """The change ||P(0) - P(t)||_F, and its bounds: sqrt 2 times those of sin Theta."""

    kind: ClassVar[str] = "change_bounds"
    __repr__ = in_short
    t: Array = array("t", about="size of the perturbation, ||E||_F = 1")
    change: Array = array("t", about="||P(0) - P(t)||_F")
    wedin: Array = array("t", about="bound of change; infinite bounds are cut to 1e300")
    davis_kahan: Array = array("t", about="bound of change")
    cai_zhang: Array = array("t", about="bound of change, by the left subspace alone")


@dataclass(frozen=True, eq=False)
class IncrementalErrors:
    """Errors of the incremental SVD of a few modes as the last column enters."""

    kind: ClassVar[str] = "incremental_errors"
    __repr__ = in_short
    kept: Indices = array("kept", about="rank kept by the incremental SVD as a column enters")
    error: Array = array("kept", about="||P~ - P||_F of its first r modes")
    bound: Array = array("kept", about="running bound of ||X - X~||_F")
    true: Array = array("kept", about="||X - X~||_F")


@dataclass(frozen=True, eq=False)
class Bridge:
    """The POD subspace of X + t E and the linear autoencoder trained on X + t E, to all orders.

    ``first`` and ``second`` are the relative differences of the coefficients of t and t^2 of
    W_2 W_1 from those of P.
    """

    kind: ClassVar[str] = "bridge"
    __repr__ = in_short
    r: int
    series: SeriesErrors
    bounds: ChangeBounds
    incremental: IncrementalErrors
    singular_values: Array = array("index", about="of X")
    gauge: tuple[str, ...] = array("gauge")
    first: Array = array("gauge", about="relative difference of the first-order coefficients")
    second: Array = array("gauge", about="relative difference of the second-order coefficients")


def bridge(*, t: Several[Positive] = QUARTER_DECADES, seed: Seed = 0) -> Bridge:
    """Return both series for snapshots with the singular values 10 0.75^i, r = 3."""
    rng = np.random.default_rng(seed)
    trained = linear_autoencoder_network(0.0, seed=seed)
    objective, X = trained.objective, trained.objective.x
    r = objective.net.widths[1]
    E = rng.standard_normal(X.shape)
    E /= np.linalg.norm(E)
    path = move_snapshots(objective, E)
    gauges = {"balanced": trained.base.p, "random": random_gauge(objective, trained.base.p, rng)}
    exact = graph_series(X, E, r, 2).projector_series()
    differences = np.array([_differences(path, p, exact) for p in gauges.values()])
    return Bridge(
        r=r,
        singular_values=thin_svd(X).s,
        series=_series_errors(trained, path, E, t),
        bounds=_change_bounds(X, E, r, t),
        gauge=tuple(gauges),
        first=differences[:, 0],
        second=differences[:, 1],
        incremental=_incremental_errors(X, r),
    )


def _series_errors(
    trained: TrainedNetwork, path: DataPath, E: Array, t: tuple[float, ...]
) -> SeriesErrors:
    objective, X = trained.objective, trained.objective.x
    r = objective.net.widths[1]
    projectors = [projector(X + s * E, r) for s in t]
    series = graph_series(X, E, r, max(DEGREES))
    pod, autoencoder = [], []
    for degree in DEGREES:
        graph = type(series)(series.U1, series.U2, series.Z[: degree + 1])
        bases = [graph.basis(s) for s in t]
        pod.append(distances([basis @ basis.T for basis in bases], projectors))
        curve = Taylor(degree).along(trained.base, path)
        autoencoder.append(distances(products(objective, [curve(s) for s in t]), projectors))
    return SeriesErrors(np.array(t), np.array(DEGREES), np.array(pod), np.array(autoencoder))


def _change_bounds(X: Array, E: Array, r: int, t: tuple[float, ...]) -> ChangeBounds:
    old = thin_svd(X).U[:, :r]
    changed = [X + s * E for s in t]
    change = [sine_theta(old, thin_svd(Y).U[:, :r]) for Y in changed]
    root = np.sqrt(2)
    return ChangeBounds(
        t=np.array(t),
        change=root * np.array(change),
        wedin=np.minimum(root * np.array([wedin(X, Y, r) for Y in changed]), 1e300),
        davis_kahan=root * np.array([davis_kahan(X, Y, r) for Y in changed]),
        cai_zhang=root * np.array([cai_zhang(X, Y, r).left for Y in changed]),
    )


def _incremental_errors(X: Array, r: int) -> IncrementalErrors:
    kept = np.array([3, 4, 5, 8, 12, 20])
    complete = start_incremental(X[:, :-1])
    grown = [complete.truncate(int(k)).add(X[:, -1], rank=int(k)) for k in kept]
    found = [svd.U[:, :r] @ svd.U[:, :r].T for svd in grown]
    return IncrementalErrors(
        kept=kept,
        error=distances(found, [projector(X, r)] * len(kept)),
        bound=np.array([svd.error_bound for svd in grown]),
        true=np.array([np.linalg.norm(X - svd.X) for svd in grown]),
    )


def _differences(path: DataPath, p: Array, exact: Array) -> tuple[float, float]:
    """Return the relative differences of the coefficients of W_2 W_1 from ``exact``: t and t^2."""
    net = path.start.net
    c = taylor_coefficients(p, quadratic_model(path.start, p).solve, path, 2)
    (A0, B0), (A1, B1), (A2, B2) = ([layer.W for layer in net.layers(ck)] for ck in c)
    first, second = B1 @ A0 + B0 @ A1, B2 @ A0 + B1 @ A1 + B0 @ A2
    return (
        float(np.linalg.norm(first - exact[1]) / np.linalg.norm(exact[1])),
        float(np.linalg.norm(second - exact[2]) / np.linalg.norm(exact[2])),
    )
