"""Updates within a subspace of the parameters: last layer, biases, low rank, stiff directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from mornet.errors import OptionError
from mornet.nn import Network
from mornet.perturbation.base_point.interface import Solve
from mornet.perturbation.update.hessian_substitutes import hessian_eigenpairs
from mornet.perturbation.work import Counts
from mornet.records import Array
from mornet.training import Objective


@dataclass(frozen=True, eq=False)
class RestrictedHessian:
    """Updates within the range of ``basis`` B (P, k) only: B (B^T H B)^{-1} B^T.

    Order 1 unless B holds p'. Raises OptionError for a basis of another height.
    """

    name: str
    basis: Array

    @property
    def counts(self) -> Counts:
        """Hessian products, k of them; the k x k matrix, k^3 / (9 N P) gradients, is left out."""
        return Counts(products=self.basis.shape[1])

    def solver(self, objective: Objective, p: Array) -> Solve:
        B = self.basis
        if B.ndim != 2 or B.shape[0] != p.size:
            raise OptionError(f"the basis has shape {B.shape}, not ({p.size}, k)")
        factor = lu_factor(B.T @ objective.hessian_vector(p, np.ascontiguousarray(B.T)).T)
        return lambda b: np.asarray(B @ lu_solve(factor, B.T @ b))


def last_layer(net: Network) -> RestrictedHessian:
    """Return the updates that move W and b of the last layer only."""
    marked = np.zeros(net.size)
    W, b, _ = net.layers(marked)[-1]
    W[...] = 1
    if b is not None:
        b[...] = 1
    return RestrictedHessian("last layer", np.eye(net.size)[:, marked == 1])


def biases(net: Network) -> RestrictedHessian:
    """Return the updates that move the biases only, and leave every W as it was stored."""
    marked = np.zeros(net.size)
    for _, b, _ in net.layers(marked):
        if b is not None:
            b[...] = 1
    return RestrictedHessian("biases", np.eye(net.size)[:, marked == 1])


def low_rank(net: Network, rank: int, rng: np.random.Generator) -> RestrictedHessian:
    """Return the updates dW = A C of every layer with a random A (n_out, ``rank``), biases free.

    The linear half of a low-rank adaptation (E. J. Hu et al., LoRA, 2021): A is drawn, C moves.
    """
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
    return RestrictedHessian(f"low rank {rank}", np.column_stack(columns))


def leading_eigenvectors(objective: Objective, p: Array, count: int) -> RestrictedHessian:
    """Return the updates within the ``count`` stiffest directions: the wrong end of the spectrum.

    The response p' = -H^{-1} g_t lies in the soft directions.
    """
    eigenvalues, V = hessian_eigenpairs(objective, p)
    order = np.argsort(-np.abs(eigenvalues))[:count]
    return RestrictedHessian(f"{count} stiffest", V[:, order])
