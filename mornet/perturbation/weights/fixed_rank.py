"""Newton's method on matrices of fixed rank: it repairs a pruned network and keeps it pruned.

The matrices W of rank r form a manifold. Let W = U S V^T with square U and V. The tangents at W are
spanned by u_i v_j^T with i <= r or j <= r. For a tangent X = U M V^T the best rank-r approximation
of W + X is, to second order,

    W + X + sum_{i,k > r, j <= r} u_i M_ij M_jk v_k^T / s_j.

On the manifold J therefore has the gradient B^T g and the Hessian

    B^T H B + C,    C_{ij,jk} = C_{jk,ij} = (U^T G V)_ik / s_j,

with the orthonormal tangents B and G = dJ/dW (P.-A. Absil, R. Mahony and J. Trumpf, Geometric
Science of Information, 2013).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from scipy.linalg import block_diag

from mornet.nn import Network
from mornet.perturbation.base_point.interface import Base
from mornet.perturbation.weights.disturbances import truncate_ranks
from mornet.perturbation.work import Counts
from mornet.records import Array
from mornet.training import Objective

DAMPINGS = np.append(1e-15, 4.0 ** np.arange(-12, 8))
"""Dampings in units of the largest eigenvalue; a step tries one after the other."""


class Tangents(NamedTuple):
    """The tangent space of the manifold at some weights, and the term C of the Hessian there."""

    basis: Array
    """The orthonormal tangents B (P, k)."""
    bending: Array
    """C (k, k): the curvature of the manifold, weighted by the gradient."""


def tangents(net: Network, q: Array, g: Array, rank: int) -> Tangents:
    """Return B and C at ``q`` (P,) for the gradient ``g`` (P,); no W of ``q`` exceeds ``rank``.

    Biases move freely. So does a W that has at most ``rank`` rows or columns.
    """
    blocks = []  # in the order of p: W, then b, layer by layer
    for (W, b, *_), (G, *_) in zip(net.layers(q), net.layers(g), strict=True):
        blocks.append(_of_matrix(W, G, rank))
        if b is not None:
            blocks.append((np.eye(b.size), np.zeros((b.size, b.size))))
    return Tangents(*(block_diag(*parts) for parts in zip(*blocks, strict=True)))


@dataclass(frozen=True)
class FixedRank:
    """A Newton step on the manifold on which every W has rank at most ``rank``.

    The step is damped until J falls. The steps converge quadratically to a minimum on the manifold,
    which is not p*. Eigenvalues of the restricted Hessian are replaced by their moduli, so that the
    step leads downhill, away from saddles.
    """

    rank: int
    counts: ClassVar[Counts] = Counts(gradients=1, hessians=1, solves=1)
    setup: ClassVar[Counts] = Counts()

    @property
    def name(self) -> str:
        return f"rank {self.rank} Newton"

    def error_order_after(self, before: int) -> int:
        return before

    def step(self, base: Base, objective: Objective, q: Array) -> Array:
        net = objective.net
        q = truncate_ranks(net, q, self.rank)
        g = objective.gradient(q)
        B, C = tangents(net, q, g, self.rank)
        A = B.T @ objective.hessian_vector(q, np.ascontiguousarray(B.T)).T + C
        eigenvalues, V = np.linalg.eigh((A + A.T) / 2)
        size, slope, J = np.abs(eigenvalues), V.T @ (B.T @ g), objective.value(q)
        for mu in DAMPINGS * size.max():
            moved = truncate_ranks(net, q - B @ (V @ (slope / (size + mu))), self.rank)
            if objective.value(moved) < J:
                return moved
        return q


def _of_matrix(W: Array, G: Array, rank: int) -> tuple[Array, Array]:
    """Return B (W.size, k) and C (k, k) of the single matrix ``W`` with the gradient ``G``."""
    rows, columns = W.shape
    if rank >= min(W.shape):
        return np.eye(W.size), np.zeros((W.size, W.size))
    U, s, Vt = np.linalg.svd(W)
    tangent = (np.arange(rows)[:, None] < rank) | (np.arange(columns) < rank)
    number = np.cumsum(tangent).reshape(W.shape) - 1  # the number of the tangent u_i v_j^T
    normal = U.T @ G @ Vt.T
    C = np.zeros((number[-1, -1] + 1,) * 2)
    for j in range(rank):
        left, right = number[rank:, j], number[j, rank:]
        C[np.ix_(left, right)] = normal[rank:, rank:] / s[j]
        C[np.ix_(right, left)] = C[np.ix_(left, right)].T
    return np.kron(U, Vt.T)[:, tangent.ravel()], C
