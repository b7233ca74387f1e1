"""The branch p*(t) of stationary points, grad J(p*(t); D(t)) = 0, continued from the trained p*(0).

It is what updates are measured against. Training again from scratch is not: it ends in some other
minimum, at a distance that has nothing to do with t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.errors import DivergenceError, OptionError
from mornet.perturbation.base_point.interface import tangent
from mornet.perturbation.data.paths import DataPath
from mornet.records import Array, array
from mornet.training.newton import TOLERANCE, BasePoint, newton

CAUSES = {
    "tolerance": "H stays definite, but Newton does not reach its tolerance: loosen "
    "gradient_tolerance, or scale the data",
    "fold": "a fold, where H loses definiteness and this minimum ceases to exist: take smaller t",
    "bifurcation": "a bifurcation, where H loses definiteness and the branch goes on as a saddle "
    "(a symmetry breaks; are two units equal?): take smaller t",
}


class BranchEndError(DivergenceError):
    """A branch that was lost at ``t``; ``cause`` is "fold", "bifurcation" or "tolerance"."""

    def __init__(self, message: str, t: float, cause: str) -> None:
        super().__init__(message)
        self.t = t
        self.cause = cause


@dataclass(frozen=True, eq=False)
class Branch:
    """Minima p*(t) at the values ``t``, one per row of ``p``."""

    kind: ClassVar[str] = "branch"
    t: Array = array("t", about="size of the perturbation")
    p: Array = array("t", "entry", about="parameters p*(t)")
    gradient_norm: Array = array("t", about="||grad J||, round-off")
    distance: Array = array("t", about="||H^-1 grad J||, error of p*(t) to first order")
    smallest_eigenvalue: Array = array("t", about="of the Hessian, 0 at a fold")


def continue_branch(
    path: DataPath,
    base: BasePoint,
    t: Sequence[float] | Array,
    *,
    max_correction: float = 2e-3,
    gradient_tolerance: float = 1e-14,
) -> Branch:
    """Return the branch from ``base``, the minimum at t = 0, at the ascending values ``t`` >= 0.

    Predictor p + dt p' with p' = -H^{-1} g_t, corrector Newton to round-off, that is at least
    ||g|| <= ``gradient_tolerance`` (1 + ||g_t||). A step is halved unless it arrives at a minimum
    no further than ``max_correction`` (1 + ||p||) from its prediction, so that no other branch is
    caught.

    Raises OptionError for values out of order or a base that is not stationary on the path,
    BranchEndError (a DivergenceError) where H loses definiteness (a fold, in which the branch ends,
    or a bifurcation) and where Newton does not reach its tolerance.
    """
    ts = np.asarray(t, dtype=float)
    if ts.ndim != 1 or not ts.size or ts[0] < 0 or np.any(np.diff(ts) <= 0):
        raise OptionError(f"t = {ts.tolist()} must be ascending from 0 on; to go back, negate F")
    off = float(np.linalg.norm(base.solve(path.start.gradient(base.p))))
    if not base.definite or off > TOLERANCE * (1 + np.linalg.norm(base.p)):
        raise OptionError(
            f"base is no minimum of the path's objective at t = 0: ||H^-1 g|| = {off:.1e}, "
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
    """Return the minimum at ``target``, predicted from ``point`` at ``t``, or None if too far."""
    g_t = path.gradient_rate(point.p, t)
    predicted = point.p - (target - t) * point.solve(g_t)
    try:
        arrived = newton(path.objective(target), predicted)
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

    Where an eigenvalue vanishes, with the eigenvector v, p' = -H^{-1} g_t grows without bound if
    v^T g_t is not zero: a fold. If it is (v breaks a symmetry that the data keep, such as two equal
    units), p' stays finite and the branch goes on as a saddle: a bifurcation.
    """
    low, low_at_0 = point.eigenvalues[0], base.eigenvalues[0]
    g_t = path.gradient_rate(point.p, reached)
    driven = abs(point.eigenvectors[:, 0] @ g_t) > 1e-8 * np.linalg.norm(g_t)
    kind = "tolerance" if low > 0.1 * low_at_0 else "fold" if driven else "bifurcation"
    message = (
        f"the branch is lost at t = {reached:.6g}, before t = {goal:.6g}: the smallest eigenvalue "
        f"of H is {low:.1e} there ({low_at_0:.1e} at t = 0) and ||p'|| = "
        f"{np.linalg.norm(tangent(point, path, reached)):.1e}; {CAUSES[kind]}"
    )
    return BranchEndError(message, reached, kind)
