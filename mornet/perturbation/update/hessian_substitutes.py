"""What may stand for H in an update: mostly negative controls, which lose the order.

Each is a frozen value with ``solver(objective, p)``, which returns b -> B^{-1} b for its matrix B
at p. None in the place of a substitute is the exact, gauge-fixed H.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from scipy.linalg import cho_factor, cho_solve, lu_factor, lu_solve

from mornet.perturbation.base_point.interface import Solve
from mornet.perturbation.work import Counts
from mornet.records import Array
from mornet.training import Objective
from mornet.training.newton import expand
from mornet.training.symmetries import orbit

DENSE = Counts(hessians=1)  # J^T J takes as many products as H


class HessianSubstitute(Protocol):
    """One matrix in the place of H."""

    @property
    def name(self) -> str:
        """What it is called in results and figures."""
        ...

    @property
    def counts(self) -> Counts:
        """What it costs to form and to factorise."""
        ...

    def solver(self, objective: Objective, p: Array) -> Solve:
        """Return b -> B^{-1} b."""
        ...


def solver_of(substitute: HessianSubstitute | None, objective: Objective, p: Array) -> Solve:
    """Return the solver of ``substitute``, or of the exact gauge-fixed H for None."""
    return expand(objective, p).solve if substitute is None else substitute.solver(objective, p)


@dataclass(frozen=True)
class GaussNewton:
    """J^T J of the residual (with the decay): H without the second derivatives of the network."""

    name = "Gauss-Newton"
    counts = DENSE

    def solver(self, objective: Objective, p: Array) -> Solve:
        J = objective.jacobian(p)
        Q = orbit(objective, p)
        G = J.T @ J
        if Q.shape[1]:
            G += np.linalg.norm(G) / np.sqrt(p.size) * (Q @ Q.T)
        factor = cho_factor(G)
        return lambda b: np.asarray(cho_solve(factor, b - Q @ (Q.T @ b)))


@dataclass(frozen=True)
class Damped:
    """H + mu I, mu = ``damping``: at small t its error is that of no update, times a constant."""

    damping: float
    counts: ClassVar[Counts] = DENSE

    @property
    def name(self) -> str:
        return f"damped {self.damping:.0e}"

    def solver(self, objective: Objective, p: Array) -> Solve:
        factor = lu_factor(objective.hessian(p) + self.damping * np.eye(p.size))
        return lambda b: np.asarray(lu_solve(factor, b))


@dataclass(frozen=True)
class PseudoInverse:
    """The pseudo-inverse of H without its smallest eigenvalues in modulus.

    Left out are the ``nullity`` smallest, and all up to ``rcond`` times the largest: a known
    number is sound as long as H is that of the base, a guessed cut-off is not.
    """

    rcond: float = 0.0
    nullity: int = 0
    counts: ClassVar[Counts] = DENSE

    @property
    def name(self) -> str:
        return f"nullity {self.nullity}" if self.nullity else f"cut-off {self.rcond:.0e}"

    def solver(self, objective: Objective, p: Array) -> Solve:
        eigenvalues, V = hessian_eigenpairs(objective, p)
        size = np.abs(eigenvalues)
        kept = (np.argsort(np.argsort(size)) >= self.nullity) & (size > self.rcond * size.max())
        V, inverse = V[:, kept], 1 / eigenvalues[kept]
        return lambda b: np.asarray(V @ (inverse * (V.T @ b)))


def hessian_eigenpairs(objective: Objective, p: Array) -> tuple[Array, Array]:
    """Return the eigenvalues (P,), ascending, and the eigenvectors (P, P) of H, without a gauge."""
    H = objective.hessian(p)
    eigenvalues, V = np.linalg.eigh((H + H.T) / 2)
    return eigenvalues, V
