"""Least-squares models of steady states: the residual f(u) is least over the trial manifold.

    z = argmin_z sum_{i in rows} w_i f_i(u(z))^2.

With all rows and weights one it is the least-squares model, with few rows the hyper-reduced one.
"""

from __future__ import annotations

import numpy as np

from mornet.fom.model import Rows
from mornet.records import Array
from mornet.rom.gauss_newton import Problem
from mornet.rom.least_squares import second_order_terms
from mornet.rom.sampled import entries_of, trial_at
from mornet.rom.trial import Trial, curvature


def steady_problem(rows: Rows, trial: Trial, weights: Array | None = None) -> Problem:
    """Return sqrt(w) f(u(z)) at the ``rows``, its derivative, and its second-order terms.

    ``trial`` has whole states, and `minimise` finds the code. ``weights`` (m,) are one unless
    given.
    """
    trial = trial_at(trial, entries_of(rows))
    needed = np.searchsorted(entries_of(rows), rows.needed)
    root = np.ones(len(rows.rows)) if weights is None else np.sqrt(weights)

    def residual(z: Array) -> Array:
        return root * rows.f(0.0, trial.state(z)[needed])

    def derivative(z: Array) -> Array:
        J = rows.jacobian(0.0, trial.state(z)[needed]) @ trial.jacobian(z)[needed]
        return np.asarray(root[:, None] * J)

    def second_order(z: Array, r: Array) -> Array:
        u, g = trial.state(z), root * r

        def gradient(w: Array) -> Array:
            """Return the derivative of f by the entries w, transposed, times g."""
            pulled = np.zeros(trial.n)
            pulled[needed] = rows.jacobian(0.0, w[needed]).T @ g
            return pulled

        bent = curvature(trial, z, gradient(u))
        return bent + second_order_terms(gradient, u, trial.jacobian(z))

    return Problem(residual, derivative, second_order)
