"""The errors of updates of a trained network, measured against the continued branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from mornet.experiments.updates.base_facts import round_off
from mornet.experiments.updates.trained_networks import TrainedNetwork
from mornet.linalg import rms
from mornet.perturbation import Branch, DataPath, Update, measure_slope
from mornet.records import Array, Indices, array, in_short
from mornet.training import Objective
from mornet.training.newton import BasePoint


@dataclass(frozen=True, eq=False)
class MovingNetwork:
    """A trained network, the path of its data, its minimum and the branch of that minimum."""

    network: TrainedNetwork
    path: DataPath
    base: BasePoint
    branch: Branch
    t: tuple[float, ...]

    @cached_property
    def branch_outputs(self) -> list[Array]:
        """The outputs on the branch for every t."""
        return [self.network.f(p) for p in self.branch.p]


@dataclass(frozen=True, eq=False)
class UnseenObjective:
    """J, without decay, on samples that the training has not seen."""

    kind: ClassVar[str] = "unseen_objective"
    __repr__ = in_short
    updated: Array = array("method", "t", about="J at the updated parameters")
    branch: Array = array("t", about="J on the branch")


@dataclass(frozen=True, eq=False)
class UpdateAccuracy:
    """The errors of updates for every t, and their measured orders.

    ``error`` is the root mean square difference of the outputs, over inputs that were not trained
    on, between the updated network and the network on the continued branch.
    """

    kind: ClassVar[str] = "update_accuracy"
    __repr__ = in_short
    t: Array = array("t", about="size of the perturbation")
    method: tuple[str, ...] = array("method")
    error_order: Indices = array("method", about="order k of the error O(t^k) in theory")
    error: Array = array("method", "t", about="rms difference of outputs from the branch's")
    estimate: Array = array("method", "t", about="estimate of error by a gradient and a solve")
    parameter_error: Array = array("method", "t", about="||q - p*(t)||")
    residual: Array = array("method", "t", about="||grad J|| at the updated parameters")
    excess: Array = array(
        "method", "t", about="J minus J on the branch, 1/2 g^T H^-1 g with H of the base"
    )
    round_off: float = array(about="round-off of an error, eps cond(H)^(1/2) times the output")
    output: float = array(about="rms of the outputs at p over the grid")
    slope: Array = array("method", about="measured order: median of the local slopes")
    used: Indices = array("method", "t", about="1 where the point counts for the slope")
    unseen: UnseenObjective | None = None


def update_accuracy(updates: Sequence[Update], moving: MovingNetwork) -> UpdateAccuracy:
    """Return the errors of ``updates`` for every t.

    Raises DataError if too few errors lie between round-off and saturation for a slope.
    """
    f, base, branch = moving.network.f, moving.base, moving.branch
    q = updated_parameters(updates, base, moving.path, moving.t)
    g = gradients_at(moving.path, moving.t, q)
    exact = moving.branch_outputs
    error = np.array([[rms(f(p) - y) for p, y in zip(row, exact, strict=True)] for row in q])
    output = rms(f(base.p))
    floor = round_off(base, output)
    slope, used = measured_slopes(branch.t, error, floor=floor, scale=output)
    return UpdateAccuracy(
        t=branch.t,
        method=tuple(update.name for update in updates),
        error_order=np.array([update.error_order for update in updates]),
        error=error,
        estimate=_estimates(moving, q, g),
        parameter_error=np.linalg.norm(q - branch.p, axis=-1),
        residual=np.linalg.norm(g, axis=-1),
        excess=0.5 * np.array([[g_t @ base.solve(g_t) for g_t in row] for row in g]),
        round_off=floor,
        output=output,
        slope=slope,
        used=used,
        unseen=_unseen_objective(moving, q),
    )


def updated_parameters(
    updates: Sequence[Update], base: BasePoint, path: DataPath, t: Sequence[float]
) -> Array:
    """Return q(t) of every update (method, t, P)."""
    curves = [update.along(base, path) for update in updates]
    return np.array([[curve(s) for s in t] for curve in curves])


def gradients_at(path: DataPath, t: Sequence[float], q: Array) -> Array:
    """Return grad J(q; D(t)) for the parameters ``q`` (method, t, P), in the same shape."""
    return np.array(
        [[path.objective(s).gradient(p) for s, p in zip(t, row, strict=True)] for row in q]
    )


def measured_slopes(t: Array, error: Array, *, floor: float, scale: float) -> tuple[Array, Indices]:
    """Return the measured order of every row of ``error``, and the points that were used.

    Raises DataError where fewer than three errors can be used.
    """
    found = [measure_slope(t, row, floor=floor, scale=scale) for row in error]
    return np.array([slope for slope, _ in found]), np.array([used for _, used in found])


def _estimates(moving: MovingNetwork, q: Array, g: Array) -> Array:
    """Return the rms change of the outputs in one Newton step from ``q`` with H of the base."""
    f, solve = moving.network.f, moving.base.solve
    return np.array(
        [
            [rms(f(p - solve(g_t)) - f(p)) for p, g_t in zip(*rows, strict=True)]
            for rows in zip(q, g, strict=True)
        ]
    )


def _unseen_objective(moving: MovingNetwork, q: Array) -> UnseenObjective | None:
    """Return J on unseen samples, or None for a network that has none."""
    network = moving.network
    if network.y is None:
        return None
    value = Objective(moving.path.start.net, network.x, network.y).value
    return UnseenObjective(
        updated=np.array([[value(p) for p in row] for row in q]),
        branch=np.array([value(p) for p in moving.branch.p]),
    )
