"""How accurate updates of the trained ten-point network are when its targets move."""

from __future__ import annotations

import numpy as np

from mornet.errors import DataError
from mornet.experiments.records import UpdateStudy
from mornet.experiments.ten_points import grid, network, points
from mornet.nn.initialise import normal
from mornet.perturbation import (
    UPDATES,
    BasePoint,
    DataPath,
    Minima,
    follow,
    measure_slope,
    multi_start,
    tangent,
)
from mornet.records import Array
from mornet.settings import Count, NotNegative, Positive, Seed
from mornet.training import Objective

HALF_DECADES = tuple(float(f"{10 ** (k / 2):.10g}") for k in range(-9, -1))
"""3.16e-5, 1e-4, ..., 1e-1: for both decays all errors stand well above round-off."""


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
