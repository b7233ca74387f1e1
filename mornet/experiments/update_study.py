"""How accurate updates of the trained ten-point network are when its targets move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.errors import DataError
from mornet.experiments.ten_points import grid, network, points
from mornet.nn import Network, normal
from mornet.perturbation import (
    UPDATES,
    DataPath,
    follow,
    measure_slope,
    tangent,
)
from mornet.records import Array, Indices, array
from mornet.settings import Count, NotNegative, Positive, Seed
from mornet.training import BasePoint, Minima, Objective, multi_start

HALF_DECADES = tuple(float(f"{10 ** (k / 2):.10g}") for k in range(-9, -1))
"""3.16e-5, 1e-4, ..., 1e-1: for both decays all errors stand well above round-off."""


@dataclass(frozen=True, eq=False)
class UpdateStudy:
    """Updates of a trained network after its targets move by t F.

    ``error`` is the root mean square difference, over a grid of inputs, between the outputs of the
    updated network and those of the network on the continued branch of stationary points.
    """

    kind: ClassVar[str] = "update_study"
    network: Network
    decay: float
    seed: int
    starts: int
    p: Array = array("entry", about="the stationary point that is updated")
    cost: float = array(about="J at p")
    gradient_norm: float = array(about="||grad J(p)||, round-off where p is stationary")
    distance: float = array(about="||H^-1 grad J(p)||, to first order how far the minimum is")
    eigenvalues: Array = array("eigenvalue", about="of the Hessian at p, ascending")
    minima: Array = array("minimum", about="J of all distinct minima found, ascending")
    hits: Indices = array("minimum", about="number of starts that ended in each")
    F: Array = array("category", "point", about="direction of the targets, ||F||_F = 1")
    t: Array = array("t", about="size of the perturbation")
    branch: Array = array("t", "entry", about="parameters on the continued branch")
    branch_gradient_norm: Array = array("t", about="||grad J|| on the branch")
    branch_distance: Array = array("t", about="||H^-1 grad J|| on the branch")
    smallest_eigenvalue: Array = array("t", about="of the Hessian on the branch, 0 at a fold")
    method: tuple[str, ...] = array("method")
    order: Indices = array("method", about="order of accuracy that theory promises")
    gradients: Indices = array("method", about="gradients that one update costs")
    hessians: Indices = array("method", about="Hessians, with factorisation, that one update costs")
    solves: Indices = array("method", about="solves with a factorised Hessian, for one update")
    error: Array = array("method", "t", about="rms difference of outputs to the branch's")
    parameter_error: Array = array("method", "t", about="||q - p*(t)||")
    residual: Array = array("method", "t", about="||grad J|| at the updated parameters")
    floor: float = array(about="round-off of an error, eps cond(H)^(1/2) times the output")
    output: float = array(about="rms of the outputs at p over the grid")
    slope: Array = array("method", about="measured order: median of the local slopes")
    used: Indices = array("method", "t", about="1 where the point counts for the slope")


def update_study(
    *,
    decay: Positive = 1e-3,
    t: tuple[Positive, ...] = HALF_DECADES,
    seed: Seed = 0,
    starts: Count = 200,
    scale: Positive = 2.0,
    minimum: NotNegative | None = None,
    grid_points: Count = 21,
) -> UpdateStudy:
    """Return errors and orders of all updates as the ten targets move by t F, for ascending ``t``.

    The base is the lowest minimum that damped Newton finds from ``starts`` normal starts of the
    given ``scale``, or the one with J = ``minimum`` (to 1e-9, relative). F is a random direction
    with ||F||_F = 1; ``seed`` seeds both. Errors are rms differences of the outputs, over a grid
    of ``grid_points`` in each direction of the unit square, to those on the continued branch.

    Raises DivergenceError if no minimum is found or the branch ends before the last t, DataError
    if no minimum has J = ``minimum``, the base is not stationary enough for the smallest t, or too
    few errors lie between round-off and saturation for a slope, OptionError if t is not ascending.
    """
    net, (x, y) = network(), points()
    of_starts, of_direction = np.random.default_rng(seed).spawn(2)
    F = of_direction.standard_normal(y.shape)
    F /= np.linalg.norm(F)
    path = DataPath(Objective(net, x, y, decay=decay), F)
    minima = multi_start(path.start, (normal(net, of_starts, scale=scale) for _ in range(starts)))
    base = _choose(minima, minimum)
    branch = follow(path, base, t)
    _check_stationary(base, path, t[0])

    at = grid(grid_points)
    f = np.array([net.forward(p, at) for p in branch.p])
    curves = [update.along(base, path) for update in UPDATES]
    q = np.array([[curve(s) for s in t] for curve in curves])
    f_q = np.array([[net.forward(p, at) for p in row] for row in q])
    g_q = [[path.objective(s).gradient(p) for s, p in zip(t, row, strict=True)] for row in q]

    error = _rms(f_q - f)
    output = float(_rms(net.forward(base.p, at)))
    condition = base.eigenvalues[-1] / base.eigenvalues[0]
    floor = float(np.finfo(float).eps * np.sqrt(condition) * output)
    slopes = [measure_slope(branch.t, row, floor=floor, scale=output) for row in error]
    counts = np.array([update.counts for update in UPDATES])
    return UpdateStudy(
        network=net,
        decay=decay,
        seed=seed,
        starts=starts,
        p=base.p,
        cost=base.cost,
        gradient_norm=base.gradient_norm,
        distance=base.distance,
        eigenvalues=base.eigenvalues,
        minima=minima.costs,
        hits=np.array(minima.hits),
        F=F,
        t=branch.t,
        branch=branch.p,
        branch_gradient_norm=branch.gradient_norm,
        branch_distance=branch.distance,
        smallest_eigenvalue=branch.smallest_eigenvalue,
        method=tuple(update.name for update in UPDATES),
        order=np.array([update.order for update in UPDATES]),
        gradients=counts[:, 0],
        hessians=counts[:, 1],
        solves=counts[:, 2],
        error=error,
        parameter_error=np.linalg.norm(q - branch.p, axis=-1),
        residual=np.linalg.norm(g_q, axis=-1),
        floor=floor,
        output=output,
        slope=np.array([slope for slope, _ in slopes]),
        used=np.array([used for _, used in slopes]),
    )


def _choose(minima: Minima, cost: float | None) -> BasePoint:
    """Return the lowest minimum, or the one with J = ``cost`` to nine digits."""
    if cost is None:
        return minima.points[0]
    nearest = int(np.abs(minima.costs - cost).argmin())
    if abs(minima.costs[nearest] - cost) > 1e-9 * cost:
        found = ", ".join(f"{J:.10g}" for J in minima.costs)
        raise DataError(f"no minimum with J = {cost:.10g} among {found}: try more starts")
    return minima.points[nearest]


def _check_stationary(base: BasePoint, path: DataPath, t: float) -> None:
    """Raise DataError unless the base is nearer to its minimum than 1 % of the smallest update."""
    update = t * float(np.linalg.norm(tangent(base, path)))
    if base.distance > 0.01 * update:
        raise DataError(
            f"the base is ||H^-1 g|| = {base.distance:.1e} from its minimum, too far for "
            f"t = {t:g}, which moves it by {update:.1e}: take larger t"
        )


def _rms(a: Array) -> Array:
    """Return the root mean square over the last two axes, outputs and grid points."""
    return np.asarray(np.sqrt(np.mean(a * a, axis=(-2, -1))))
