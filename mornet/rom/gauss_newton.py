"""Nonlinear least squares for codes: Gauss-Newton within a cloud, Newton where it stalls.

    min 1/2 ||r(z)||^2        over the codes z in a cloud of training codes, or over all codes.

There are few codes and many residuals. A Gauss-Newton step minimises ||r + J p|| over the steps p
that stay in the cloud: a linear least-squares problem with one quadratic constraint, solved from
the singular values of J. Where steps shrink too slowly, because the manifold is curved and the
residual large, the decoder's second derivative makes the step one of Newton's method.

A whole step may increase ||r||: where the manifold is much more curved along one code than along
others, it leaves a narrow valley, and the next whole step is back in it, far down. A monotone line
search would creep along the valley. The step is therefore kept if the next one makes ||r|| less
than it was before both (the watchdog technique: R. Chamberlain, M. Powell, C. Lemarechal, H.
Pedersen, Math. Program. Study 16, 1982). Otherwise both are taken back, and a line search makes
this step and all that follow decrease ||r||.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from mornet.errors import DivergenceError
from mornet.records import Array
from mornet.rom.cloud import Cloud

EPS = float(np.finfo(float).eps)
STALLED = 0.3
"""Newton's method takes over where a gain is more than this part of the gain before."""
LOCAL = 1e-5
"""A gain below this part of ||r|| changes ||r||^2 by less than rounding may: no line search."""
WELL = 1e-6
"""Least ratio of the squares of the singular values at which J^T J serves instead of J."""
ARMIJO, HALVINGS = 1e-4, 30
FARTHEST = 100.0
"""A step that makes ||r|| more than so many times as large is not followed by another one."""


class Problem(NamedTuple):
    """Residuals r(z) (k,), their derivative (k, r), and the neglected second-order terms.

    ``curvature(z, r)`` returns sum_i r_i d^2 r_i / dz^2 (r, r), or a part of it.
    """

    residual: Callable[[Array], Array]
    derivative: Callable[[Array], Array]
    curvature: Callable[[Array, Array], Array]


@dataclass(frozen=True, eq=False)
class Quadratic:
    """The model 1/2 sum_i s_i^2 x_i^2 + g_i x_i of the objective in principal coordinates x.

    The step is p = axes x, and ``y`` (r,) is where the step starts in the coordinates of the cloud.
    """

    axes: Array
    squares: Array
    g: Array
    y: Array

    def step(self, radius: float) -> Array:
        """Return the minimiser p (r,) over the steps with ||y + p|| <= radius.

        A direction along which the model is flat is left alone, unless the constraint needs it.
        """
        flat = self.squares <= len(self.g) * EPS**2 * self.squares.max(initial=0.0)
        x = np.where(flat, 0.0, -self.g / np.where(flat, 1.0, self.squares))
        y = self.axes.T @ self.y
        radius = max(radius, float(np.linalg.norm(y)))
        if np.linalg.norm(y + x) <= radius:
            return self.axes @ x
        free = self.squares * y - np.where(flat, 0.0, self.g)

        def end(penalty: float) -> Array:
            return free / (self.squares + penalty)

        most = float(np.linalg.norm(free)) / radius
        least = most * EPS
        if np.linalg.norm(end(least)) <= radius:
            return self.axes @ (end(least) - y)
        penalty = brentq(
            lambda q: np.linalg.norm(end(q)) - radius, least, most, xtol=least * EPS, rtol=4 * EPS
        )
        reached = end(penalty)
        return np.asarray(self.axes @ (reached * (radius / np.linalg.norm(reached)) - y))


@dataclass(frozen=True, eq=False)
class Move:
    """A step ``p`` (r,) from the code ``z`` with the residual ``r`` (k,), and ``Jp`` = J p."""

    z: Array
    r: Array
    p: Array
    Jp: Array

    def enough(self, new: Array, part: float = 1.0) -> bool:
        """Return whether the residual ``new`` after a ``part`` of the step is sufficiently less.

        A step that changes ||r|| too little to be seen is taken as it is.
        """
        f, slope = float(self.r @ self.r) / 2, min(float(self.r @ self.Jp), 0.0)
        seen = np.linalg.norm(self.Jp) > LOCAL * np.sqrt(2 * f)
        slack = f * (8 * EPS if seen else LOCAL**2)
        return float(new @ new) / 2 <= f + ARMIJO * part * slope + slack

    def whole(self, problem: Problem, cloud: Cloud | None) -> tuple[Array, Array] | None:
        """Return code and residual after the whole step, or after it and the next one.

        None if neither makes ||r|| sufficiently less.
        """
        z = self.z + self.p
        r = problem.residual(z)
        if self.enough(r):
            return z, r
        if not np.linalg.norm(r) <= FARTHEST * np.linalg.norm(self.r):
            return None
        J = problem.derivative(z)
        if not np.isfinite(J).all():
            return None
        z = z + _gauss_newton_step(J, r, z, cloud)
        r = problem.residual(z)
        return (z, r) if self.enough(r) else None

    def shortened(self, residual: Callable[[Array], Array], k: int) -> tuple[Array, Array]:
        """Return the first of z + p, z + p/2, ... with sufficiently less ||r||, and its residual.

        Raises DivergenceError if there is none; it names the iteration ``k``.
        """
        part = 1.0
        for _ in range(HALVINGS):
            moved = self.z + part * self.p
            new = residual(moved)
            if self.enough(new, part):
                return moved, new
            part /= 2
        size = float(np.linalg.norm(self.r))
        raise DivergenceError(
            f"no step along the direction of iteration {k + 1} decreases ||r|| = {size:.3e}"
        )


