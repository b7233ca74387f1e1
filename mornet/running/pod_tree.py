"""The POD of files as a tree of jobs: a node is a file, and only lost nodes are computed again."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from mornet.checks import real_matrix
from mornet.errors import MornetError, OptionError, StorageError
from mornet.reduction import POD
from mornet.reduction.pod.tree import Budget, TreeNode, compressed, joined, tree_pod, whole
from mornet.running.tree_plan import COPIES, Block, Job, Tree, TreeSettings, opened, planned
from mornet.running.watch import end_with
from mornet.storage import load, save


def run_tree(places: Sequence[str], folder: Path, settings: TreeSettings) -> tuple[POD, Tree]:
    """Return the POD of the snapshots at ``places`` (FILE or FILE:KEY), and its tree.

    The nodes are files in ``folder``. A node whose snapshots, settings and code are the same as
    before is not computed again, so that an interrupted run goes on. The truncation error of the
    POD is a proven bound of the error.

    Raises OptionError if the memory is too small, ShapeError if files have different dofs, and what
    reading raises; messages name the file and the snapshots.
    """
    tree = planned(places, folder, settings)
    budget = Budget(settings.tolerance, len(tree.levels) + 1, settings.omega)
    folder.mkdir(parents=True, exist_ok=True)
    for jobs in tree.levels:
        missing = [job for job in jobs if not _done(job.out)]
        mapped(partial(_make, settings=settings, budget=budget), missing, settings.jobs)
    root = joined([_node(path) for path in tree.top])
    return tree_pod(root, budget, rank=settings.rank), tree


def measured_error(pod: POD, tree: Tree, settings: TreeSettings) -> float:
    """Return the relative error of the ``pod`` on all snapshots of the ``tree``, by a second pass.

    The denominator is that of the tolerance: the norm of the snapshots less their mean, if centred.
    """
    blocks = [job.block for job in tree.levels[0] if job.block is not None]
    parts = mapped(partial(_squares, pod=pod, axes=settings.axes), blocks, settings.jobs)
    error, energy = np.sum(parts, axis=0)
    return float(np.sqrt(error / energy))


def read_block(block: Block, axes: str | None) -> Any:
    """Return the snapshots (n, m) of a block; a MornetError names it."""
    try:
        with opened(block.place, axes) as matrix:
            return real_matrix("they", np.array(matrix.T[block.first : block.last], dtype=float).T)
    except MornetError as error:
        raise type(error)(f"{block}: {error}") from error


def _make(job: Job, settings: TreeSettings, budget: Budget) -> None:
    """Write the node of a job; a MornetError names its snapshots."""
    if job.block is None:
        node = joined([_node(path) for path in job.below])
    else:
        node = whole(read_block(job.block, settings.axes), centred=settings.centred)
    if 8 * node.columns.size * COPIES > settings.memory:
        raise OptionError(
            f"{job.out.name}: {node.columns.shape[1]} columns of {node.n} dofs do not fit into "
            f"{settings.memory} bytes: allow more memory, a larger tolerance or a smaller fan-in"
        )
    save(job.out, compressed(node, budget))


def _squares(block: Block, pod: POD, axes: str | None) -> tuple[float, float]:
    """Return the sums of squares of the error and of the snapshots less the centre."""
    U = read_block(block, axes)
    rest = U - pod.decode(pod.encode(U))
    X = U if pod.centre is None else U - pod.centre[:, None]
    return float(np.vdot(rest, rest)), float(np.vdot(X, X))


def _node(path: Path) -> TreeNode:
    node = load(path, TreeNode.kind)
    assert isinstance(node, TreeNode)
    return node


def _done(path: Path) -> bool:
    """Return whether the node has been computed; a damaged file is removed."""
    if not path.exists():
        return False
    try:
        _node(path)
    except StorageError:
        path.unlink()
        return False
    return True


def mapped(work: Callable[[Any], Any], tasks: Sequence[Any], jobs: int) -> list[Any]:
    """Return ``work`` of each task, by ``jobs`` processes with one BLAS thread each."""
    if jobs == 1 or len(tasks) < 2:
        return list(map(work, tasks))
    workers, spawn = min(jobs, len(tasks)), get_context("spawn")
    parent = (str(os.getpid()),)  # workers end with it, also if it is killed
    with ProcessPoolExecutor(workers, spawn, initializer=end_with, initargs=parent) as pool:
        return list(pool.map(work, tasks))
