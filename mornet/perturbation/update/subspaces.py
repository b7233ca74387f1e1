"""Updates that move the parameters within a subspace only.

The subspaces are the last layer, the biases, matrices of low rank, and leading eigenvectors of H.
"""

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
    """B (B^T H B)^{-1} B^T in place of H^{-1}: updates move within the range of ``basis`` B (P, k).

    error_order is 1 unless p' lies in the range of B. Raises OptionError if B does not have P rows.
    """

    name: str
    basis: Array

    @property
    def counts(self) -> Counts:
        """The counts of k products of H with a vector.

        The factorisation of the k x k matrix, k^3 / (9 N P) gradients, is not counted.
        """
        return Counts(products=self.basis.shape[1])

    def solver(self, objective: Objective, p: Array) -> Solve:
        B = self.basis
        if B.ndim != 2 or B.shape[0] != p.size:
            raise OptionError(f"the basis has shape {B.shape}, not ({p.size}, k)")
        factor = lu_factor(B.T @ objective.hessian_vector(p, np.ascontiguousarray(B.T)).T)
        return lambda b: np.asarray(B @ lu_solve(factor, B.T @ b))


def last_layer(net: Network) -> RestrictedHessian:
    """Return the subspace in which W and b of the last layer move."""
    marked = np.zeros(net.size)
    W, b = net.layers(marked)[-1][:2]
    W[...] = 1
    if b is not None:
        b[...] = 1
    return RestrictedHessian("last layer", np.eye(net.size)[:, marked == 1])


def biases(net: Network) -> RestrictedHessian:
    """Return the subspace in which the biases move and no W changes."""
    marked = np.zeros(net.size)
    for _, b, *_ in net.layers(marked):
        if b is not None:
            b[...] = 1
    return RestrictedHessian("biases", np.eye(net.size)[:, marked == 1])


def low_rank(net: Network, rank: int, rng: np.random.Generator) -> RestrictedHessian:
    """Return the subspace in which every W moves by A C, and the biases move freely.

    For each layer A (n_out, ``rank``) is drawn at random, and C alone moves. This is the linear
    half of a low-rank adaptation (E. J. Hu et al., LoRA, 2021). Raises OptionError for layers that
    are not dense, which have no matrix W.
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
    return RestrictedHessian(f"low rank {rank}", np.column_stack(columns))


def leading_eigenvectors(objective: Objective, p: Array, count: int) -> RestrictedHessian:
    """Return the subspace of the ``count`` eigenvectors of H with the largest eigenvalues.

    It is a negative control: p' = -H^{-1} g_t lies mostly along the small eigenvalues.
    """
    eigenvalues, V = hessian_eigenpairs(objective, p)
    order = np.argsort(-np.abs(eigenvalues))[:count]
    return RestrictedHessian(f"{count} stiffest", V[:, order])
