"""Hyper-reduced least squares: the residual at a few equations, with weights.

    z^(n+1) = argmin_z sum_{i in rows} w_i r_i(u(z))^2.

A step evaluates the chosen rows of f and of its Jacobian, and the decoder at the entries that these
need: its cost does not depend on n.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mornet.checks import require_columns, require_entries
from mornet.errors import DataError, DivergenceError, OptionError, ShapeError, counted
from mornet.fom.model import MassModel, Model, Rows, RowsModel
from mornet.fom.stages import Stage
from mornet.linalg import non_negative, range_basis, truncation_rank
from mornet.records import Array, Indices
from mornet.reduction.at_rows import at_rows
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

    def size(self, u: Array) -> float:
        """Return ||u||_2 of a state at the entries."""
        return float(np.linalg.norm(u))

    def problem(self, stage: Stage) -> Problem:
        """Return sqrt(w) r at the rows, its derivative, and its second-order terms."""
        trial, rows, root = self.trial, self.rows, np.sqrt(self.weights)
        here, needed = self._places
        known = stage.v[here] + stage.explicit(rows.f, stage.v[needed])

        def residual(z: Array) -> Array:
            u = trial.state(z)
            return root * (u[here] - known - stage.tau * rows.f(stage.t, u[needed]))

        def derivative(z: Array) -> Array:
            J = trial.jacobian(z)
            along = rows.jacobian(stage.t, trial.state(z)[needed]) @ J[needed]
            return np.asarray(root[:, None] * (J[here] - stage.tau * along))

        def second_order(z: Array, r: Array) -> Array:
            u, g = trial.state(z), root * r

            def gradient(w: Array) -> Array:
                """Return the derivative of r by the entries w, transposed, times r."""
                pulled = np.zeros(trial.n)
                np.add.at(pulled, here, g)
                pulled[needed] -= stage.tau * (rows.jacobian(stage.t, w[needed]).T @ g)
                return pulled

            bent = curvature(trial, z, gradient(u))
            return bent + second_order_terms(gradient, u, trial.jacobian(z))

        return Problem(residual, derivative, second_order)

    @cached_property
    def _places(self) -> tuple[Indices, Indices]:
        """Where the rows, and the entries that they need, stand in a state (k,)."""
        entries = entries_of(self.rows)
        return np.searchsorted(entries, self.rows.rows), np.searchsorted(entries, self.rows.needed)


def entries_of(rows: Rows) -> Indices:
    """Return the entries of a state (k,), ascending, that the residual at the rows depends on."""
    return np.union1d(rows.needed, rows.rows)


def sampled(model: Model, trial: Trial, rows: Indices, weights: Array) -> SampledLeastSquares:
    """Return the least-squares model of ``model`` at the ``rows`` (m,), with ``weights`` (m,).

    Raises OptionError for a model that cannot evaluate chosen rows, or has a mass matrix, for a
    decoder that cannot, for fewer rows than codes, and for rows that are not different ones of 0 to
    n - 1; ShapeError for another number of weights; DataError for weights that are not positive.
    """
    require_entries("rows", rows, model.n)
    if np.shape(weights) != np.shape(rows):
        raise ShapeError(f"{len(rows)} rows need as many weights, not {np.shape(weights)}")
    if not (np.isfinite(weights).all() and np.all(np.asarray(weights) > 0)):
        raise DataError("the weights of the rows must be positive and finite")
    if len(rows) < trial.r:
        raise OptionError(
            f"{counted(len(rows), 'equation')} cannot determine {counted(trial.r, 'code entry')}: "
            "choose more of them, as by a smaller tolerance of the cells"
        )
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
    return SmoothTrial(at_rows(trial.reduction, entries), shift, scale)


COMPRESSION = (1.0, 0.1, 0.01)
"""Parts of the tolerance that the compression may lose; the next one where that was too much."""
MOST_FOR_SVD = 2000
"""Sums and equations, the fewer of both, up to which the SVD of all contributions is computed."""


def energy_conserving(
    G: Array, tolerance: float, total: Array | None = None
) -> tuple[Indices, Array]:
    """Return rows (m,) and weights (m,) > 0 with ||G_rows w - total|| <= tolerance ||total||.

    The compression of G may add as much to the error once more.
    Column i of ``G`` (p, n) is what equation i contributes to p sums, such as J_i^T r_i at states
    of training. ``total`` (p,) is G 1, or the sums over further equations too, to which G has no
    columns. G is compressed by its SVD to q rows with the relative ``tolerance``; non-negative
    least squares then needs at most q weights (C. Farhat, T. Chapman, P. Avery, Int. J. Numer.
    Methods Eng. 102, 2015; J. Hernandez, M. Caicedo, A. Ferrer, Comput. Methods Appl. Mech. Eng.
    313, 2017). A random basis of the sums comes before the SVD where there are thousands of them.
    Raises ShapeError where sizes do not fit, OptionError unless 0 < tolerance < 1, DataError for a
    G or total that is zero or not finite, DivergenceError if no weights reach the tolerance.
    """
    whole = _sums(G, tolerance, total)
    size = float(np.linalg.norm(whole))
    for W, A in _compressions(G, tolerance):
        b = A.sum(axis=1) if total is None else W.T @ whole
        rows, weights = non_negative(A, b, tolerance * float(np.linalg.norm(b)))
        error = float(np.linalg.norm(G[:, rows] @ weights - whole))
        if error <= 2 * tolerance * size:
            return rows, weights
    raise DivergenceError(
        f"weights of {counted(G.shape[1], 'equation')} reproduce the sums to a relative error of "
        f"{error / size:.3g}, not of {tolerance:g}: give more equations, or a larger tolerance"
    )


def _sums(G: Array, tolerance: float, total: Array | None) -> Array:
    """Return the sums (p,) to be reproduced; raise as `energy_conserving` does."""
    if not 0 < tolerance < 1:
        raise OptionError(f"tolerance = {tolerance} must be greater than 0 and less than 1")
    require_columns("the contributions G", G)
    whole = G.sum(axis=1) if total is None else total
    if np.shape(whole) != (len(G),):
        raise ShapeError(f"G has {len(G)} sums, but total has the shape {np.shape(whole)}")
    for a in (G, whole):
        if not np.isfinite(a).all() or not np.any(a):
            raise DataError("the contributions of the equations are zero or not finite")
    return whole


def _compressions(G: Array, tolerance: float) -> Iterator[tuple[Array, Array]]:
    """Yield orthonormal columns W (p, q) and A = W^T G, with ||G - W A|| <= part * tolerance ||G||.

    The parts are those of `COMPRESSION`, of one SVD where G is small. Otherwise the random basis
    may lose half of the tolerance, and the SVD of what is in it the rest.
    """
    small = min(G.shape) <= MOST_FOR_SVD
    of_all = np.linalg.svd(G, full_matrices=False) if small else None
    for part in COMPRESSION:
        if of_all is None:
            yield _in_random_basis(G, part * tolerance)
        else:
            W, s, Vt = of_all
            q = truncation_rank(s, part * tolerance)
            yield W[:, :q], s[:q, None] * Vt[:q]


def _in_random_basis(G: Array, tolerance: float) -> tuple[Array, Array]:
    norm = float(np.linalg.norm(G))
    basis, B = range_basis(G, tolerance / 2, np.random.default_rng(0))
    W, s, Vt = np.linalg.svd(B, full_matrices=False)
    lost = max(norm**2 - float(np.linalg.norm(B)) ** 2, 0.0)
    q = truncation_rank(s, max((tolerance * norm) ** 2 - lost, 0.0) ** 0.5, 1.0)
    return (basis @ W)[:, :q], s[:q, None] * Vt[:q]


def contributions(problem: Problem, z: Array) -> Array:
    """Return the r numbers (r, n) that each residual contributes to J^T r at the code ``z``."""
    return np.asarray(problem.derivative(z).T * problem.residual(z))
