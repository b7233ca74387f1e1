"""Damped updates: the crossover from slope 1 to slope 2, predicted at t = 0 and measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.interpolate import CubicSpline

from mornet.experiments.updates.base_facts import BaseFacts, base_facts
from mornet.experiments.updates.moving_data import random_path
from mornet.experiments.updates.trained_networks import (
    TEN_POINTS_FROM_60_STARTS,
    TrainedNetworkSettings,
    trained_network,
)
from mornet.linalg import rms
from mornet.perturbation import (
    Damped,
    DataPath,
    NoUpdate,
    Taylor,
    Update,
    continue_branch,
    local_slopes,
)
from mornet.perturbation.update import damping_crossover
from mornet.records import Array, array, in_short
from mornet.settings import Positive, Seed, Several
from mornet.training.newton import BasePoint

PER_DECADE = 16


@dataclass(frozen=True, eq=False)
class Crossovers:
    """Where the error c_1 t + c_2 t^2 of a damped update changes its slope from 1 to 2.

    The crossover is predicted from c_1 and c_2 at t = 0, and measured where the slope of the error
    is 3/2.
    """

    kind: ClassVar[str] = "crossovers"
    __repr__ = in_short
    damping: Array = array("damping", about="mu")
    c1: Array = array("damping", about="coefficient of the error c_1 t + c_2 t^2")
    c2: Array = array("damping", about="coefficient of the error c_1 t + c_2 t^2")
    predicted: Array = array("damping", about="crossover c_1 / c_2")
    observed: Array = array("damping", about="t where the slope is 3/2; 0 if it never is")


@dataclass(frozen=True, eq=False)
class Damping:
    """First-order updates with H + mu I for several mu, as targets or snapshots move by t.

    ``error`` is the rms difference of the outputs from those on the continued branch.
    """

    kind: ClassVar[str] = "damping"
    __repr__ = in_short
    base: BaseFacts
    crossovers: Crossovers
    t: Array = array("t", about="size of the perturbation, of Frobenius norm 1 at t = 1")
    no_update: Array = array("t", about="rms difference of the old outputs from the branch's")
    exact: Array = array("t", about="error of the first-order update with H itself")
    error: Array = array("damping", "t", about="rms difference of outputs from the branch's")
    middle: Array = array("interval", about="geometric mean of neighbouring t")
    slope: Array = array("damping", "interval", about="slope of the error between neighbouring t")


def damping(
    *,
    base: TrainedNetworkSettings = TEN_POINTS_FROM_60_STARTS,
    dampings: Several[Positive] = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1),
    smallest: Positive = 1e-5,
    largest: Positive = 1e-1,
    seed: Seed = 0,
) -> Damping:
    """Return errors of damped updates for t from ``smallest`` to ``largest``, 16 per decade.

    The targets of the ten points move, or the snapshots of an autoencoder.

    Raises what `trained_network` and `continue_branch` raise.
    """
    of_starts, of_direction = np.random.SeedSequence(seed).generate_state(2)
    network = trained_network(base, int(of_starts))
    objective, point = network.objective, network.base
    moved = "targets" if base.trained == "ten_points" else "snapshots"
    path = random_path(objective, moved, np.random.default_rng(of_direction))
    t = np.geomspace(smallest, largest, 1 + round(PER_DECADE * np.log10(largest / smallest)))
    branch = [network.f(p) for p in continue_branch(path, point, t, max_correction=0.02).p]

    def errors(update: Update) -> Array:
        curve = update.along(point, path)
        return np.array([rms(network.f(curve(s)) - y) for s, y in zip(t, branch, strict=True)])

    error = np.array([errors(Taylor(1, Damped(mu))) for mu in dampings])
    return Damping(
        base=base_facts(base.trained, objective, point),
        t=t,
        no_update=errors(NoUpdate()),
        exact=errors(Taylor(1)),
        error=error,
        middle=np.sqrt(t[1:] * t[:-1]),
        slope=np.array([local_slopes(t, row) for row in error]),
        crossovers=_crossovers(point, path, dampings, network.x, t, error),
    )


def _crossovers(
    base: BasePoint,
    path: DataPath,
    dampings: tuple[float, ...],
    x: Array,
    t: Array,
    error: Array,
) -> Crossovers:
    found = [damping_crossover(base, path, mu, x) for mu in dampings]
    return Crossovers(
        damping=np.array(dampings),
        c1=np.array([crossover.c1 for crossover in found]),
        c2=np.array([crossover.c2 for crossover in found]),
        predicted=np.array([crossover.t for crossover in found]),
        observed=np.array([measured_crossover(t, row) for row in error]),
    )


def measured_crossover(t: Array, error: Array) -> float:
    """Return t where the slope of ``error`` (n,) first rises to 3/2, by a cubic spline.

    The value is 0 if the slope never rises to 3/2.

    >>> t = np.geomspace(1e-3, 10, 65)
    >>> round(measured_crossover(t, np.hypot(t, 5 * t**2)), 4)
    0.2
    """
    slope = CubicSpline(np.log(t), np.log(error)).derivative()
    at = slope.solve(1.5, extrapolate=False)
    rising = at[slope.derivative()(at) > 0]
    return float(np.exp(rising[0])) if rising.size else 0.0
