"""POD by blocks of snapshots in memory, with an error bound: a tree of two levels, or a chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

from mornet.checks import real_matrix
from mornet.errors import OptionError
from mornet.linalg import as_inner_product
from mornet.records import Array
from mornet.reduction.pod.record import POD
from mornet.reduction.pod.tree import Budget, TreeNode, compressed, joined, tree_pod, whole

Tree = Literal["distributed", "incremental"]


def hierarchical_pod(
    blocks: Sequence[Array],
    tolerance: float,
    *,
    omega: float = 0.75,
    tree: Tree = "distributed",
    inner_product: Any = None,
) -> POD:
    """Return modes V with ((1/m) sum_j ||u_j - V V^T M u_j||_M^2)^{1/2} <= ``tolerance``.

    ``blocks`` (n, m_i) hold the m snapshots. The ``tree`` "distributed" compresses each block and
    then all compressed blocks together. "incremental" compresses each block together with the
    compressed blocks before it, so that the memory is little more than one block. See `tree.Budget`
    for ``omega``.

    Raises OptionError unless there is a list of blocks, one of the two trees, tolerance > 0 and
    0 < omega < 1; ShapeError and DataError for bad snapshots or inner products.
    """
    require_blocks(blocks)
    if tree not in get_args(Tree):
        raise OptionError(f"tree = {tree!r} must be one of {', '.join(get_args(Tree))}")
    distributed = tree == "distributed"
    budget = Budget(tolerance, 2 if distributed else len(blocks), omega, relative=False)
    n = len(real_matrix("blocks[0]", blocks[0]))
    M = as_inner_product(inner_product, n)

    def leaf(i: int) -> TreeNode:
        return whole(real_matrix(f"blocks[{i}]", blocks[i], n), inner_product=M)

    if distributed:
        root = joined([compressed(leaf(i), budget) for i in range(len(blocks))])
    else:
        root = leaf(0)
        for i in range(1, len(blocks)):
            root = joined([compressed(root, budget), leaf(i)])
    return replace(tree_pod(root, budget, inner_product=M), method="hierarchical")


def require_blocks(blocks: Any) -> None:
    """Raise OptionError unless ``blocks`` is a sequence with an entry."""
    listed = hasattr(blocks, "__len__") and hasattr(blocks, "__getitem__")
    if isinstance(blocks, Mapping) or not listed:
        advice = "a list of matrices is needed"
        raise OptionError(f"blocks is of type {type(blocks).__name__}: {advice}")
    if len(blocks) == 0:
        raise OptionError("there are no blocks of snapshots")
