"""Fitting quadratic manifolds by least squares.

The fit works with the coordinates of the snapshots in all their modes. The modes are orthonormal in
the inner product, so that the norm of coordinates is Euclidean. A row of coordinates is multiplied
by the root of the weight of its snapshot.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mornet.checks import real_matrix, require_count
from mornet.errors import DataError
from mornet.linalg import (
    InnerProduct,
    as_inner_product,
    as_weights,
    root_weights,
    thin_svd,
    tikhonov,
)
from mornet.records import Array, Indices
from mornet.reduction.pod.fit import centre_of, modes_in_product
from mornet.reduction.pod.modes import Problem
from mornet.reduction.quadratic.greedy import greedy_modes, over_root
from mornet.reduction.quadratic.record import QuadraticManifold, products
from mornet.reduction.quadratic.settings import QuadraticSettings


def fit_quadratic_manifold(
    U: Array,
    rank: int,
    settings: QuadraticSettings = QuadraticSettings(),
    *,
    inner_product: Any = None,
    weights: Array | None = None,
) -> QuadraticManifold:
    """Return the quadratic manifold with ``rank`` modes V for the snapshots ``U`` (n, m).

    The correction W solves

        min sum_j w_j ||u_j - c - V z_j - W h(z_j)||_M^2 + lambda^2 ||W||_M^2.

    `QuadraticSettings` says which modes are chosen, and what lambda and c are. ``inner_product`` M
    and ``weights`` w (m,) are those of `fit_pod`. With weights the mean is the weighted mean.

    Raises OptionError for more modes than the numerical rank; ShapeError for wrong shapes;
    DataError for snapshots that are not finite, all equal, or too large to be squared.
    """
    all_modes = singular_coordinates(U, settings.centre, inner_product, weights)
    q = all_modes.X.shape[1]
    require_count("rank", rank, q, f"the numerical rank {q}")
    chosen: Indices = np.arange(rank)
    if settings.greedy:
        chosen = greedy_modes(
            all_modes.X, rank, settings.regularisation, settings.candidates, all_modes.root
        )
    return manifold_with(all_modes, chosen, settings.regularisation)


class Coordinates(NamedTuple):
    """All modes ``V`` (n, q) of snapshots, their weighted coordinates, and what defines the norm.

    A row of ``X`` (m, q) is sqrt(w_j) V^T M (u_j - c).
    """

    V: Array
    X: Array
    centre: Array | None = None
    weights: Array | None = None
    inner_product: InnerProduct | None = None

    @property
    def root(self) -> Array | None:
        """The roots sqrt(w_j) of the weights (m,); None without weights."""
        return root_weights(self.weights, len(self.X))


def singular_coordinates(
    U: Array, centre: bool, product: Any = None, weights: Array | None = None
) -> Coordinates:
    """Return the snapshots ``U`` (n, m) in as many modes as the numerical rank.

    Raises ShapeError and DataError for bad snapshots, weights or inner products.
    """
    U = real_matrix("U", U)
    unit, U = float(np.finfo(U.dtype).eps), U.astype(float, copy=False)
    n, m = U.shape
    M, weights = as_inner_product(product, n), as_weights(weights, m)
    root = root_weights(weights, m)
    c = centre_of(U, "mean" if centre else None, root)
    A = U if c is None else U - c[:, None]
    A = A if M is None else M.to_euclidean(A)
    left, s, Vt = thin_svd(A if root is None else A * root)
    total = float(np.sqrt(m) if root is None else np.linalg.norm(root))
    q = Problem((n, m), unit, c, M, total).numerical_rank(s)
    if not 1e-75 < s[0] < 1e75:
        raise DataError(f"products of snapshots are of size {s[0]:.0e} squared: rescale the data")
    X = np.ascontiguousarray((s[:q, None] * Vt[:q]).T)
    return Coordinates(modes_in_product(left[:, :q], M), X, c, weights, M)


def manifold_with(
    all_modes: Coordinates, chosen: Indices, regularisation: float
) -> QuadraticManifold:
    """Return the manifold whose modes are the columns ``chosen`` of all modes."""
    V, X, c, weights, M = all_modes
    others = np.setdiff1d(np.arange(X.shape[1]), chosen)
    H = products(np.ascontiguousarray(X[:, chosen].T)).T
    H = H if all_modes.root is None else over_root(H, all_modes.root)
    W = V[:, others] @ tikhonov(H, X[:, others], regularisation).T
    return QuadraticManifold(V[:, chosen].copy(), W, np.asarray(chosen), c, weights, M)
