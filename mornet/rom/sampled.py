"""Hyper-reduced least squares: the residual at a few equations, with weights.

    z^(n+1) = argmin_z sum_{i in rows} w_i r_i(u(z))^2.

A step evaluates the chosen rows of f and of its Jacobian, and the decoder at the entries that these
need: its cost does not depend on n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from mornet.errors import DataError, OptionError, ShapeError
from mornet.fom.model import MassModel, Model, Rows, RowsModel
from mornet.fom.stages import Stage
from mornet.records import Array, Indices
from mornet.reduction.at_rows import at_rows
from mornet.rom.faded import FadedHybrid
from mornet.rom.gauss_newton import Problem
from mornet.rom.least_squares import second_order_terms
from mornet.rom.trial import AffineTrial, SmoothTrial, Trial, curvature


@dataclass(frozen=True, eq=False)
class SampledLeastSquares:
    """The residuals of chosen equations, on a manifold of states at the entries that they need.

    ``rows`` evaluates f at the chosen equations. ``trial`` has the entries of the state (k,) that
    `entries_of` names, and ``weights`` (m,) are those of the squared residuals. `LeastSquaresSteps`
    steps it as it steps `LeastSquares`.
    """

    rows: Rows
    trial: Trial
    weights: Array

    @property
    def n(self) -> int:
        """Degrees of freedom r of the reduced model."""
        return self.trial.r

    def problem(self, stage: Stage) -> Problem:
        """Return sqrt(w) r at the rows, its derivative, and its second-order terms."""
        trial, root = self.trial, np.sqrt(self.weights)
        entries = entries_of(self.rows)
        here = np.searchsorted(entries, self.rows.rows)
        needed = np.searchsorted(entries, self.rows.needed)
        identity = sparse.eye_array(len(entries), format="csr")
        at_here, at_needed = identity[here], identity[needed]

        def residual(z: Array) -> Array:
            u = trial.state(z)
            return root * ((u - stage.v)[here] - stage.tau * self.rows.f(stage.t, u[needed]))

        def matrix(u: Array) -> Any:
            J = sparse.csr_array(self.rows.jacobian(stage.t, u[needed]))
            return sparse.diags_array(root) @ (at_here - stage.tau * (J @ at_needed))

        def derivative(z: Array) -> Array:
            return np.asarray(matrix(trial.state(z)) @ trial.jacobian(z))

        def second_order(z: Array, r: Array) -> Array:
            u, J = trial.state(z), trial.jacobian(z)
            bent = curvature(trial, z, np.asarray(matrix(u).T @ r))
            return bent + second_order_terms(matrix, u, J, r)

        return Problem(residual, derivative, second_order)


def entries_of(rows: Rows) -> Indices:
    """Return the entries of a state (k,), ascending, that the residual at the rows depends on."""
    return np.union1d(rows.needed, rows.rows)


def sampled(model: Model, trial: Trial, rows: Indices, weights: Array) -> SampledLeastSquares:
    """Return the least-squares model of ``model`` at the ``rows`` (m,), with ``weights`` (m,).

    Raises OptionError for a model that cannot evaluate chosen rows, or has a mass matrix, and for a
    decoder that cannot; ShapeError for another number of weights.
    """
    if np.shape(weights) != np.shape(rows):
        raise ShapeError(f"{len(rows)} rows need as many weights, not {np.shape(weights)}")
    chosen = require_rows(model).at_rows(rows)
    return SampledLeastSquares(chosen, trial_at(trial, entries_of(chosen)), weights)


def require_rows(model: Model) -> RowsModel:
    """Return the ``model``; raise OptionError unless it evaluates rows of du/dt = f."""
    if isinstance(model, MassModel) or not isinstance(model, RowsModel):
        raise OptionError(f"{type(model).__name__} does not evaluate chosen rows of its equations")
    return model


def trial_at(trial: Trial, entries: Indices) -> Trial:
    """Return the manifold at the ``entries`` (k,) of the states; its codes are the same."""
    if isinstance(trial, AffineTrial):
        return trial.at(entries)
    if not isinstance(trial, SmoothTrial):
        raise OptionError(f"a {type(trial).__name__} cannot be evaluated at chosen entries")
    shift, scale = (None if a is None else a[entries] for a in (trial.shift, trial.scale))
    reduction = trial.reduction
    if isinstance(reduction, FadedHybrid):
        part: Any = FadedHybrid(at_rows(reduction.hybrid, entries), reduction.cloud)  # type: ignore[arg-type]
    else:
        part = at_rows(reduction, entries)
    return SmoothTrial(part, shift, scale)


def energy_conserving(G: Array, tolerance: float) -> tuple[Indices, Array]:
    """Return rows (m,) and weights (m,) > 0 with ||G_rows w - G 1|| <= tolerance ||G 1||, about.

    Column i of ``G`` (p, n) is what equation i contributes to p sums, such as J_i^T r_i at states
    of training. G is compressed by its SVD to q rows with the relative ``tolerance``; non-negative
    least squares then has a solution with at most q entries, since all weights one solve it (C.
    Farhat, T. Chapman, P. Avery, Int. J. Numer. Methods Eng. 102, 2015; J. Hernandez, M. Caicedo,
    A. Ferrer, Comput. Methods Appl. Mech. Eng. 313, 2017). Raises DataError if G is zero or not
    finite.
    """
    from scipy.optimize import nnls

    if not np.isfinite(G).all() or not np.any(G):
        raise DataError("the contributions of the equations are zero or not finite")
    _, s, Vt = np.linalg.svd(G, full_matrices=False)
    lost = np.sqrt(np.cumsum(s[::-1] ** 2))[::-1]
    q = max(1, int(np.sum(lost > tolerance * np.linalg.norm(s))))
    A = Vt[:q]
    weights, _ = nnls(A, A.sum(axis=1), maxiter=50 * G.shape[1])
    rows = np.flatnonzero(weights > 0)
    return rows, weights[rows]


def contributions(problem: Problem, z: Array) -> Array:
    """Return the r numbers (r, n) that each residual contributes to J^T r at the code ``z``."""
    return np.asarray(problem.derivative(z).T * problem.residual(z))
