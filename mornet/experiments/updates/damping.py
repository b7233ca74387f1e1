"""Damped updates: the crossover from slope 1 to slope 2, predicted at t = 0 and measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.interpolate import CubicSpline

from mornet.experiments.updates.trained_networks import Trained, trained_network
from mornet.linalg import rms
from mornet.nn import Network
from mornet.perturbation import (
    Damped,
    NoUpdate,
    Taylor,
    Update,
    continue_branch,
    local_slopes,
    move_snapshots,
    move_targets,
)
from mornet.perturbation.update import damping_crossover
from mornet.records import Array, array
from mornet.settings import Count, NotNegative, Positive, Seed

PER_DECADE = 16


@dataclass(frozen=True, eq=False)
class DampingStudy:
    """First-order updates with H + mu I for several mu, as targets or snapshots move by t.

    ``error`` is the rms difference of the outputs to those on the continued branch. The crossover
    is predicted from the coefficients c_1, c_2 at t = 0, and measured where the slope of the error
    passes 3/2.
    """

    kind: ClassVar[str] = "damping_study"
    trained: str
    network: Network
    samples: int
    decay: float
    eigenvalues: Array = array("eigenvalue", about="of the Hessian at the base, ascending")
    t: Array = array("t", about="size of the perturbation, of Frobenius norm 1 at t = 1")
    no_update: Array = array("t", about="rms difference of the old outputs to the branch's")
    exact: Array = array("t", about="error of the first-order update with H itself")
    damping: Array = array("damping", about="mu")
    error: Array = array("damping", "t", about="rms difference of outputs to the branch's")
    c1: Array = array("damping", about="of the error c_1 t + c_2 t^2, at t = 0")
    c2: Array = array("damping", about="of the error c_1 t + c_2 t^2, at t = 0")
    predicted: Array = array("damping", about="crossover c_1 / c_2")
    middle: Array = array("interval", about="geometric mean of neighbouring t")
    slope: Array = array("damping", "interval", about="of the error, between neighbouring t")
    seen: Array = array("damping", about="t where the slope is 3/2; 0 where it nowhere is")


def damping_study(
    *,
    trained: Trained = "ten_points",
    decay: NotNegative = 1e-3,
    dampings: tuple[Positive, ...] = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1),
    smallest: Positive = 1e-5,
    largest: Positive = 1e-1,
    seed: Seed = 0,
    starts: Count = 60,
    scale: Positive = 2.0,
    minimum: NotNegative | None = None,
    grid_points: Count = 21,
) -> DampingStudy:
    """Return errors of damped updates for t from ``smallest`` to ``largest``, 16 a decade.

    The targets of the ten points move, or the snapshots of an autoencoder. The other settings are
    those of `update_study`. Raises what finding the base and following the branch raise.
    """
    of_starts, of_direction = np.random.SeedSequence(seed).generate_state(2)
    network = trained_network(
        trained, decay, seed=int(of_starts), starts=starts, scale=scale, minimum=minimum,
        grid_points=grid_points,
    )  # fmt: skip
    objective, base, net = network.objective, network.base, network.objective.net
    D = np.random.default_rng(of_direction).standard_normal(objective.y.shape)
    move = move_targets if trained == "ten_points" else move_snapshots
    path = move(objective, D / np.linalg.norm(D))
    t = np.geomspace(smallest, largest, 1 + round(PER_DECADE * np.log10(largest / smallest)))
    branch = [
        net.forward(p, network.x) for p in continue_branch(path, base, t, max_correction=0.02).p
    ]

    def errors(update: Update) -> Array:
        curve = update.along(base, path)
        return np.array(
            [rms(net.forward(curve(s), network.x) - y) for s, y in zip(t, branch, strict=True)]
        )

    error = np.array([errors(Taylor(1, Damped(mu))) for mu in dampings])
    crossovers = [damping_crossover(base, path, mu, network.x) for mu in dampings]
    return DampingStudy(
        trained=trained,
        network=net,
        samples=objective.N,
        decay=decay,
        eigenvalues=base.eigenvalues,
        t=t,
        no_update=errors(NoUpdate()),
        exact=errors(Taylor(1)),
        damping=np.array(dampings),
        error=error,
        c1=np.array([found.c1 for found in crossovers]),
        c2=np.array([found.c2 for found in crossovers]),
        predicted=np.array([found.t for found in crossovers]),
        middle=np.sqrt(t[1:] * t[:-1]),
        slope=np.array([local_slopes(t, row) for row in error]),
        seen=np.array([crossing(t, row) for row in error]),
    )


def crossing(t: Array, error: Array) -> float:
    """Return where the slope of ``error`` (n,) first rises to 3/2, by a cubic spline; 0 if nowhere.

    >>> t = np.geomspace(1e-3, 10, 65)
    >>> round(crossing(t, np.hypot(t, 5 * t**2)), 4)
    0.2
    """
    slope = CubicSpline(np.log(t), np.log(error)).derivative()
    at = slope.solve(1.5, extrapolate=False)
    rising = at[slope.derivative()(at) > 0]
    return float(np.exp(rising[0])) if rising.size else 0.0
