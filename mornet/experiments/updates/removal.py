"""One of the ten points leaves: updates at t = 1, and branches that end before t = 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.errors import OptionError
from mornet.experiments.updates.base_facts import BaseFacts, base_facts
from mornet.experiments.updates.trained_networks import (
    TEN_POINTS_FROM_60_STARTS,
    TrainedNetwork,
    TrainedNetworkSettings,
    ten_point_network,
)
from mornet.linalg import rms
from mornet.perturbation import (
    BranchEndError,
    ByRadius,
    ContinuationSteps,
    Corrected,
    DataPath,
    GaussNewton,
    KalmanUpdate,
    NewtonStep,
    NoUpdate,
    Pade,
    Radius,
    Taylor,
    Update,
    continue_branch,
    remove_samples,
    validity_radius,
    work_in_gradients,
)
from mornet.perturbation.update import left_out_residuals, self_loss_change
from mornet.records import Array, Indices, array, in_short
from mornet.settings import Seed

UPDATES: tuple[Update, ...] = (
    NoUpdate(),
    Taylor(1, GaussNewton()),
    Taylor(1),
    Taylor(2),
    Taylor(3),
    Pade(2),
    KalmanUpdate(),
    Corrected(corrector=NewtonStep()),
    Corrected(Taylor(1), NewtonStep()),
    Corrected(NoUpdate(), NewtonStep(), 2),
    ContinuationSteps(4),
    ByRadius(2),
    ByRadius(4),
)


@dataclass(frozen=True, eq=False)
class RemovalEnds:
    """Where the branch ends as each point leaves, and what the coefficients at t = 0 predict."""

    kind: ClassVar[str] = "removal_ends"
    __repr__ = in_short
    removed: Indices = array("sample", about="the point that leaves, counted from 0")
    reached: Array = array("sample", about="t at which the branch ends, 1 if the point can leave")
    cause: tuple[str, ...] = array("sample", about="why the branch ends")
    radius: Array = array("sample", about="radius of convergence, from coefficients at t = 0")
    exponent: Array = array("sample", about="exponent of the nearest singularity, 0.5 at a fold")
    misfit: Array = array("sample", about="misfit of a line to the ratios; large if complex")
    ahead: tuple[bool, ...] = array("sample", about="whether it is no singularity at t = -R")
    prediction: tuple[str, ...] = array(
        "sample", about="prediction in words, from coefficients at t = 0"
    )


@dataclass(frozen=True, eq=False)
class OwnLosses:
    """The loss of each point by the network that was trained without it."""

    kind: ClassVar[str] = "own_losses"
    __repr__ = in_short
    leverage: Array = array("sample", about="own loss without it, predicted by leverage")
    influence: Array = array("sample", about="own loss without it, to first order in t")
    true: Array = array("gone", about="own loss on the continued branch at t = 1")


@dataclass(frozen=True, eq=False)
class Removal:
    """One point leaves: errors where the branch reaches t = 1, and predictions for all points.

    ``error`` is the rms difference of the outputs over a grid from those on the continued branch.
    """

    kind: ClassVar[str] = "removal"
    __repr__ = in_short
    base: BaseFacts
    ends: RemovalEnds
    own_loss: OwnLosses
    possible: Indices = array("gone", about="the points that can leave")
    method: tuple[str, ...] = array("method")
    work: Array = array("method", about="work of one update, in gradient-equivalents")
    error: Array = array(
        "method", "gone", about="rms difference of outputs from the branch's, t = 1"
    )


def removal(*, base: TrainedNetworkSettings = TEN_POINTS_FROM_60_STARTS, seed: Seed = 0) -> Removal:
    """Return how each of the ten points leaves the trained network 2-2-3-2.

    Raises OptionError for another network than that of the ten points, and what `trained_network`
    raises.
    """
    if base.trained != "ten_points":
        raise OptionError(f"trained = {base.trained!r}, but only ten_points lose a point")
    network = ten_point_network(base, seed)
    objective, point = network.objective, network.base
    paths = [remove_samples(objective, [i]) for i in range(objective.N)]
    ends, p_end = _ends(network, paths)
    P = point.p.size
    return Removal(
        base=base_facts(base.trained, objective, point),
        ends=ends,
        own_loss=_own_losses(network, p_end),
        possible=np.array(sorted(p_end)),
        method=tuple(update.name for update in UPDATES),
        work=np.array([work_in_gradients(update.counts, P, objective.N) for update in UPDATES]),
        error=np.array([_errors(update, network, paths, p_end) for update in UPDATES]),
    )


def _ends(
    network: TrainedNetwork, paths: Sequence[DataPath]
) -> tuple[RemovalEnds, dict[int, Array]]:
    """Return where the branches end, and p*(1) of the points that can leave, by their number."""
    N = len(paths)
    radii = [validity_radius(network.base, path) for path in paths]
    reached, cause, p_end = np.ones(N), ["none"] * N, {}
    for i, path in enumerate(paths):
        try:
            branch = continue_branch(path, network.base, [1.0], gradient_tolerance=1e-13)
            p_end[i] = branch.p[0]
        except BranchEndError as end:
            reached[i], cause[i] = end.t, end.cause
    return _removal_ends(radii, reached, cause), p_end


def _removal_ends(radii: Sequence[Radius], reached: Array, cause: list[str]) -> RemovalEnds:
    return RemovalEnds(
        removed=np.arange(len(radii)),
        reached=reached,
        cause=tuple(cause),
        radius=np.array([found.radius for found in radii]),
        exponent=np.array([found.exponent for found in radii]),
        misfit=np.array([found.misfit for found in radii]),
        ahead=tuple(found.ahead for found in radii),
        prediction=tuple(found.describe(f"removing point {i}") for i, found in enumerate(radii)),
    )


def _own_losses(network: TrainedNetwork, p_end: dict[int, Array]) -> OwnLosses:
    objective, base = network.objective, network.base
    net, x, y = objective.net, objective.x, objective.y
    losses = 0.5 * np.sum((net.forward(base.p, x) - y) ** 2, axis=0)
    changes = [self_loss_change(objective, base.p, base.solve, i) for i in range(objective.N)]
    true = [0.5 * np.sum((net.forward(p, x) - y)[:, i] ** 2) for i, p in sorted(p_end.items())]
    return OwnLosses(
        leverage=0.5 * np.sum(left_out_residuals(objective, base.p) ** 2, axis=0),
        influence=losses + np.array(changes),
        true=np.array(true),
    )


def _errors(
    update: Update,
    network: TrainedNetwork,
    paths: Sequence[DataPath],
    p_end: dict[int, Array],
) -> list[float]:
    """Return the error of the ``update`` at t = 1 for every point that can leave."""
    updated = {i: update.along(network.base, paths[i])(1.0) for i in sorted(p_end)}
    return [rms(network.f(q) - network.f(p_end[i])) for i, q in updated.items()]
