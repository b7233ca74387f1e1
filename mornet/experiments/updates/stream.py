"""Snapshots that arrive one by one: Kalman filters against the exact new minimum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from mornet.experiments.updates.trained_networks import tanh_snapshots
from mornet.linalg import rms
from mornet.nn import Network, initialise
from mornet.perturbation import Counts, GaussNewton, work_in_gradients
from mornet.perturbation.update import HessianSubstitute, start_kalman_filter
from mornet.records import Array, Indices, array
from mornet.settings import Count, Positive, Seed
from mornet.training import Objective
from mornet.training.newton import BasePoint, multi_start, newton_refine, quadratic_model


@dataclass(frozen=True, eq=False)
class StreamStudy:
    """An autoencoder n-r-n trained on N snapshots; further ones come, each with the weight 1.

    J_k = (1/N) sum over N + k snapshots of 1/2 ||f(u) - u||^2, and the decay. ``error`` is the rms
    difference of the outputs to those at the minimum of J_k, continued by Newton, over snapshots
    that were not trained on.
    """

    kind: ClassVar[str] = "stream_study"
    network: Network
    samples: int
    decay: float
    arrived: Indices = array("arrived", about="k, new snapshots so far")
    held_out: Array = array("arrived", about="held-out loss at the minimum of J_k")
    method: tuple[str, ...] = array("method")
    error: Array = array("method", "arrived", about="rms difference of outputs to the minimum's")
    loss: Array = array("method", "arrived", about="held-out loss, 1/2 mean ||f - u||^2")
    price: Array = array("method", about="of one arrival, in gradient-equivalents")


def stream_study(
    *,
    n: Count = 20,
    code: Count = 3,
    samples: Count = 80,
    new: Count = 40,
    decay: Positive = 1e-3,
    starts: Count = 2,
    seed: Seed = 0,
) -> StreamStudy:
    """Return errors after each of ``new`` arrivals. Raises DivergenceError if no minimum is found.

    First order keeps the old H and takes the gradient of the new snapshot alone; the filters take
    its curvature in as well; a Newton step starts anew from all snapshots.
    """
    rng = np.random.default_rng(seed)
    U, test = tanh_snapshots(n, code, samples + new, rng)
    U = np.asfortranarray(U)
    net = Network((n, code, n), ("sigmoid", "identity"))
    start = Objective(net, U[:, :samples], U[:, :samples], decay=decay)
    base = multi_start(start, (initialise(net, "glorot", rng) for _ in range(starts)), steps=500)
    point, fresh = base.points[0], U[:, samples:]
    together = [_with(start, fresh[:, : k + 1]) for k in range(new)]
    exact: list[Array] = []
    for objective in together:
        exact.append(newton_refine(objective, exact[-1] if exact else point.p).p)
    streams: dict[str, Iterator[Array]] = {
        "no update": iter([point.p] * new),
        "first order": _first_order(start, point, fresh),
        "Newton step": _newton(together, point),
        "Kalman (H)": _filter(start, point, fresh, None),
        "Kalman (Gauss-Newton)": _filter(start, point, fresh, GaussNewton()),
    }
    f = [net.forward(p, test) for p in exact]
    g = [[net.forward(p, test) for p in stream] for stream in streams.values()]
    P = net.size
    joseph = 4 * n * P + 6 * n * P**2  # the Jacobian of n outputs, then three products with it
    one = Counts(gradients=1, hessians=1, solves=1)
    priced = np.array([0, 6 * P + 2 * P**2, 0, joseph, joseph]) / (6 * samples * P)
    priced[2] = work_in_gradients(one, P, samples)
    return StreamStudy(
        network=net,
        samples=samples,
        decay=decay,
        arrived=np.arange(1, new + 1),
        held_out=np.array([_loss(y, test) for y in f]),
        method=tuple(streams),
        error=np.array([[rms(y - z) for y, z in zip(path, f, strict=True)] for path in g]),
        loss=np.array([[_loss(y, test) for y in path] for path in g]),
        price=priced,
    )


def _with(start: Objective, U: Array) -> Objective:
    """Return the objective with the columns ``U`` added, each with the part 1/N of the old ones."""
    X = np.asfortranarray(np.column_stack([start.x, U]))
    return replace(start, x=X, y=X, weights=np.full(X.shape[1], X.shape[1] / start.N))


def _first_order(start: Objective, base: BasePoint, U: Array) -> Iterator[Array]:
    p = base.p
    for u in U.T:
        alone = Objective(start.net, u[:, None], u[:, None])
        p = p - base.solve(alone.gradient(p)) / start.N
        yield p


def _newton(together: list[Objective], base: BasePoint) -> Iterator[Array]:
    p = base.p
    for objective in together:
        p = p + quadratic_model(objective, p).newton_step
        yield p


def _filter(
    start: Objective, base: BasePoint, U: Array, curvature: HessianSubstitute | None
) -> Iterator[Array]:
    state = start_kalman_filter(start, base.p, curvature)
    for u in U.T:
        state = state.add(u, u)
        yield state.p


def _loss(y: Array, test: Array) -> float:
    return 0.5 * float(np.mean(np.sum((y - test) ** 2, axis=0)))
