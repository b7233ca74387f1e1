"""An autoencoder trained on Burgers snapshots moves to a neighbouring parameter, POD beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from mornet.experiments.retraining import retrain
from mornet.fom.burgers import Burgers
from mornet.fom.time_stepping import BackwardEuler, march
from mornet.linalg import thin_svd
from mornet.nn import Network, initialise
from mornet.perturbation import (
    BASE,
    Corrected,
    DataPath,
    Newton,
    NoUpdate,
    Taylor,
    Update,
    follow,
    gradient_equivalents,
    graph_series,
    radius_of,
    replace_snapshots,
)
from mornet.records import Array, Indices, array
from mornet.reduction.incremental import start_incremental
from mornet.reduction.pod import POD, fit_pod
from mornet.settings import Count, Fraction, NotNegative, Positive, Range, Seed
from mornet.training import Objective
from mornet.training.newton import find_minimum

UPDATES: tuple[Update, ...] = (
    NoUpdate(),
    Taylor(1),
    Taylor(2),
    Taylor(3),
    Corrected(corrector=Newton()),
    Corrected(Taylor(1), Newton()),
)
RADIUS_TERMS = 20
SHOWN = np.unique(np.round(np.geomspace(1, 2000, 40)).astype(int))
"""How many L-BFGS gradients have been spent where the error of training on is recorded."""


@dataclass(frozen=True, eq=False)
class BurgersStudy:
    """Updates along (1 - t) X_A + t X_B, from the snapshots of ``mu`` to those of ``new_mu``.

    The network works in POD coordinates of X_A. Every second time trains, the others test; test
    errors are relative, in the norm of the snapshots, at the path's own snapshots. The reference is
    the continued branch; training again from random starts ends elsewhere.
    """

    kind: ClassVar[str] = "burgers_study"
    network: Network
    samples: int
    decay: float
    mu: float
    new_mu: float
    cost: float = array(about="J at the base")
    distance: float = array(about="||H^-1 grad J|| at the base")
    eigenvalues: Array = array("eigenvalue", about="of the gauge-fixed Hessian at the base")
    nullity: int = array(about="dimension of the symmetry's orbit, whose gauge is fixed")
    radius: float = array(about="radius of convergence in t, from coefficients at t = 0")
    radius_misfit: float = array(about="of the ratios to a straight line; above 0.02 a rough guess")
    t: Array = array("t", about="part of the way from the old snapshots to the new ones")
    branch_error: Array = array("t", about="test error on the continued branch")
    method: tuple[str, ...] = array("method")
    error: Array = array("method", "t", about="test error")
    gap: Array = array("method", "t", about="relative difference of codes decoded, to the branch's")
    marginal: Array = array("method", about="cost of one update in gradient-equivalents")
    base_cost: float = array(about="cost of the base's factorisation in gradient-equivalents")
    gradients: Indices = array("gradients", about="L-BFGS gradients spent from the old parameters")
    warm_error: Array = array("gradients", about="test error after them, at the last t")
    cold_gradients: Indices = array("start", about="L-BFGS gradients from a random start")
    cold_error: Array = array("start", about="test error at their end, at the last t")
    cold_cost: Array = array("start", about="J at their end, at the last t")
    pod_method: tuple[str, ...] = array("pod_method")
    pod_error: Array = array("pod_method", "t", about="test error of POD with as many modes")
    coordinates_error: Array = array("t", about="test error of the POD coordinates alone")


@dataclass(frozen=True)
class _Coordinates:
    """Scaled POD coordinates of the old snapshots."""

    pod: POD
    scale: float

    def of(self, U: Array) -> Array:
        return np.asfortranarray(self.pod.encode(U) / self.scale)

    def error(self, x: Array, U: Array) -> float:
        """Return ||U - decode(x)||_F / ||U||_F."""
        return float(np.linalg.norm(U - self.pod.decode(self.scale * x)) / np.linalg.norm(U))


def burgers_study(
    *,
    mu: float = 1.0,
    new_mu: float = 1.02,
    t: tuple[Fraction, ...] = (0.125, 0.25, 0.5, 0.75, 1.0),
    n: Annotated[int, Range(3)] = 200,
    steps: Annotated[int, Range(4)] = 100,
    final_time: Positive = 0.5,
    pod_tolerance: Fraction = 1e-3,
    hidden: Count = 10,
    code: Count = 2,
    decay: NotNegative = 1e-4,
    starts: Count = 3,
    seed: Seed = 0,
) -> BurgersStudy:
    """Return updates, retraining and POD for an autoencoder d-hidden-code-hidden-d, tanh.

    ``starts`` random starts train the base (the lowest is taken) and, again, the new network.
    Raises DivergenceError where the branch ends before the last t or Newton fails.
    """
    old, new = (_snapshots(Burgers(n), m, steps, final_time) for m in (mu, new_mu))
    pod = fit_pod(old[:, ::2], tolerance=pod_tolerance, centre="mean")
    scale = float(np.sqrt(np.mean(pod.encode(old[:, ::2]) ** 2)))
    coordinates = _Coordinates(pod, scale)
    d = pod.r
    net = Network((d, hidden, code, hidden, d), ("tanh", "identity", "tanh", "identity"))
    X = coordinates.of(old[:, ::2])
    start = Objective(net, X, X, decay=decay)
    rngs = np.random.default_rng(seed).spawn(2 * starts)
    trained = [retrain(start, initialise(net, "glorot", rng)).p for rng in rngs[:starts]]
    base = find_minimum(start, min(trained, key=start.value))
    path = replace_snapshots(start, coordinates.of(new[:, ::2]))
    branch = follow(path, base, t, leap=0.05, gradient_tolerance=1e-12)
    tests = [(1 - s) * old[:, 1::2] + s * new[:, 1::2] for s in t]

    def test_error(p: Array, U: Array) -> float:
        return coordinates.error(net.forward(p, coordinates.of(U)), U)

    q = [[curve(s) for s in t] for curve in (u.along(base, path) for u in UPDATES)]
    last = path.objective(t[-1])
    warm = retrain(last, base.p, tolerance=1e-12, most=int(SHOWN[-1])).trace
    cold = [retrain(last, initialise(net, "glorot", rng)) for rng in rngs[starts:]]
    found = radius_of(base, path, RADIUS_TERMS)
    names, pod_error = _pod_errors(path, t, tests, coordinates, code)
    return BurgersStudy(
        network=net,
        samples=start.N,
        decay=decay,
        mu=mu,
        new_mu=new_mu,
        cost=base.cost,
        distance=base.distance,
        eigenvalues=base.eigenvalues,
        nullity=0 if base.gauge is None else base.gauge.shape[1],
        radius=found.radius,
        radius_misfit=found.misfit,
        t=np.array(t),
        branch_error=np.array([test_error(p, U) for p, U in zip(branch.p, tests, strict=True)]),
        method=tuple(u.name for u in UPDATES),
        error=np.array([[test_error(p, U) for p, U in zip(r, tests, strict=True)] for r in q]),
        gap=np.array([_gaps(net.forward, r, branch.p, map(coordinates.of, tests)) for r in q]),
        marginal=np.array([gradient_equivalents(u.counts, net.size, start.N) for u in UPDATES]),
        base_cost=gradient_equivalents(BASE, net.size, start.N),
        gradients=SHOWN,
        warm_error=np.array([test_error(warm[min(k, len(warm)) - 1], tests[-1]) for k in SHOWN]),
        cold_gradients=np.array([end.gradients for end in cold]),
        cold_error=np.array([test_error(end.p, tests[-1]) for end in cold]),
        cold_cost=np.array([last.value(end.p) for end in cold]),
        pod_method=names,
        pod_error=pod_error,
        coordinates_error=np.array([coordinates.error(coordinates.of(U), U) for U in tests]),
    )


def _snapshots(model: Burgers, mu: float, steps: int, final_time: float) -> Array:
    """Return the states (n, steps) at dt, 2 dt, ..., less the initial one."""
    W = march(model, model.initial(mu), BackwardEuler(final_time / steps), steps)
    return np.asarray(W[:, 1:] - W[:, :1])


def _gaps(f: Callable[[Array, Array], Array], q: list[Array], p: Array, x: map[Array]) -> Array:
    """Return ||f_q(x) - f_p(x)||_F / ||f_p(x)||_F for the rows of both."""
    pairs = [(f(a, c), f(b, c)) for a, b, c in zip(q, p, x, strict=True)]
    return np.array([np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in pairs])


def _pod_errors(
    path: DataPath, t: tuple[float, ...], tests: list[Array], coordinates: _Coordinates, r: int
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
