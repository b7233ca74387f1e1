"""The plan of a POD tree: blocks of snapshots that fit into memory, and the files of all nodes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from mornet.errors import OptionError, ShapeError, counted
from mornet.fingerprint import code_id
from mornet.reduction.pod.tree import Budget
from mornet.snapshots.formats import files_at, place_of
from mornet.storage import open_snapshots

COPIES = 6  # a leaf holds its block as read, a copy, X, Q of X = Q R, and work space of LAPACK
CODE = "mornet.running.pod_tree"


@dataclass(frozen=True)
class TreeSettings:
    """The settings of a tree.

    ``tolerance`` is the largest relative error, and at most ``rank`` modes are kept. ``fan_in``
    nodes are joined by one above them. A process uses at most ``memory`` bytes, and ``jobs``
    processes run at once. ``omega`` is that of `Budget`. ``centred`` subtracts the mean.

    Raises OptionError for numbers out of range.
    """

    tolerance: float
    rank: int | None = None
    omega: float = 0.75
    fan_in: int = 8
    centred: bool = False
    axes: str | None = None
    memory: int = 1024**3
    jobs: int = 1

    def __post_init__(self) -> None:
        for name, least in (("fan_in", 2), ("jobs", 1), ("memory", 1), ("rank", 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise OptionError(f"{name} = {value} must be at least {least}")
        Budget(self.tolerance, 1, self.omega)


class Block(NamedTuple):
    """The snapshots ``first`` to ``last`` - 1 of a matrix in a file."""

    place: str
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.place}, snapshots {self.first} to {self.last - 1}"


class Job(NamedTuple):
    """A node that is to be written to ``out``, from its block or from the nodes below it."""

    out: Path
    block: Block | None
    below: tuple[Path, ...]


class Tree(NamedTuple):
    """The jobs of every level, the leaves first, and the nodes that the root joins."""

    levels: tuple[tuple[Job, ...], ...]
    top: tuple[Path, ...]


def planned(places: Sequence[str], folder: Path, settings: TreeSettings) -> Tree:
    """Return the tree for the snapshots at ``places``; raise as `run_tree` does."""
    blocks = _blocks(places, settings)
    stamps = {place: [_stamp(path) for path in files_at(place)] for place in places}
    common = [settings.tolerance, settings.omega, settings.fan_in, settings.centred, settings.axes]
    common += [len(blocks), code_id(CODE)]
    leaves = [
        Job(folder / f"leaf-{i:05d}-{_hash([*common, block, stamps[block.place]])}.h5", block, ())
        for i, block in enumerate(blocks)
    ]
    levels = [tuple(leaves)]
    while len(levels[-1]) > settings.fan_in:
        outs = [job.out for job in levels[-1]]
        groups = [outs[i : i + settings.fan_in] for i in range(0, len(outs), settings.fan_in)]
        name = f"merge-{len(levels)}"
        levels.append(
            tuple(
                Job(folder / f"{name}-{i:05d}-{_hash([p.name for p in g])}.h5", None, tuple(g))
                for i, g in enumerate(groups)
            )
        )
    return Tree(tuple(levels), tuple(job.out for job in levels[-1]))


def _blocks(places: Sequence[str], settings: TreeSettings) -> list[Block]:
    """Return the blocks of all files, as large as the memory allows."""
    blocks: list[Block] = []
    dofs: dict[str, int] = {}
    for place in places:
        with opened(place, settings.axes) as matrix:
            n, m = matrix.shape
        dofs[place] = n
        width = settings.memory // (8 * n * COPIES)
        if width < 1:
            raise OptionError(
                f"{settings.memory} bytes are too few for one snapshot of {counted(n, 'dof')}: "
                f"a leaf needs {8 * n * COPIES}"
            )
        count = -(-m // width)
        ends = [round(i * m / count) for i in range(count + 1)]
        blocks += [Block(place, a, b) for a, b in pairwise(ends)]
    if len(set(dofs.values())) > 1:
        raise ShapeError(f"the files have different numbers of dofs: {dofs}")
    return blocks


@contextmanager
def opened(place: str, axes: str | None) -> Iterator[Any]:
    """Open the snapshots (n, m) at a place, FILE or FILE:KEY."""
    path, key = place_of(place)
    with open_snapshots(path, key, axes) as (matrix, _):
        yield matrix


def _stamp(path: Path) -> list[Any]:
    """Return what tells a file from another one: its path, size and time of change."""
    found = path.stat()
    return [str(path.resolve()), found.st_size, found.st_mtime_ns]


def _hash(values: Any) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:12]
