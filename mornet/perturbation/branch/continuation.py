"""Continuation of the branch p*(t) of stationary points, grad J(p*(t); D(t)) = 0, from p*(0).

Errors of updates are differences to this branch. Training again from scratch is no reference: it
ends in another minimum, whose distance does not depend on t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.errors import DivergenceError, OptionError
from mornet.perturbation.data.paths import DataPath
from mornet.records import Array, array, in_short
from mornet.training.newton import TOLERANCE, BasePoint, newton_refine

CAUSES = {
    "tolerance": "H stays definite, but Newton's method does not reach its tolerance: loosen "
    "gradient_tolerance, or scale the data",
    "fold": "the cause is a fold, where H loses definiteness and this minimum ceases to exist: "
    "take smaller t",
    "bifurcation": "the cause is a bifurcation, where H loses definiteness and the branch goes on "
    "as a saddle (a symmetry breaks; perhaps two units are equal): take smaller t",
}


class BranchEndError(DivergenceError):
    """The branch was lost at ``t``; the ``cause`` is "fold", "bifurcation" or "tolerance"."""

    def __init__(self, message: str, t: float, cause: str) -> None:
        super().__init__(message)
        self.t = t
        self.cause = cause


@dataclass(frozen=True, eq=False)
class Branch:
    """Minima p*(t) at the values ``t``; row i of ``p`` is p*(t_i)."""

    kind: ClassVar[str] = "branch"
    __repr__ = in_short
    t: Array = array("t", about="size of the perturbation")
    p: Array = array("t", "entry", about="parameters p*(t)")
    gradient_norm: Array = array("t", about="||grad J||, of the size of round-off")
    distance: Array = array("t", about="||H^-1 grad J||, the error of p*(t) to first order")
    smallest_eigenvalue: Array = array("t", about="of the Hessian; it is 0 at a fold")


def continue_branch(
    path: DataPath,
    base: BasePoint,
    t: Sequence[float] | Array,
    *,
    max_correction: float = 2e-3,
    gradient_tolerance: float = 1e-14,
) -> Branch:
    """Return the branch at the ascending values ``t`` >= 0, continued from the minimum ``base``.

    The predictor of a step is p + dt p' with p' = -H^{-1} g_t. The corrector is Newton's method; it
    goes on to round-off, at least to ||g|| <= ``gradient_tolerance`` (1 + ||g_t||). A step that
    arrives further than ``max_correction`` (1 + ||p||) from its prediction is halved, so that the
    continuation does not change to another branch.

    Raises OptionError if ``t`` does not ascend or ``base`` is not stationary at t = 0;
    BranchEndError, which is a DivergenceError, where H loses definiteness (the branch ends in a
    fold, or bifurcates) and where Newton's method does not reach its tolerance.
    """
    ts = np.asarray(t, dtype=float)
    if ts.ndim != 1 or not ts.size or ts[0] < 0 or np.any(np.diff(ts) <= 0):
        raise OptionError(
            f"t = {ts.tolist()} must be ascending from 0 on; for negative t, negate the direction"
        )
    if not isinstance(base, BasePoint):
        raise OptionError(
            f"a branch needs a base point with its Hessian, not a {type(base).__name__}; take one "
            "from find_minimum"
        )
    off = float(np.linalg.norm(base.solve(path.start.gradient(base.p))))
    if not base.definite or off > TOLERANCE * (1 + np.linalg.norm(base.p)):
        raise OptionError(
            f"base is not a minimum of the path's objective at t = 0: ||H^-1 g|| = {off:.1e}, "
            f"smallest eigenvalue {base.eigenvalues[0]:.1e}; take one from find_minimum"
        )
    points: list[BasePoint] = []
    point, reached, dt = base, 0.0, float(ts[-1])
    for goal in map(float, ts):
        while reached < goal:
            target = goal if dt >= goal - reached else reached + dt
            arrived = _step(path, point, reached, target, max_correction, gradient_tolerance)
            if arrived is not None:
                point, reached, dt = arrived, target, 2 * dt
            elif (dt := 0.5 * (target - reached)) < 1e-8 * goal:
                raise _lost(path, base, point, reached, goal)
        points.append(point)
    return Branch(
        t=ts,
        p=np.array([point.p for point in points]),
        gradient_norm=np.array([point.gradient_norm for point in points]),
        distance=np.array([point.distance for point in points]),
        smallest_eigenvalue=np.array([point.eigenvalues[0] for point in points]),
    )


def _step(
    path: DataPath,
    point: BasePoint,
    t: float,
    target: float,
    max_correction: float,
    gradient_tolerance: float,
) -> BasePoint | None:
    """Return the minimum at ``target``, or None if it is too far from its prediction.

    The prediction starts from ``point``, the minimum at ``t``.
    """
    g_t = path.gradient_rate(point.p, t)
    predicted = point.p - (target - t) * point.solve(g_t)
    try:
        arrived = newton_refine(path.objective(target), predicted)
    except DivergenceError:
        return None
    size = 1 + np.linalg.norm(arrived.p)
    near = (
        arrived.definite
        and arrived.distance <= TOLERANCE * size
        and arrived.gradient_norm <= gradient_tolerance * (1 + np.linalg.norm(g_t))
        and np.linalg.norm(arrived.p - predicted) <= max_correction * size
    )
    return arrived if near else None


def _lost(
    path: DataPath, base: BasePoint, point: BasePoint, reached: float, goal: float
) -> BranchEndError:
    """Return the error for a branch that ends between ``reached`` and ``goal``, with its cause.

    Let v be the eigenvector whose eigenvalue vanishes. If v^T g_t is not 0, then p' = -H^{-1} g_t
    grows without bound: a fold. If v^T g_t is 0, then p' stays finite and the branch goes on as a
    saddle: a bifurcation. In this case v breaks a symmetry that the data keep, such as two equal
    units; the computed v^T g_t is rounding, and p' is taken without the direction v, along which
    H^{-1} would amplify it.
    """
    low, low_at_0 = point.eigenvalues[0], base.eigenvalues[0]
    v, g_t = point.eigenvectors[:, 0], path.gradient_rate(point.p, reached)
    driven = abs(v @ g_t) > 1e-6 * np.linalg.norm(g_t)
    kind = "tolerance" if low > 0.1 * low_at_0 else "fold" if driven else "bifurcation"
    kept = g_t - v * (v @ g_t) if kind == "bifurcation" else g_t
    message = (
        f"the branch is lost at t = {reached:.6g}, before t = {goal:.6g}: the smallest eigenvalue "
        f"of H is {low:.1e} there ({low_at_0:.1e} at t = 0) and ||p'|| = "
        f"{np.linalg.norm(point.solve(kept)):.1e}; {CAUSES[kind]}"
    )
    return BranchEndError(message, reached, kind)
