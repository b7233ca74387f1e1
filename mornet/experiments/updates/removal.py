"""What happens as one of the ten points leaves: updates at t = 1, and branches that end before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.experiments.updates.trained_networks import ten_point_network
from mornet.linalg import rms
from mornet.nn import Network
from mornet.perturbation import (
    BranchEndError,
    ContinuationSteps,
    Corrected,
    GaussNewton,
    KalmanUpdate,
    NewtonStep,
    NoUpdate,
    Pade,
    Taylor,
    Update,
    continue_branch,
    remove_samples,
    validity_radius,
    work_in_gradients,
)
from mornet.perturbation.update import left_out_residuals, self_loss_change
from mornet.records import Array, Indices, array
from mornet.settings import Count, NotNegative, Positive, Seed

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
)


@dataclass(frozen=True, eq=False)
class RemovalStudy:
    """Leave one out, without training again: errors where the branch reaches t = 1, verdicts else.

    ``error`` is the rms difference of the outputs over a grid to those on the continued branch.
    """

    kind: ClassVar[str] = "removal_study"
    network: Network
    decay: float
    p: Array = array("entry", about="the stationary point that is updated")
    cost: float = array(about="J at p")
    removed: Indices = array("sample", about="the point that leaves, counted from 0")
    reached: Array = array("sample", about="t at which the branch ends, 1 if the point can leave")
    cause: tuple[str, ...] = array("sample", about="why the branch ends")
    radius: Array = array("sample", about="radius of convergence, from coefficients at t = 0")
    exponent: Array = array("sample", about="of the nearest singularity, 0.5 at a fold")
    misfit: Array = array("sample", about="of the ratios to a straight line; large if complex")
    verdict: tuple[str, ...] = array("sample", about="prediction from t = 0 in words")
    leverage_loss: Array = array("sample", about="own cost without it, predicted by leverage")
    influence_loss: Array = array("sample", about="own cost without it, to first order in t")
    possible: Indices = array("gone", about="the points that can leave")
    true_loss: Array = array("gone", about="own cost on the continued branch at t = 1")
    method: tuple[str, ...] = array("method")
    marginal: Array = array("method", about="cost of one update in gradient-equivalents")
    error: Array = array("method", "gone", about="rms difference of outputs to the branch's, t = 1")


def removal_study(
    *,
    decay: NotNegative = 1e-3,
    minimum: NotNegative | None = None,
    seed: Seed = 0,
    starts: Count = 60,
    scale: Positive = 2.0,
    grid_points: Count = 21,
) -> RemovalStudy:
    """Return how each of the ten points leaves the trained network 2-2-3-2.

    The settings are those of the base, as in `update_study`. Raises what finding it raises.
    """
    trained = ten_point_network(
        decay, seed=seed, starts=starts, scale=scale, minimum=minimum, grid_points=grid_points
    )
    objective, base, net = trained.objective, trained.base, trained.objective.net
    N = objective.N
    paths = [remove_samples(objective, [i]) for i in range(N)]
    radii = [validity_radius(base, path) for path in paths]
    reached, cause, ends = np.ones(N), ["none"] * N, {}
    for i, path in enumerate(paths):
        try:
            ends[i] = continue_branch(path, base, [1.0], gradient_tolerance=1e-13).p[0]
        except BranchEndError as end:
            reached[i], cause[i] = end.t, end.cause
    f_end = {i: net.forward(p, trained.x) for i, p in ends.items()}
    costs = 0.5 * np.sum((net.forward(base.p, objective.x) - objective.y) ** 2, axis=0)
    return RemovalStudy(
        network=net,
        decay=decay,
        p=base.p,
        cost=base.cost,
        removed=np.arange(N),
        reached=reached,
        cause=tuple(cause),
        radius=np.array([found.radius for found in radii]),
        exponent=np.array([found.exponent for found in radii]),
        misfit=np.array([found.misfit for found in radii]),
        verdict=tuple(found.describe(f"removing point {i}") for i, found in enumerate(radii)),
        leverage_loss=0.5 * np.sum(left_out_residuals(objective, base.p) ** 2, axis=0),
        influence_loss=costs
        + np.array([self_loss_change(objective, base.p, base.solve, i) for i in range(N)]),
        possible=np.array(sorted(ends)),
        true_loss=np.array(
            [
                0.5 * np.sum((net.forward(p, objective.x) - objective.y)[:, i] ** 2)
                for i, p in sorted(ends.items())
            ]
        ),
        method=tuple(update.name for update in UPDATES),
        marginal=np.array([work_in_gradients(u.counts, base.p.size, N) for u in UPDATES]),
        error=np.array(
            [
                [
                    rms(net.forward(u.along(base, paths[i])(1.0), trained.x) - y)
                    for i, y in sorted(f_end.items())
                ]
                for u in UPDATES
            ]
        ),
    )
