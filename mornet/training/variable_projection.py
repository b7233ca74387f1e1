"""Variable projection: a linear last layer is eliminated, and J depends on the others only.

With the hidden parameters q fixed, f = C phi(x; q), C = [W^[L] b^[L]], phi = [a^[L-1]; 1], is
linear in C, and the best C(q) is the solution of a linear least-squares problem. The function of q

    J(q) = min_C J(q, C),    grad J(q) = dJ/dq at C = C(q),

has fewer parameters and is better conditioned (G. H. Golub and V. Pereyra, SIAM J. Numer. Anal.
10(2), 1973). Its Gauss-Newton matrix in the form of L. Kaufman (BIT 15, 1975) projects the Jacobian
onto the complement of the columns that C spans, which is the Schur complement

    G_qq - G_qC G_CC^{-1} G_Cq

of the Gauss-Newton matrix of all parameters. For a linear autoencoder a sweep of alternating least
squares is such a step, undamped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mornet.errors import DataError, OptionError
from mornet.nn import Dense, Network
from mornet.records import Array, Indices
from mornet.training.gauss_newton import last_layer_columns
from mornet.training.least_squares import iterate
from mornet.training.objective import Objective
from mornet.training.optimiser import State
from mornet.training.solution import Solution


@dataclass(frozen=True, eq=False)
class ReducedObjective:
    """J(q) = min over the last layer of ``objective``, for the parameters q of the layers below it.

    It has what `LevenbergMarquardt` needs, and a gradient for any other method. Sample weights and
    decay are those of the objective. Raises OptionError if the last layer is not
    dense and linear, or if there is no other layer.
    """

    objective: Objective

    def __post_init__(self) -> None:
        net = self.objective.net
        self.objective.require_squares("variable projection")
        if net.activations[-1] != "identity" or net.depth < 2:
            raise OptionError(
                "variable projection needs a hidden layer and a linear last one, not activations "
                f"{net.activations}"
            )
        if not isinstance(net.blocks[-1].map, Dense):
            raise OptionError(
                f"variable projection needs a dense last layer, not {net.blocks[-1].map}"
            )
        if np.any(self.objective.samples()[2] < 0):
            raise DataError("negative sample weights have no least-squares problem")

    @property
    def hidden(self) -> Network:
        """The layers below the last one, whose parameters are q."""
        return self.objective.net.split(self.objective.net.depth - 1)[0]

    def lift(self, q: Array) -> Array:
        """Return p (P,): q and the best last layer for q.

        If columns of phi are linearly dependent to round-off, it is the best layer of least norm.
        """
        objective, h = self.objective, self.hidden.size
        p = np.empty(objective.net.size, q.dtype)
        p[:h] = q
        _, y, w = objective.samples()
        target = (y * np.sqrt(w)).T
        C = np.empty((y.shape[0], self._columns().shape[1]), q.dtype)
        for of, U, s, Vt in self._factors(q):
            C[of] = (Vt.T @ ((U[: objective.N].T @ target[:, of]) / s[:, None])).T
        p[self._columns()] = C
        return p

    def value(self, q: Array) -> float:
        """Return J(q)."""
        return self.objective.value(self.lift(q))

    def value_and_gradient(self, q: Array) -> tuple[float, Array]:
        """Return J(q) and its gradient dJ/dq, as dJ/dC = 0 at the best C."""
        value, g = self.objective.value_and_gradient(self.lift(q))
        return value, g[: q.size]

    def gauss_newton(self, q: Array) -> tuple[Array, Array]:
        """Return Kaufman's Gauss-Newton matrix of J(q), and the gradient."""
        h, columns = q.size, self._columns()
        G, g = self.objective.gauss_newton(self.lift(q))
        S = np.array(G[:h, :h], order="F")
        for of, _, s, Vt in self._factors(q):
            for k in columns[of]:  # J_q^T U for the orthonormal basis U of the columns of phi
                B = (G[:h, k] @ Vt.T) / s
                S -= B @ B.T
        return S, g[:h]

    def _columns(self) -> Indices:
        """Return the places in p of each output's row of the last layer (n_L, q)."""
        return self.hidden.size + last_layer_columns(self.objective.net)

    def _factors(self, q: Array) -> list[tuple[Indices, Array, Array, Array]]:
        """Return outputs that share a decay, with the SVD of sqrt(w) phi^T above sqrt(decay).

        Singular values that are round-off are left out.
        """
        objective = self.objective
        x, _, w = objective.samples()
        phi = self.hidden.forward(q, x)
        if objective.net.bias[-1]:
            phi = np.vstack([phi, np.ones(objective.N, q.dtype)])
        decay = np.broadcast_to(objective.decay, objective.net.size)[self._columns()]
        rows, of_row = np.unique(decay, axis=0, return_inverse=True)
        factors: list[tuple[Indices, Array, Array, Array]] = []
        for i, row in enumerate(rows):
            A = (phi * np.sqrt(w)).T
            if row.any():
                A = np.vstack([A, np.diag(np.sqrt(row))])
            U, s, Vt = np.linalg.svd(A, full_matrices=False)
            keep = s > max(A.shape) * np.finfo(A.dtype).eps * s[0]
            factors.append((np.flatnonzero(of_row.ravel() == i), U[:, keep], s[keep], Vt[keep]))
        return factors


def fit_variable_projection(
    objective: Objective,
    p: Array,
    *,
    steps: int = 400,
    tolerance: float = 1e-10,
    goal: float = 0.0,
    state: State | None = None,
) -> Solution:
    """Return the parameters that Levenberg-Marquardt on the hidden layers reaches from ``p``.

    The last layer must be dense and linear. It is the best one at every step, so the last layer of
    ``p`` has no influence. Stopping, ``state`` and history are those of `fit_least_squares`. The
    linear problems for the last layer are not counted. Raises OptionError for other networks,
    DataError for negative weights, DivergenceError if J(p) is not finite.
    """
    reduced = ReducedObjective(objective)
    q = np.array(p[: reduced.hidden.size])
    outputs = objective.net.widths[-1]
    q, history, reason = iterate(reduced, q, outputs, steps, tolerance, goal, state)
    return Solution(reduced.lift(q), history, reason)
