"""The nodes of a POD tree: what each job of the plan reads, computes and writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

import numpy as np

from mornet.checks import real_matrix
from mornet.errors import MornetError, OptionError
from mornet.linalg import InnerProduct, as_inner_product, column_mean, column_norms
from mornet.records import Array, array, in_short
from mornet.reduction import POD
from mornet.reduction.pod.row_tree import (
    ModeRows,
    RowNode,
    RowRoot,
    joined_rows,
    mode_rows,
    row_node,
    row_root,
)
from mornet.reduction.pod.tree import Budget, TreeNode, compressed, merged, tree_pod, whole
from mornet.running.tree_plan import COPIES, ROWS, Block, Job, TreeSettings, array_at, opened
from mornet.storage import load, save


@dataclass(frozen=True, eq=False)
class Coordinates:
    """The coordinates of a block of snapshots in the modes of the root."""

    kind: ClassVar[str] = "pod_coordinates"
    __repr__ = in_short
    z: Array = array("mode", "sample", about="coordinates V^T M (u - c)")
    left_out: Array = array("sample", about="norm of what the coordinates leave out of a snapshot")


def write_node(job: Job, settings: TreeSettings) -> None:
    """Write the node of a ``job``.

    Raises OptionError for a kind that its tree does not have and for a node that exceeds the
    memory, and what reading raises; a message about a block names its files and its snapshots or
    rows.
    """
    made = MAKERS.get((settings.blocks, job.kind))
    if made is None:
        raise OptionError(f"a tree with blocks of {settings.blocks} has no node {job.kind!r}")
    with _blaming(job):
        save(job.out, made(job, settings))


@contextmanager
def _blaming(job: Job) -> Iterator[None]:
    """Let a MornetError name the block or the node that it is about."""
    try:
        yield
    except MornetError as error:
        raise type(error)(f"{job.block or job.out.name}: {error}") from error


def _leaf(job: Job, settings: TreeSettings) -> TreeNode:
    U = read_block(job.block, settings)
    w, M = weights_of(settings, job.block, U.shape[1]), product_of(settings, len(U))
    node = whole(U, weights=w, inner_product=M, centred=settings.centred)
    return compressed(node, budget_of(job, settings))


def _merge(job: Job, settings: TreeSettings) -> TreeNode:
    node, spent = _merged(job, settings)
    return compressed(node, budget_of(job, settings), spent)


def _root(job: Job, settings: TreeSettings) -> POD:
    root, spent = _merged(job, settings, root=True)
    M = product_of(settings, root.n)
    budget = budget_of(job, settings)
    return tree_pod(root, budget, rank=settings.rank, inner_product=M, spent=spent)


def _merged(job: Job, settings: TreeSettings, *, root: bool = False) -> tuple[TreeNode, float]:
    """Return one node for those below, which are read one after another, and what it dropped."""
    first, *others = job.below
    node: TreeNode = load(first, TreeNode.kind)
    nodes = chain([node], (load(path, TreeNode.kind) for path in others))
    most, M = settings.memory // (8 * node.n * COPIES), product_of(settings, node.n)
    found, spent = merged(nodes, budget_of(job, settings), most, root=root, inner_product=M)
    _require_memory(found.columns, settings)
    return found, spent


def _coordinates(job: Job, settings: TreeSettings) -> Coordinates:
    pod, U = load(job.below[0], POD.kind), read_block(job.block, settings)
    z = pod.encode(U)
    return Coordinates(z, column_norms(U - pod.decode(z), pod.inner_product))


def _row_leaf(job: Job, settings: TreeSettings) -> RowNode:
    X, _ = _centred_rows(job, settings)
    return row_node(X, _diagonal(settings, job.block))


def _row_merge(job: Job, settings: TreeSettings) -> RowNode:
    return joined_rows([load(path, RowNode.kind) for path in job.below])


def _row_root(job: Job, settings: TreeSettings) -> RowRoot:
    node = _row_merge(job, settings)
    w = weights_of(settings, None, node.R.shape[1])
    return row_root(node, settings.tolerance, settings.rank, w)


def _mode_rows(job: Job, settings: TreeSettings) -> ModeRows:
    return mode_rows(load(job.below[0], RowRoot.kind), *_centred_rows(job, settings))


def _centred_rows(job: Job, settings: TreeSettings) -> tuple[Array, Array | None]:
    """Return the rows of a block less their mean, and this mean, None if it is not subtracted."""
    X = read_block(job.block, settings)
    if not settings.centred:
        return X, None
    mean = column_mean(X, weights_of(settings, job.block, X.shape[1]))
    return X - mean[:, None], mean


MAKERS = {
    ("snapshots", "leaf"): _leaf,
    ("snapshots", "merge"): _merge,
    ("snapshots", "root"): _root,
    ("snapshots", "coordinates"): _coordinates,
    ("rows", "leaf"): _row_leaf,
    ("rows", "merge"): _row_merge,
    ("rows", "root"): _row_root,
    ("rows", "modes"): _mode_rows,
}


def read_block(block: Block | None, settings: TreeSettings) -> Array:
    """Return the snapshots (n, k), or the rows (k, m), of a block."""
    assert block is not None
    parts = [_part(place, block, settings.axes) for place in block.places]
    U = parts[0] if len(parts) == 1 else np.hstack(parts)
    return real_matrix(f"the block of {block.what}", U)


def _part(place: str, block: Block, axes: str | None) -> Array:
    with opened(place, axes) as matrix:
        if block.what == ROWS:
            return np.array(matrix[block.first : block.last], dtype=float)
        return np.array(matrix.T[block.first : block.last], dtype=float).T


def budget_of(job: Job, settings: TreeSettings) -> Budget:
    """Return how much the nodes of the tree of a ``job`` may drop."""
    return Budget(settings.tolerance, job.height, settings.omega)


def weights_of(settings: TreeSettings, block: Block | None, m: int) -> Array | None:
    """Return the weights of the m snapshots of a block, of whole files if it is None or of rows."""
    if settings.weights is None:
        return None
    w = array_at(settings.weights)
    if block is None or block.what == ROWS:
        return np.tile(w, m // len(w))
    return np.asarray(w[block.before + block.first : block.before + block.last])


def product_of(settings: TreeSettings, n: int) -> InnerProduct | None:
    """Return the inner product of the snapshots; raise as `as_inner_product`, with its place."""
    place = settings.inner_product
    if place is None:
        return None
    try:
        return as_inner_product(array_at(place), n)
    except MornetError as error:
        raise type(error)(f"{place}: {error}") from error


def _diagonal(settings: TreeSettings, block: Block | None) -> Array | None:
    """Return the part of a block of rows of the weights that are the inner product."""
    place = settings.inner_product
    return None if place is None or block is None else array_at(place)[block.first : block.last]


def _require_memory(columns: Array, settings: TreeSettings) -> None:
    if 8 * columns.size * COPIES > settings.memory:
        raise OptionError(
            f"{columns.shape[1]} columns of {len(columns)} dofs do not fit into {settings.memory} "
            "bytes: allow more memory, a larger tolerance, a smaller fan-in, or blocks of rows"
        )
