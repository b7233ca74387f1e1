"""Predictions with one sample left out, without training again: leverages, proximal objective."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mornet.errors import DivergenceError
from mornet.nn.curvature import output_jacobian
from mornet.perturbation.base_point.interface import Solve
from mornet.records import Array
from mornet.training import Objective


def leverages(objective: Objective, p: Array) -> Array:
    """Return the diagonal blocks (N, n_L, n_L) of the hat matrix J (J^T W J + N Lambda)^{-1} J^T W.

    The sum of their traces is the effective number of parameters. Raises numpy.linalg.LinAlgError
    if the Gauss-Newton matrix is singular; weight decay makes it regular.
    """
    R = objective.jacobian(p)
    J = output_jacobian(objective.net, p, objective.x)
    w = np.ones(objective.N) if objective.weights is None else objective.weights
    inner = np.linalg.solve(R.T @ R, J.T).T.reshape(objective.N, -1, p.size)
    blocks = inner @ np.swapaxes(J.reshape(inner.shape), 1, 2)
    return np.asarray(blocks * (w / objective.N)[:, None, None])


def left_out_residuals(objective: Objective, p: Array) -> Array:
    """Return the residuals f(x_i; p_{-i}) - y_i (n_L, N), where p_{-i} is trained without sample i.

    They are predicted as (I - Hat_ii)^{-1} (f(x_i; p) - y_i). This is exact for networks that are
    linear in p, and an approximation of Gauss-Newton type for others. The factor 1/N of J keeps its
    N, and the decay stays.
    """
    e = (objective.net.forward(p, objective.x) - objective.y).T
    rest = np.eye(e.shape[1]) - leverages(objective, p)
    return np.asarray(np.linalg.solve(rest, e[:, :, None])[:, :, 0].T)


def proximal_minimum(
    objective: Objective, p: Array, sample: int, t: float, mu: float, *, steps: int = 50
) -> Array:
    """Return the minimum near ``p`` of the proximal Bregman objective without a part of a sample.

        1/(2N) sum_i w_i ||f(x_i; q) - f(x_i; p)||^2 + mu/2 ||q - p||^2 - t/N w_s C_s(q)

    (J. Bae et al., NeurIPS 2022). C_s is the loss of the ``sample`` s, and ``t`` is the part of w_s
    that is removed. The point p need not be stationary, H need not be definite, and the objective
    has no decay. To first order in t the minimum is the damped Gauss-Newton update `proximal_step`.
    Raises DivergenceError if Newton's method does not converge in ``steps`` steps.
    """
    objective.require_squares("the proximal objective")
    keep = replace(objective, y=objective.net.forward(p, objective.x), decay=0.0)
    less = replace(objective, weights=_only(objective, sample, -t), decay=0.0)
    q, scale = np.array(p), np.inf
    for _ in range(steps):
        g = keep.gradient(q) + less.gradient(q) + mu * (q - p)
        H = keep.hessian(q) + less.hessian(q) + mu * np.eye(p.size)
        step = np.linalg.solve(H, g)
        q = q - step
        before, scale = scale, float(np.linalg.norm(step))
        if scale <= 1e-13 * (1 + np.linalg.norm(p)) or (scale < 1e-9 and scale >= before / 2):
            return q
    raise DivergenceError(
        f"Newton's step still has the norm {scale:.1e} after {steps} steps: take smaller t"
    )


def proximal_step(objective: Objective, p: Array, sample: int, t: float, mu: float) -> Array:
    """Return p + t (G_0 + mu I)^{-1} grad(w_s C_s) / N (P,).

    G_0 is the Gauss-Newton matrix without decay.
    """
    J = replace(objective, decay=0.0).jacobian(p)
    g = replace(objective, weights=_only(objective, sample, 1.0), decay=0.0).gradient(p)
    return np.asarray(p + t * np.linalg.solve(J.T @ J + mu * np.eye(p.size), g))


def self_loss_change(objective: Objective, p: Array, solve: Solve, sample: int) -> float:
    """Return d/dt C_s(p*(t)) at t = 0 for the loss C_s of the ``sample`` s that is removed.

    It is w_s / N grad C_s^T H^{-1} grad C_s; ``solve`` returns H^{-1} b.
    """
    g = replace(objective, weights=_only(objective, sample, 1.0), decay=0.0).gradient(p)
    w = 1.0 if objective.weights is None else float(objective.weights[sample])
    return float(g @ solve(g)) * objective.N / w


def _only(objective: Objective, sample: int, part: float) -> Array:
    """Return weights (N,): that of ``sample`` is ``part`` of its old weight, all others are 0."""
    w = np.zeros(objective.N)
    w[sample] = part if objective.weights is None else part * objective.weights[sample]
    return w