def minimise(
    problem: Problem,
    z: Array,
    *,
    tolerance: float,
    iterations: int,
    cloud: Cloud | None = None,
) -> Array:
    """Return the z (r,) of a least ||r||, from the start ``z``.

    The iteration stops where a Gauss-Newton step would change the residual by at most
    ``tolerance``: ||J p|| <= tolerance. For as many residuals as unknowns, this is Newton's rule
    ||r|| <= tolerance. The first step is taken however small it is (`mornet.fom.stages.newton`). A
    start outside the ``cloud`` may stay as far outside as it is.

    Raises DivergenceError if a residual or a Jacobian is not finite, if no step decreases ||r||,
    or if the rule is not met after ``iterations`` steps; the message has the last gain ||J p||.
    """
    r, before, stalled, bold = _finite(problem.residual(z), 0), np.inf, False, True
    for k in range(iterations + 1):
        J = _finite(problem.derivative(z), k)
        p = _gauss_newton_step(J, r, z, cloud)
        gain = float(np.linalg.norm(J @ p))
        if gain <= tolerance:
            return z if k else z + p
        if k == iterations:
            break
        stalled = stalled or gain > STALLED * before
        if stalled:
            p = _newton_step(J, r, problem.curvature(z, r), z, cloud)
        move = Move(z, r, p, J @ p)
        found = move.whole(problem, cloud) if bold and not stalled else None
        bold = bold and found is not None
        z, r = found or move.shortened(problem.residual, k)
        before = gain
    raise DivergenceError(
        f"the least-squares residual ||r|| = {np.linalg.norm(r):.3e} could still change by "
        f"{gain:.3e} after {iterations} iterations, not by at most {tolerance:.3e}"
    )


def _gauss_newton_step(J: Array, r: Array, z: Array, cloud: Cloud | None) -> Array:
    """Return the step p (r,) that makes ||r + J p|| least, within the cloud."""
    S = None if cloud is None else cloud.scaled_axes
    s, Vt, b = _singular_values(J if S is None else J @ S, r)
    kept = s > max(J.shape) * EPS * s.max()
    if S is None or cloud is None:
        return np.asarray(-Vt[kept].T @ (b[kept] / s[kept]))
    s = np.where(kept, s, 0.0)
    model = Quadratic(Vt.T, s**2, s * b, cloud.coordinates(z))
    return np.asarray(S @ model.step(cloud.radius))


def _singular_values(J: Array, r: Array) -> tuple[Array, Array, Array]:
    """Return s, V^T and W^T r of the SVD J = W diag(s) V^T.

    They come from J^T J, at a small part of the work, if J is well conditioned: their relative
    errors are eps (s_max / s_min)^2 at most, 1e-10 by WELL, and no iteration sees them.
    """
    squares, V = np.linalg.eigh(J.T @ J)
    if squares[0] > WELL * squares[-1]:
        s = np.sqrt(squares)
        return s, V.T, V.T @ (J.T @ r) / s
    W, s, Vt = np.linalg.svd(J, full_matrices=False)
    return s, Vt, W.T @ r


def _newton_step(J: Array, r: Array, C: Array, z: Array, cloud: Cloud | None) -> Array:
    """Return the step of Newton's method, with the moduli of the eigenvalues of the Hessian."""
    S = np.eye(len(z)) if cloud is None else cloud.scaled_axes
    y = np.zeros(len(z)) if cloud is None else cloud.coordinates(z)
    radius = np.inf if cloud is None else cloud.radius
    squares, axes = np.linalg.eigh(S.T @ (J.T @ J + C) @ S)
    g = axes.T @ (S.T @ (J.T @ r))
    return np.asarray(S @ Quadratic(axes, np.abs(squares), g, y).step(radius))


def _finite(a: Array, k: int) -> Array:
    if not np.isfinite(a).all():
        raise DivergenceError(f"the residual or its derivative is not finite in iteration {k + 1}")
    return a
