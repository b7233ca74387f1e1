"""Kalman filters for snapshots that arrive one by one, compared with the new minimum."""

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
from mornet.records import Array, Indices, array, in_short
from mornet.settings import Count, Positive, Seed
from mornet.training import Objective
from mornet.training.newton import BasePoint, multi_start, newton_refine, quadratic_model


@dataclass(frozen=True, eq=False)
class Stream:
    """An autoencoder n-r-n trained on N snapshots; new snapshots arrive, each with the weight 1.

    J_k = (1/N) sum over N + k snapshots of 1/2 ||f(u) - u||^2, and the decay. ``error`` is the rms
    difference of the outputs from those at the minimum of J_k, continued by Newton's method, over
    snapshots that were not trained on.
    """

    kind: ClassVar[str] = "stream"
    __repr__ = in_short
    network: Network
    samples: int
    decay: float
    arrived: Indices = array("arrived", about="k, new snapshots so far")
    minimum_loss: Array = array("arrived", about="test loss at the minimum of J_k")
    method: tuple[str, ...] = array("method")
    error: Array = array("method", "arrived", about="rms difference of outputs from the minimum's")
    test_loss: Array = array("method", "arrived", about="1/2 mean ||f - u||^2 on unseen snapshots")
    work: Array = array("method", about="work of one arrival, in gradient-equivalents")


def stream(
    *,
    n: Count = 20,
    code: Count = 3,
    samples: Count = 80,
    new: Count = 40,
    decay: Positive = 1e-3,
    starts: Count = 2,
    seed: Seed = 0,
) -> Stream:
    """Return the errors after each of ``new`` arrivals.

    The first-order update keeps the old H and takes the gradient of the new snapshot alone. The
    filters add the curvature of the new snapshot. A Newton step uses all snapshots again.

    Raises DivergenceError if no minimum is found.
    """
    rng = np.random.default_rng(seed)
    U, test = tanh_snapshots(n, code, samples + new, rng)
    U = np.asfortranarray(U)
    net = Network((n, code, n), ("sigmoid", "identity"))
    start = Objective(net, U[:, :samples], U[:, :samples], decay=decay)
    minima = multi_start(start, (initialise(net, "glorot", rng) for _ in range(starts)), steps=500)
    base, fresh = minima.points[0], U[:, samples:]
    together = [_with(start, fresh[:, : k + 1]) for k in range(new)]
    exact = [net.forward(p, test) for p in _minima(together, base)]
    streams = _streams(start, base, fresh, together)
    outputs = [[net.forward(p, test) for p in stream] for stream in streams.values()]
    return Stream(
        network=net,
        samples=samples,
        decay=decay,
        arrived=np.arange(1, new + 1),
        minimum_loss=np.array([_loss(y, test) for y in exact]),
        method=tuple(streams),
        error=np.array([[rms(y - z) for y, z in zip(row, exact, strict=True)] for row in outputs]),
        test_loss=np.array([[_loss(y, test) for y in row] for row in outputs]),
        work=_work(n, net.size, samples),
    )


def _streams(
    start: Objective, base: BasePoint, fresh: Array, together: list[Objective]
) -> dict[str, Iterator[Array]]:
    """Return the parameters after each arrival, by the name of the method."""
    return {
        "no update": iter([base.p] * len(together)),
        "first order": _first_order(start, base, fresh),
        "Newton step": _newton(together, base),
        "Kalman (H)": _filter(start, base, fresh, None),
        "Kalman (Gauss-Newton)": _filter(start, base, fresh, GaussNewton()),
    }


def _work(n: int, P: int, samples: int) -> Array:
    """Return the work of one arrival by each method, in the order of `_streams`."""
    joseph = 4 * n * P + 6 * n * P**2  # the Jacobian of n outputs, then three products with it
    newton_step = Counts(gradients=1, hessians=1, solves=1)
    work = np.array([0, 6 * P + 2 * P**2, 0, joseph, joseph]) / (6 * samples * P)
    work[2] = work_in_gradients(newton_step, P, samples)
    return work


def _minima(together: list[Objective], base: BasePoint) -> list[Array]:
    """Return the minimum of each objective, by Newton's method from the minimum before it."""
    found = [base.p]
    for objective in together:
        found.append(newton_refine(objective, found[-1]).p)
    return found[1:]


def _with(start: Objective, U: Array) -> Objective:
    """Return the objective with the columns ``U`` added; N in the factor 1/N stays the old N."""
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
