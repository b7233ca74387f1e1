"""Isomap: coordinates whose distances are the distances along the manifold of the snapshots.

Paths through a graph of nearest neighbours measure distances along the manifold. Classical
multidimensional scaling finds points in r coordinates whose distances approximate the lengths of
these paths (J. Tenenbaum, V. de Silva, J. Langford, A global geometric framework for nonlinear
dimensionality reduction, Science 290, 2000). A curve becomes a straight line, by its arc length.
"""

from __future__ import annotations

import numpy as np

from mornet.linalg import signs
from mornet.records import Array

NEIGHBOURS = 8


def euclidean_distances(X: Array) -> Array:
    """Return ||x_i - x_j|| (m, m) of the columns of ``X`` (n, m)."""
    from scipy.spatial.distance import cdist

    return np.asarray(cdist(X.T, X.T))


def geodesic_distances(D: Array, neighbours: int = NEIGHBOURS) -> Array:
    """Return the lengths (m, m) of shortest paths between points of mutual distances ``D`` (m, m).

    An edge connects two points if each is among the ``neighbours`` nearest points of the other. So
    no edge leads from the end of a curve to a distant point. If the graph is not connected, the
    edges of a minimum spanning tree are added, so that all lengths are finite.
    """
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree

    m = len(D)
    D = np.maximum(D, np.finfo(float).tiny)  # a sparse graph has no edge of length 0
    others = D + np.diag(np.full(m, np.inf))
    near = np.argsort(others, axis=1, kind="stable")[:, : min(neighbours, m - 1)]
    rows, columns = np.repeat(np.arange(m), near.shape[1]), near.ravel()
    at = rows.astype(np.int32), columns.astype(np.int32)  # dijkstra of SciPy 1.13 takes no others
    graph = sparse.csr_array((D[rows, columns], at), (m, m))
    graph = graph.minimum(graph.T)  # an edge in one direction alone becomes 0: no edge
    if connected_components(graph, directed=False, return_labels=False) > 1:
        graph = graph.maximum(minimum_spanning_tree(D))
    return np.asarray(dijkstra(graph, directed=False))


def scaled_codes(G: Array, rank: int) -> Array:
    """Return points Z (rank, m) of mean zero whose distances approximate ``G`` (m, m).

    This is classical multidimensional scaling. If G holds the distances of points Z, the matrix
    -G^2 / 2 minus the means of its rows and columns is Z^T Z. The largest eigenvalues of this
    matrix give Z; negative eigenvalues are replaced by zero.
    """
    from scipy.linalg import eigh

    m = len(G)
    squares = G**2
    mean = squares.mean(axis=0)
    B = -0.5 * (squares - mean - mean[:, None] + mean.mean())
    eigenvalues, Q = eigh(B, subset_by_index=[m - rank, m - 1])
    Q = Q[:, ::-1]
    return np.asarray((signs(Q) * Q * np.sqrt(np.maximum(eigenvalues[::-1], 0))).T)
