"""Matrices B that replace H in an update. They lower error_order to 1: most are negative controls.

A substitute is a frozen value with ``solver(objective, p)``, which returns b -> B^{-1} b for B at
p. Where a substitute may be given, None means the exact, gauge-fixed H.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from scipy.linalg import cho_factor, cho_solve, lu_factor, lu_solve

from mornet.perturbation.base_point.interface import Solve
from mornet.perturbation.work import Counts
from mornet.records import Array
from mornet.settings import NotNegative, NotNegativeInteger, Settings
from mornet.training import Objective
from mornet.training.newton import quadratic_model
from mornet.training.symmetries import orbit

DENSE = Counts(hessians=1)
"""A dense P x P matrix; J^T J takes as many products as H."""


class HessianSubstitute(Protocol):
    """A matrix B in place of H."""

    @property
    def name(self) -> str:
        """The name in results and figures."""
        ...

    @property
    def counts(self) -> Counts:
        """The work of forming B and factorising it."""
        ...

    def solver(self, objective: Objective, p: Array) -> Solve:
        """Return b -> B^{-1} b, for B at ``p`` (P,)."""
        ...


def solver_of(substitute: HessianSubstitute | None, objective: Objective, p: Array) -> Solve:
    """Return the solver of ``substitute``, or of the exact gauge-fixed H for None."""
    return (
        quadratic_model(objective, p).solve
        if substitute is None
        else substitute.solver(objective, p)
    )


@dataclass(frozen=True)
class GaussNewton:
    """B = J^T J for the Jacobian J of the residual with the decay.

    It is H without the second derivatives of the network.
    """

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
class Damped(Settings):
    """B = H + mu I with mu = ``damping``.

    At small t the error of the update is a constant times the error without an update.
    """

    damping: float
    counts: ClassVar[Counts] = DENSE

    @property
    def name(self) -> str:
        return f"damped {self.damping:.0e}"

    def solver(self, objective: Objective, p: Array) -> Solve:
        factor = lu_factor(objective.hessian(p) + self.damping * np.eye(p.size))
        return lambda b: np.asarray(lu_solve(factor, b))


@dataclass(frozen=True)
class PseudoInverse(Settings):
    """The pseudo-inverse of H without its eigenvalues of smallest modulus.

    It leaves out the ``nullity`` smallest eigenvalues, and all whose modulus is at most ``rcond``
    times the largest. A nullity that is known from the symmetry is right for H at the base. A
    cut-off ``rcond`` is a guess.
    """

    rcond: NotNegative = 0.0
    nullity: NotNegativeInteger = 0
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
