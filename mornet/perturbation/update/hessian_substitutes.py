"""What may stand for H in an update: mostly negative controls, which lose the order.

Each is a frozen value with ``solver(objective, p)``, which returns b -> B^{-1} b for its matrix B
at p. None in the place of a curvature is the exact, gauge-fixed H.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from scipy.linalg import cho_factor, cho_solve, lu_factor, lu_solve

from mornet.errors import OptionError
from mornet.nn import Network
from mornet.perturbation.work import Counts
from mornet.records import Array
from mornet.training import Objective
from mornet.training.newton import expand
from mornet.training.symmetries import orbit

Solve = Callable[[Array], Array]
DENSE = Counts(hessians=1)  # J^T J takes as many products as H


class Curvature(Protocol):
    """One matrix in the place of H."""

    @property
    def name(self) -> str:
        """What it is called in results and figures."""
        ...

    @property
    def formed(self) -> Counts:
        """What it costs to form and to factorise."""
        ...

    def solver(self, objective: Objective, p: Array) -> Solve:
        """Return b -> B^{-1} b."""
        ...


def solver_of(curvature: Curvature | None, objective: Objective, p: Array) -> Solve:
    """Return the solver of ``curvature``, or of the exact gauge-fixed H for None."""
    return expand(objective, p).solve if curvature is None else curvature.solver(objective, p)


@dataclass(frozen=True)
class GaussNewton:
    """J^T J of the residual (with the decay): H without the curvature of the network itself."""

    name = "Gauss-Newton"
    formed = DENSE

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
    formed: ClassVar[Counts] = DENSE

    @property
    def name(self) -> str:
        return f"damped {self.damping:.0e}"

    def solver(self, objective: Objective, p: Array) -> Solve:
        factor = lu_factor(objective.hessian(p) + self.damping * np.eye(p.size))
        return lambda b: np.asarray(lu_solve(factor, b))


@dataclass(frozen=True)
class Truncated:
    """The pseudo-inverse of H without its smallest eigenvalues in modulus.

    Left out are the ``nullity`` smallest, and all up to ``rcond`` times the largest: a known
    number is sound as long as H is that of the base, a guessed cut-off is not.
    """

    rcond: float = 0.0
    nullity: int = 0
    formed: ClassVar[Counts] = DENSE

    @property
    def name(self) -> str:
        return f"nullity {self.nullity}" if self.nullity else f"cut-off {self.rcond:.0e}"

    def solver(self, objective: Objective, p: Array) -> Solve:
        eigenvalues, V = _eigh(objective, p)
        size = np.abs(eigenvalues)
        kept = (np.argsort(np.argsort(size)) >= self.nullity) & (size > self.rcond * size.max())
        V, inverse = V[:, kept], 1 / eigenvalues[kept]
        return lambda b: np.asarray(V @ (inverse * (V.T @ b)))


@dataclass(frozen=True, eq=False)
class Subspace:
    """Updates within the range of ``basis`` B (P, k) only: B (B^T H B)^{-1} B^T.

    Order 1 unless B holds p'. Raises OptionError for a basis of another height.
    """

    name: str
    basis: Array

    @property
    def formed(self) -> Counts:
        """Hessian products, k of them; the k x k matrix, k^3 / (9 N P) gradients, is left out."""
        return Counts(products=self.basis.shape[1])

    def solver(self, objective: Objective, p: Array) -> Solve:
        B = self.basis
        if B.ndim != 2 or B.shape[0] != p.size:
            raise OptionError(f"the basis has shape {B.shape}, not ({p.size}, k)")
        factor = lu_factor(B.T @ objective.hessian_vector(p, np.ascontiguousarray(B.T)).T)
        return lambda b: np.asarray(B @ lu_solve(factor, B.T @ b))


def last_layer(net: Network) -> Subspace:
    """Return the updates that move W and b of the last layer only."""
    marked = np.zeros(net.size)
    W, b = net.layers(marked)[-1][:2]
    W[...] = 1
    if b is not None:
        b[...] = 1
    return Subspace("last layer", np.eye(net.size)[:, marked == 1])


def biases(net: Network) -> Subspace:
    """Return the updates that move the biases only, and leave every W as it was stored."""
    marked = np.zeros(net.size)
    for _, b, *_ in net.layers(marked):
        if b is not None:
            b[...] = 1
    return Subspace("biases", np.eye(net.size)[:, marked == 1])


def low_rank(net: Network, rank: int, rng: np.random.Generator) -> Subspace:
    """Return the updates dW = A C of every layer with a random A (n_out, ``rank``), biases free.

    The linear half of a low-rank adaptation (E. J. Hu et al., LoRA, 2021): A is drawn, C moves.
    Raises OptionError for layers that are not dense, which have no matrix W.
    """
    net.require_dense("a low-rank update")
    columns = []
    for l in range(net.depth):
        n_out, n_in = net.widths[l + 1], net.widths[l]
        A = np.linalg.qr(rng.standard_normal((n_out, min(rank, n_out))))[0]
        for a in A.T:
            for k in range(n_in):
                v = np.zeros(net.size)
                net.layers(v)[l].W[:, k] = a
                columns.append(v)
        for j in range(n_out if net.bias[l] else 0):
            v = np.zeros(net.size)
            b = net.layers(v)[l].b
            if b is not None:
                b[j] = 1
            columns.append(v)
    return Subspace(f"low rank {rank}", np.column_stack(columns))


def leading_eigenvectors(objective: Objective, p: Array, count: int) -> Subspace:
    """Return the updates within the ``count`` stiffest directions: the wrong end of the spectrum.

    The response p' = -H^{-1} g_t lies in the soft directions.
    """
    eigenvalues, V = _eigh(objective, p)
    order = np.argsort(-np.abs(eigenvalues))[:count]
    return Subspace(f"{count} stiffest", V[:, order])


def _eigh(objective: Objective, p: Array) -> tuple[Array, Array]:
    H = objective.hessian(p)
    eigenvalues, V = np.linalg.eigh((H + H.T) / 2)
    return eigenvalues, V
