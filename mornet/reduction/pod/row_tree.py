"""The POD of a tree whose leaves are blocks of rows, for few snapshots of many degrees of freedom.

A node has the rows X_b of the snapshots X (n, m), less their mean, times the root of the diagonal
of M. It holds R_b with R_b^T R_b = X_b^T X_b, which has at most m rows (J. Demmel et al., SIAM J.
Sci. Comput. 34, 2012). Nothing is dropped. The root has R^T R = X^T X, and with the weights w of
the snapshots

    R diag(w)^{1/2} = P S W^T,    V = X diag(w)^{1/2} W S^{-1},    Z = V^T X = P^T R.

V is the modes, S the singular values, and Z the coordinates of the snapshots. No second pass is
needed for Z. V is orthonormal up to eps s_1 / s_r.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.checks import require_squares
from mornet.errors import DataError, ShapeError
from mornet.linalg import numerical_rank, thin_svd
from mornet.records import Array, array, in_short
from mornet.reduction.pod.modes import NO_VARIATION
from mornet.reduction.pod.size import Size


@dataclass(frozen=True, eq=False)
class RowNode:
    """What stands for rows X_b of the snapshots: R with R^T R = X_b^T X_b."""

    kind: ClassVar[str] = "pod_row_node"
    __repr__ = in_short
    R: Array = array("row", "sample", about="triangular factor of the rows")


@dataclass(frozen=True, eq=False)
class RowRoot:
    """The coordinates of all snapshots in their modes, and the map that makes the modes.

    The rows of the modes are those of the snapshots, less their mean, times ``turn``.
    """

    kind: ClassVar[str] = "pod_row_root"
    __repr__ = in_short
    z: Array = array("mode", "sample", about="coordinates V^T M (u - c)")
    left_out: Array = array("sample", about="norm of what the coordinates leave out of a snapshot")
    singular_values: Array = array("index")
    turn: Array = array("sample", "mode", about="diag(w)^(1/2) W S^-1")


@dataclass(frozen=True, eq=False)
class ModeRows:
    """Some rows of the modes, and of the mean of the snapshots."""

    kind: ClassVar[str] = "pod_mode_rows"
    __repr__ = in_short
    V: Array = array("dof", "mode")
    mean: Array | None = array("dof", optional=True)


def row_node(X: Array, diagonal: Array | None = None) -> RowNode:
    """Return the node of the rows ``X`` (rows, m), with their part of the ``diagonal`` of M."""
    return RowNode(_triangular(X if diagonal is None else np.sqrt(diagonal)[:, None] * X))


def joined_rows(nodes: Sequence[RowNode]) -> RowNode:
    """Return one node for the rows of all ``nodes``.

    Raises ShapeError if they have different snapshots.
    """
    if len({node.R.shape[1] for node in nodes}) > 1:
        raise ShapeError(f"nodes have {[node.R.shape[1] for node in nodes]} snapshots")
    return RowNode(_triangular(np.vstack([node.R for node in nodes])))


def row_root(
    node: RowNode, tolerance: float, rank: int | None = None, weights: Array | None = None
) -> RowRoot:
    """Return the root: as many modes as the relative ``tolerance`` needs, at most ``rank``.

    Raises DataError if all snapshots are zero, or equal to their mean, and if their squares
    overflow or vanish.
    """
    require_squares("the snapshots", node.R)
    root = np.ones(node.R.shape[1]) if weights is None else np.sqrt(weights)
    P, s, Wt = thin_svd(node.R * root)
    if not s[0] > 0:
        raise DataError(NO_VARIATION)
    r = min(Size(tolerance=tolerance).modes(s, 0.0, node.R.shape), numerical_rank(s, node.R.shape))
    r = r if rank is None else min(r, rank)
    Z = P.T @ node.R
    return RowRoot(Z[:r], np.linalg.norm(Z[r:], axis=0), s, root[:, None] * Wt[:r].T / s[:r])


def mode_rows(root: RowRoot, X: Array, mean: Array | None = None) -> ModeRows:
    """Return the rows of the modes for the rows ``X`` (rows, m) less their ``mean``."""
    return ModeRows(X @ root.turn, mean)


def _triangular(X: Array) -> Array:
    """Return R (k, m) of X = Q R, or X itself if it has at most m rows."""
    return X if len(X) <= X.shape[1] else np.asarray(np.linalg.qr(X, mode="r"))
