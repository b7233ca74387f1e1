"""The bridge from the linear autoencoder to POD: one sensitivity, computed in two ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.experiments.updates.cut_offs import T, projector, random_gauge
from mornet.experiments.updates.trained_networks import linear_autoencoder_network
from mornet.linalg import thin_svd
from mornet.perturbation import DataPath, Taylor, move_snapshots, taylor_coefficients
from mornet.perturbation.pod_twin import cai_zhang, davis_kahan, graph_series, sine_theta, wedin
from mornet.records import Array, Indices, array
from mornet.reduction.pod.incremental import start_incremental
from mornet.settings import Positive, Seed
from mornet.training.newton import quadratic_model

ORDERS = (0, 1, 2, 3, 5)


@dataclass(frozen=True, eq=False)
class BridgeStudy:
    """The POD subspace of X + t E and the linear autoencoder trained on it, to all orders.

    Errors are those of the projector, ||P~ - P(t)||_F, for the graph series of POD and for W_2 W_1
    of the autoencoder's Taylor series. The bounds are of the same quantity (sqrt 2 times those of
    sin Theta). ``first`` and ``second`` are the relative differences of the coefficients of t and
    t^2 of W_2 W_1 to those of P.
    """

    kind: ClassVar[str] = "bridge_study"
    r: int
    singular_values: Array = array("index", about="of X")
    t: Array = array("t", about="size of the perturbation, ||E||_F = 1")
    degree: Indices = array("degree", about="of the series")
    pod_error: Array = array("degree", "t")
    autoencoder_error: Array = array("degree", "t")
    change: Array = array("t", about="||P(0) - P(t)||_F")
    wedin: Array = array("t", about="bound of change; infinite bounds are cut to 1e300")
    davis_kahan: Array = array("t", about="bound of change")
    cai_zhang: Array = array("t", about="bound of change, that of the left subspace alone")
    gauge: tuple[str, ...] = array("gauge")
    first: Array = array("gauge", about="relative difference of the first-order coefficients")
    second: Array = array("gauge", about="relative difference of the second-order coefficients")
    kept: Indices = array("kept", about="rank kept by the incremental SVD as a column enters")
    incremental_error: Array = array("kept", about="||P~ - P||_F of its first r modes")
    incremental_bound: Array = array("kept", about="its running bound of ||X - X~||_F")
    incremental_true: Array = array("kept", about="||X - X~||_F")


def bridge_study(*, t: tuple[Positive, ...] = T, seed: Seed = 0) -> BridgeStudy:
    """Return both series for snapshots with the singular values 10 0.75^i, r = 3."""
    rng = np.random.default_rng(seed)
    trained = linear_autoencoder_network(0.0, seed=seed)
    objective, net, X = trained.objective, trained.objective.net, trained.objective.x
    r = net.widths[1]
    E = rng.standard_normal(X.shape)
    E /= np.linalg.norm(E)
    path = move_snapshots(objective, E)
    projectors = [projector(X + s * E, r) for s in t]
    series = graph_series(X, E, r, max(ORDERS))
    pod_error, autoencoder_error = [], []
    for order in ORDERS:
        graph = type(series)(series.U1, series.U2, series.Z[: order + 1])
        pod_error.append(_distances([b @ b.T for b in map(graph.basis, t)], projectors))
        curve = Taylor(order).along(trained.base, path)
        products = [net.forward(curve(s), np.eye(len(X))) for s in t]
        autoencoder_error.append(_distances(products, projectors))
    gauges = {"balanced": trained.base.p, "random": random_gauge(objective, trained.base.p, rng)}
    exact = graph_series(X, E, r, 2).projector_series()
    differences = np.array([_differences(path, p, exact) for p in gauges.values()])
    kept = np.array([3, 4, 5, 8, 12, 20])
    complete = start_incremental(X[:, :-1])
    grown = [complete.truncate(int(k)).add(X[:, -1], rank=int(k)) for k in kept]
    old = thin_svd(X).U[:, :r]
    news = [thin_svd(X + s * E).U[:, :r] for s in t]
    return BridgeStudy(
        r=r,
        singular_values=thin_svd(X).s,
        t=np.array(t),
        degree=np.array(ORDERS),
        pod_error=np.array(pod_error),
        autoencoder_error=np.array(autoencoder_error),
        change=np.sqrt(2) * np.array([sine_theta(old, new) for new in news]),
        wedin=np.minimum(np.sqrt(2) * np.array([wedin(X, X + s * E, r) for s in t]), 1e300),
        davis_kahan=np.sqrt(2) * np.array([davis_kahan(X, X + s * E, r) for s in t]),
        cai_zhang=np.sqrt(2) * np.array([cai_zhang(X, X + s * E, r).left for s in t]),
        gauge=tuple(gauges),
        first=differences[:, 0],
        second=differences[:, 1],
        kept=kept,
        incremental_error=_distances(
            [svd.U[:, :r] @ svd.U[:, :r].T for svd in grown], [projector(X, r)] * len(kept)
        ),
        incremental_bound=np.array([svd.error_bound for svd in grown]),
        incremental_true=np.array([np.linalg.norm(X - svd.X) for svd in grown]),
    )


def _differences(path: DataPath, p: Array, exact: Array) -> tuple[float, float]:
    """Return the relative differences of the coefficients of t, t^2 of W_2 W_1 to ``exact``."""
    net = path.start.net
    c = taylor_coefficients(p, quadratic_model(path.start, p).solve, path, 2)
    (A0, B0), (A1, B1), (A2, B2) = ([layer.W for layer in net.layers(ck)] for ck in c)
    first, second = B1 @ A0 + B0 @ A1, B2 @ A0 + B1 @ A1 + B0 @ A2
    return (
        float(np.linalg.norm(first - exact[1]) / np.linalg.norm(exact[1])),
        float(np.linalg.norm(second - exact[2]) / np.linalg.norm(exact[2])),
    )


def _distances(found: list[Array], exact: list[Array]) -> Array:
    return np.array([np.linalg.norm(a - b) for a, b in zip(found, exact, strict=True)])
