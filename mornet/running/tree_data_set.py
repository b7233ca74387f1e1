"""Snapshots in files, of any size, as the coordinates of their POD tree: a data set of a study.

The modes V of the tree are orthonormal. A snapshot u, less the mean if centred, has the coordinates
z = V^T u and leaves out d = ||u - V z||. A reduction of the coordinates with the error ||z - z'||
therefore is a reduction of the snapshot with the error (||z - z'||^2 + d^2)^{1/2}.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from mornet.errors import OptionError, ShapeError
from mornet.records import Array, Indices
from mornet.reduction import POD
from mornet.running.pod_tree import mapped, read_block, run_tree
from mornet.running.tree_plan import Block, TreeSettings
from mornet.settings import Count, Fraction, Positive, Range, Seed, Settings, checked
from mornet.snapshots.formats import files_at, place_of, read_contents
from mornet.snapshots.snapshots import DataSet, Snapshots
from mornet.snapshots.split import Mask
from mornet.storage import save


@dataclass(frozen=True)
class TreeOptions(Settings):
    """How the tree is computed; `TreeSettings` says what each of them means.

    The arrays of a process take at most ``memory_mb``. The nodes are files in ``folder``.
    """

    rank: Count | None = None
    omega: Fraction = 0.75
    fan_in: Annotated[int, Range(2)] = 8
    centred: bool = False
    memory_mb: Count = 1024
    jobs: Count = 1
    folder: str = "results/pod_trees"


@checked
def tree_data_set(
    *,
    files: tuple[str, ...],
    test_files: tuple[Seed, ...],
    axes: str | None = None,
    mu: tuple[tuple[float, ...], ...] | None = None,
    t: str | None = None,
    tolerance: Positive = 1e-4,
    tree: TreeOptions = TreeOptions(),
) -> DataSet:
    """Return the coordinates of all snapshots in the modes of their POD tree.

    Each of the ``files`` (FILE or FILE:KEY) holds one trajectory, with the parameters ``mu`` of the
    same number; ``test_files`` are the numbers of those for testing. ``t`` is the place of the
    times of every trajectory. The modes leave out at most ``tolerance`` of all snapshots, relative
    to their norm. They are stored beside the nodes, and ``split`` names their file.

    Raises OptionError for numbers of files that do not exist, for a file that is named twice, and
    if no file is left for training or testing; ShapeError if lengths differ; and what `run_tree`
    raises.
    """
    testing = _testing(len(files), test_files)
    if len(set(files)) < len(files):
        raise OptionError(f"files names one file twice: {', '.join(files)}")
    if mu is not None and len(mu) != len(files):
        raise ShapeError(f"{len(files)} files need as many parameters mu, not {len(mu)}")
    options = {name: value for name, value in vars(tree).items() if name not in OWN}
    settings = TreeSettings(
        tolerance=tolerance, axes=axes, memory=1024**2 * tree.memory_mb, **options
    )
    pod, nodes = run_tree(files, Path(tree.folder), settings)
    stamp = hashlib.sha256(" ".join([str(pod.r), *map(str, nodes.top)]).encode()).hexdigest()
    place = Path(tree.folder) / f"pod-{stamp[:12]}.h5"
    save(place, pod)
    blocks = [job.block for job in nodes.levels[0] if job.block is not None]
    parts = mapped(partial(_coordinates, pod=pod, axes=axes), blocks, settings.jobs)
    whole = _snapshots(parts, _numbers(files, blocks), mu, t)
    of_tests = testing[whole.trajectory]
    train, test = (whole.take(np.flatnonzero(part)) for part in (~of_tests, of_tests))
    split = (
        f"testing: {np.sum(testing)} of {len(files)} files; coordinates of {pod.r} POD modes, "
        f"which leave out at most {pod.relative_truncation_error:.3g} ({place})"
    )
    return DataSet("tree", train, test, split)


OWN = ("memory_mb", "folder")


def files_of(settings: Mapping[str, Any]) -> list[Path]:
    """Return the files that `tree_data_set` reads with these ``settings``."""
    times = [] if settings["t"] is None else [place_of(settings["t"])[0]]
    return [path for place in settings["files"] for path in files_at(place)] + times


def _testing(count: int, chosen: Sequence[int]) -> Mask:
    """Return which files are for testing (count,)."""
    if unknown := [i for i in chosen if i >= count]:
        raise OptionError(f"test_files = {unknown[0]}: the files have the numbers 0 to {count - 1}")
    testing = np.isin(np.arange(count), chosen)
    if not testing.any() or testing.all():
        raise OptionError("test_files: name some of the files, and not all")
    return testing


def _coordinates(block: Block, pod: POD, axes: str | None) -> tuple[Array, Array]:
    """Return the coordinates z (r, m) of a block, and the norms (m,) of what they leave out."""
    U = read_block(block, axes)
    z = pod.encode(U)
    return z, np.linalg.norm(U - pod.decode(z), axis=0)


def _numbers(files: Sequence[str], blocks: Sequence[Block]) -> Indices:
    """Return the number of the file of each snapshot."""
    lengths = [block.last - block.first for block in blocks]
    return np.repeat([files.index(block.place) for block in blocks], lengths)


def _snapshots(
    parts: Sequence[tuple[Array, Array]],
    trajectory: Indices,
    mu: Sequence[Sequence[float]] | None,
    t: str | None,
) -> Snapshots:
    z, left_out = (np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))
    return Snapshots(
        U=z,
        x=np.arange(len(z))[None].astype(float),
        trajectory=trajectory,
        t=None if t is None else _times(t, trajectory),
        mu=None if mu is None else np.transpose(mu)[:, trajectory],
        left_out=left_out,
    )


def _times(place: str, trajectory: Indices) -> Array:
    """Return the time of each snapshot; each trajectory has the times at the ``place``."""
    times = np.ravel(read_contents(*place_of(place)).array)
    counts = np.bincount(trajectory)
    if np.any(counts != len(times)):
        raise ShapeError(
            f"{place} holds {len(times)} times; files hold {counts.tolist()} snapshots"
        )
    return np.tile(times, len(counts)).astype(float)
