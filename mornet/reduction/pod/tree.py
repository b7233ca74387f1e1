"""The POD of a tree: leaves compress blocks of snapshots, other nodes what is passed on to them.

A node has snapshots X with the columns R (u_j - c) w_j^{1/2}, M = R^T R. It holds C = U diag(s)
(n, k) in their place: X X^T = C C^T + E with a positive semidefinite E. trace(E) is the sum of
squares that the node and those below it dropped. For the modes V of the root therefore

    sum_j w_j ||u_j - c - V V^T M (u_j - c)||_M^2 <= ||C - V V^T C||_F^2 + trace(E)

with the C and E of the root. A node may drop the part (1 - omega^2) / (L - 1) of the squared
tolerance, the root the part omega^2, where L is the number of levels. The squared error of the root
is then at most the squared tolerance. A POD of all snapshots at once with omega times the tolerance
has at least as many modes (C. Himpe, T. Leibner and S. Rave, SIAM J. Sci. Comput. 40, 2018,
Theorem 4.3).

A node whose columns do not fit into memory together takes them one after another (`merged`): what
it has so far is compressed in between. Such steps use at most a tenth of the squares that the node
itself may drop, and its last compression the rest. The bound stays.

Means of blocks differ. With the weights W_a and W_b, the centred matrix of two blocks has the extra
column (W_a W_b / (W_a + W_b))^{1/2} (c_a - c_b) (D. Ross et al., Int. J. Comput. Vision 77, 2008).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import ClassVar

import numpy as np

from mornet.checks import require_number, require_squares
from mornet.errors import DataError, OptionError, ShapeError
from mornet.linalg import InnerProduct, numerical_rank, signs, thin_svd, truncation_rank
from mornet.linalg.svd import EPS
from mornet.records import Array, array, in_short
from mornet.reduction.pod.gram import BLIND
from mornet.reduction.pod.modes import NO_VARIATION
from mornet.reduction.pod.record import POD

# part of the squares that a node may drop, for the steps before its last one
IN_BETWEEN = 0.1


@dataclass(frozen=True)
class Budget:
    """How much the nodes of a tree with ``levels`` levels, leaves and root included, may drop.

    The ``tolerance`` is the relative error of all snapshots, or the root mean square error of a
    snapshot if it is not ``relative``. An ``omega`` near 1 gives fewer modes in the root, an
    ``omega`` near 0 fewer columns in the nodes below it.

    Raises OptionError for numbers out of range.
    """

    tolerance: float
    levels: int
    omega: float = 0.75
    relative: bool = True

    def __post_init__(self) -> None:
        require_number("tolerance", self.tolerance)
        require_number("omega", self.omega)
        if not (0 < self.tolerance < 1e100 and 0 < self.omega < 1 and self.levels >= 1):
            raise OptionError(
                f"tolerance {self.tolerance}, omega {self.omega}, {self.levels} levels: "
                "there must be tolerance > 0, 0 < omega < 1 and at least one level"
            )

    def allowed(self, node: TreeNode, *, root: bool) -> float:
        """Return the root of the sum of squares that the ``node`` itself may drop."""
        part = self.omega**2 if root else (1 - self.omega**2) / max(self.levels - 1, 1)
        whole = node.energy if self.relative else node.weight
        return self.tolerance * float(np.sqrt(part * whole))


@dataclass(frozen=True, eq=False)
class TreeNode:
    """What stands for the snapshots below a node: C = U diag(s) with C C^T = X X^T - E."""

    kind: ClassVar[str] = "pod_node"
    __repr__ = in_short
    snapshots: int
    columns: Array = array("dof", "mode", about="C = U diag(s), in Euclidean coordinates R (u - c)")
    weight: float = array(about="sum of the weights of the snapshots")
    energy: float = array(about="sum of squares of X")
    dropped: float = array(about="trace of E: sum of squares that all nodes below dropped")
    mean: Array | None = array("dof", about="weighted mean of the snapshots", optional=True)

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return int(self.columns.shape[0])


def whole(
    U: Array,
    *,
    weights: Array | None = None,
    inner_product: InnerProduct | None = None,
    centred: bool = False,
) -> TreeNode:
    """Return the node of the snapshots ``U`` (n, m) with nothing dropped.

    Raises DataError if squares of the snapshots overflow or vanish.
    """
    require_squares("the snapshots", U)
    U = U.astype(float, copy=False)
    w = np.ones(U.shape[1]) if weights is None else weights
    mean = U @ w / np.sum(w) if centred else None
    X = U if mean is None else U - mean[:, None]
    X = X if inner_product is None else inner_product.to_euclidean(X)
    X = X if weights is None else X * np.sqrt(w)
    total = float(np.sum(w))
    return TreeNode(U.shape[1], X, total, _squares(X), 0.0, mean)


def joined(nodes: Sequence[TreeNode], inner_product: InnerProduct | None = None) -> TreeNode:
    """Return one node for the snapshots of all ``nodes``; nothing more is dropped.

    Raises ShapeError if the nodes have different dofs, OptionError if only some have a mean.
    """
    if len({node.n for node in nodes}) > 1:
        raise ShapeError(f"nodes have {[node.n for node in nodes]} dofs")
    if len({node.mean is None for node in nodes}) > 1:
        raise OptionError("some nodes are centred and others are not")
    between: list[Array] = []

    def pair(a: TreeNode, b: TreeNode) -> TreeNode:
        weight, mean, energy = a.weight + b.weight, None, a.energy + b.energy
        if a.mean is not None and b.mean is not None:
            mean = (a.weight * a.mean + b.weight * b.mean) / weight
            step = np.sqrt(a.weight * b.weight / weight) * (a.mean - b.mean)[:, None]
            between.append(step if inner_product is None else inner_product.to_euclidean(step))
            energy += float(np.vdot(between[-1], between[-1]))
        rest = (weight, energy, a.dropped + b.dropped, mean)
        return TreeNode(a.snapshots + b.snapshots, a.columns[:, :0], *rest)

    sums = reduce(pair, nodes)
    return replace(sums, columns=np.hstack([*(node.columns for node in nodes), *between]))


def merged(
    nodes: Iterable[TreeNode],
    budget: Budget,
    most: int,
    *,
    root: bool = False,
    inner_product: InnerProduct | None = None,
) -> tuple[TreeNode, float]:
    """Return one node for all ``nodes``, and the squares that were dropped to join them.

    They are zero if the nodes have at most ``most`` columns together. Otherwise nodes are taken as
    long as there are at most ``most`` columns, and then compressed. Step i drops at most the part
    6 / (pi i)^2 of a tenth of what the node may drop; these parts have the sum 1. Raises as
    `joined` does.
    """
    waiting: list[TreeNode] = []
    dropped, step = 0.0, 0
    for node in nodes:
        if len(waiting) > 1 and _columns([*waiting, node]) > most:
            so_far, step = joined(waiting, inner_product), step + 1
            part = np.sqrt(6 * IN_BETWEEN) / (np.pi * step)
            waiting = [_within(so_far, part * budget.allowed(so_far, root=root))]
            dropped += waiting[0].dropped - so_far.dropped
        waiting.append(node)
    return joined(waiting, inner_product), dropped


def _columns(nodes: Sequence[TreeNode]) -> int:
    """Return how many columns `joined` makes of the ``nodes``."""
    between = 0 if nodes[0].mean is None else len(nodes) - 1
    return between + sum(node.columns.shape[1] for node in nodes)


def compressed(node: TreeNode, budget: Budget, spent: float = 0.0) -> TreeNode:
    """Return the ``node`` with as few columns as the ``budget`` of a node below the root allows.

    The squares that `merged` dropped are ``spent``.
    """
    return _within(node, _left_of(budget.allowed(node, root=False), spent))


def _left_of(allowed: float, spent: float) -> float:
    return float(np.sqrt(max(allowed**2 - spent, 0.0)))


def _within(node: TreeNode, allowed: float) -> TreeNode:
    """Return the ``node`` without what it may drop, the root of a sum of squares."""
    columns, dropped = _projected(node.columns, allowed) or _truncated(node.columns, allowed)
    return replace(node, columns=columns, dropped=node.dropped + dropped)


def _truncated(X: Array, allowed: float) -> tuple[Array, float]:
    """Return U diag(s) for the leading singular values of X, and the other sum of squares."""
    U, s = _left(X)
    r = truncation_rank(s, 1.0, allowed)
    return U[:, :r] * s[:r], float(np.sum(s[r:] ** 2))


def _projected(X: Array, allowed: float) -> tuple[Array, float] | None:
    """Return C = X W, by orthonormal eigenvectors W of X^T X, and trace(X X^T - C C^T).

    It is a quarter of the work of `_truncated`. Whatever the errors of W, X (I - W W^T) X^T is
    positive semidefinite, and its trace is ||X||^2 - ||C||^2; the result adds the round-off of this
    difference. None if X is wide, or if round-off is not far below the square of what is
    ``allowed``.
    """
    square, k = _squares(X), X.shape[1]
    if len(X) < k or allowed**2 <= BLIND**2 * square:
        return None
    values, vectors = np.linalg.eigh(X.T @ X)
    round_off = k * EPS * square
    s = np.sqrt(np.maximum(values[::-1], 0.0))
    r = truncation_rank(s, 1.0, float(np.sqrt(allowed**2 - 2 * round_off)))
    C = X @ vectors[:, ::-1][:, :r]
    return C, max(square - _squares(C), 0.0) + round_off


def _squares(X: Array) -> float:
    """Return the sum of the squares of all entries of X, without a copy if X is in one piece."""
    x = X.ravel(order="K")
    return float(x @ x)


def tree_pod(
    root: TreeNode,
    budget: Budget,
    *,
    rank: int | None = None,
    inner_product: InnerProduct | None = None,
    spent: float = 0.0,
) -> POD:
    """Return the POD of the ``root``; its ``truncation_error`` is the bound of the error.

    With a ``rank`` there are at most as many modes. The squares that `merged` dropped are
    ``spent``. The weights of the snapshots are not known to the root, so that the result does not
    hold them. Raises DataError if all snapshots are zero, or equal to their mean.
    """
    if not root.energy > 0:
        raise DataError(NO_VARIATION)
    U, s = _left(root.columns)
    r = truncation_rank(s, 1.0, _left_of(budget.allowed(root, root=True), spent))
    r = min(r, max(numerical_rank(s, U.shape), 1))
    r = r if rank is None else min(r, rank)
    V = U[:, :r] * signs(U[:, :r])
    return POD(
        np.asfortranarray(V if inner_product is None else inner_product.from_euclidean(V)),
        s,
        centre=root.mean,
        inner_product=inner_product,
        tail=float(np.sqrt(root.dropped)),
        method="tree",
        samples=root.snapshots if root.weight == root.snapshots else 0,
    )


def _left(C: Array) -> tuple[Array, Array]:
    """Return U (n, k) and s (k,) of C = U diag(s) W^T, for a tall C = Q R by the SVD of R."""
    if C.shape[0] < 2 * C.shape[1]:
        found = thin_svd(C)
        return found.U, found.s
    Q, R = np.linalg.qr(C)
    inner = thin_svd(R)
    return Q @ inner.U, inner.s
