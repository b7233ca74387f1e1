"""The POD of files as a tree of jobs: a node is a file, and only lost nodes are computed again."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import OptionError, StorageError
from mornet.linalg import orthonormalise, safe_norm
from mornet.reduction import POD
from mornet.reduction.pod.row_tree import ModeRows, RowRoot
from mornet.running.tree_nodes import Coordinates, product_of, weights_of, write_node
from mornet.running.tree_plan import ROWS, Job, Tree, TreeSettings, planned
from mornet.running.watch import end_with
from mornet.storage import load

Work = Callable[[Job], None]
Mapped = Callable[[Work, Sequence[Job]], object]


def run_tree(
    places: Sequence[str], folder: Path, settings: TreeSettings, *, whole: bool = True
) -> Tree:
    """Return the tree of the snapshots at ``places`` (FILE or FILE:KEY), with all nodes computed.

    It raises what `computed` raises, and `planned`.
    """
    return computed(planned(places, folder, settings), settings, whole=whole)


def computed(tree: Tree, settings: TreeSettings, *, whole: bool = True) -> Tree:
    """Return the ``tree`` with all nodes computed.

    The nodes are files in the folder of the root. A node whose snapshots, settings and code are the
    same as before is not computed again, so that an interrupted run goes on. If the tree need not
    be ``whole``, the coordinates of the snapshots are left out, or the rows of the modes.

    Raises OptionError if the memory is too small, ShapeError if files have different dofs, and what
    reading raises; messages name the file and the snapshots.
    """
    tree.root.out.parent.mkdir(parents=True, exist_ok=True)
    with workers(settings.jobs) as mapped:
        for jobs in (*tree.levels, (tree.root,), tree.last if whole else ()):
            missing = [job for job in jobs if not is_done(job.out)]
            mapped(partial(write_node, settings=settings), missing)
    return tree


def pod_of(tree: Tree, settings: TreeSettings) -> POD:
    """Return the POD of a tree; its truncation error is a proven bound of the error.

    Raises OptionError if modes from blocks of rows do not fit into the memory.
    """
    if settings.blocks != ROWS:
        return load(tree.root.out, POD.kind)
    root: RowRoot = load(tree.root.out, RowRoot.kind)
    r = len(root.z)
    if 3 * 8 * tree.n * r > settings.memory:
        raise OptionError(
            f"{r} modes of {tree.n} dofs do not fit into {settings.memory} bytes: ask for fewer "
            "modes, or allow more memory"
        )
    parts: list[ModeRows] = [load(job.out, ModeRows.kind) for job in tree.last]
    M = product_of(settings, tree.n)
    V, _ = orthonormalise(np.vstack([part.V for part in parts]), M)  # signs are those of root.z
    means = [part.mean for part in parts if part.mean is not None]
    return POD(
        np.asfortranarray(V),
        root.singular_values,
        centre=np.concatenate(means) if means else None,
        inner_product=M,
        method="tree",
        samples=root.z.shape[1] if settings.weights is None else 0,
    )


def coordinates_of(tree: Tree, settings: TreeSettings) -> tuple[Any, Any]:
    """Return the coordinates (r, m) of all snapshots, and the norms (m,) of what they leave out."""
    if settings.blocks == ROWS:
        root: RowRoot = load(tree.root.out, RowRoot.kind)
        return root.z, root.left_out
    parts: list[Coordinates] = [load(job.out, Coordinates.kind) for job in tree.last]
    return np.hstack([part.z for part in parts]), np.concatenate([p.left_out for p in parts])


def bound_of(tree: Tree, settings: TreeSettings) -> float:
    """Return the proven bound of the relative error of the modes of a tree."""
    if settings.blocks != ROWS:
        return float(load(tree.root.out, POD.kind).relative_truncation_error)
    root: RowRoot = load(tree.root.out, RowRoot.kind)
    return float(safe_norm(root.singular_values[len(root.z) :]) / safe_norm(root.singular_values))


def measured_error(tree: Tree, settings: TreeSettings) -> float:
    """Return the relative error of the modes on all snapshots, which a second pass measured.

    The denominator is that of the tolerance: the norm of the snapshots less their mean, if centred.
    """
    z, left_out = coordinates_of(tree, settings)
    w = weights_of(settings, None, len(left_out))
    root = np.ones(len(left_out)) if w is None else np.sqrt(w)
    error = safe_norm(root * left_out)
    return float(error / np.hypot(error, safe_norm(root * z)))


def is_done(path: Path) -> bool:
    """Return whether a node has been computed; a damaged file is removed."""
    if not path.exists():
        return False
    try:
        load(path)
    except StorageError:
        path.unlink()
        return False
    return True


@contextmanager
def workers(jobs: int) -> Iterator[Mapped]:
    """Yield a function that does work for each task, by ``jobs`` processes.

    Each has one BLAS thread. The processes start with the first task, and stay until the end of
    the context.
    """
    if jobs == 1:
        yield _in_turn
        return
    parent = (str(os.getpid()),)  # workers end with it, also if it is killed
    spawn = get_context("spawn")
    with ProcessPoolExecutor(jobs, spawn, initializer=end_with, initargs=parent) as pool:
        yield lambda work, tasks: deque(pool.map(work, tasks), maxlen=0)


def _in_turn(work: Work, tasks: Sequence[Job]) -> None:
    for task in tasks:
        work(task)
