"""The plan of a POD tree: blocks of snapshots that fit into memory, and the jobs of all nodes.

The leaves are blocks of snapshots, or blocks of rows, where a few snapshots have too many rows for
the memory. The root says how many modes there are. What follows the root needs the snapshots once
more: their coordinates, or the rows of the modes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np

from mornet.errors import OptionError, ShapeError, StorageError, counted
from mornet.fingerprint import code_id
from mornet.linalg import as_inner_product, root_weights
from mornet.records import Array, Indices
from mornet.reduction.pod.tree import Budget
from mornet.settings import Count, Fraction, Positive, Range, Settings, as_word
from mornet.snapshots.formats import files_at, place_of, read_contents
from mornet.storage import open_snapshots

COPIES = 6  # a leaf holds its block as read, a copy, X, Q of X = Q R, and work space of LAPACK
CODE = "mornet.running.tree_nodes"
SNAPSHOTS, ROWS = "snapshots", "rows"
LEAF, MERGE, ROOT, COORDINATES, MODES = KINDS = ("leaf", "merge", "root", "coordinates", "modes")


@dataclass(frozen=True)
class TreeSettings(Settings):
    """The settings of a tree.

    ``tolerance`` is the largest relative error, and at most ``rank`` modes are kept. ``fan_in``
    nodes are joined by one above them. A process uses at most ``memory`` bytes, and ``jobs``
    processes run at once. ``omega`` is that of `Budget`. ``centred`` subtracts the mean. ``blocks``
    says what the leaves are. ``weights`` is the place (FILE or FILE:KEY) of the weights of the
    snapshots of every file, or of all files one after another, ``inner_product`` that of weights
    (n,) or of a matrix (n, n).

    Raises OptionError for numbers out of range.
    """

    tolerance: Positive
    rank: Count | None = None
    omega: Fraction = 0.75
    fan_in: Annotated[int, Range(2)] = 8
    centred: bool = False
    axes: str | None = None
    memory: Count = 1024**3
    jobs: Count = 1
    blocks: Literal["snapshots", "rows"] = "snapshots"
    weights: str | None = None
    inner_product: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        Budget(self.tolerance, 1, self.omega)

    @property
    def arguments(self) -> list[str]:
        """The settings as key=value words of a command line, with values in JSON."""
        return [as_word(key, value) for key, value in vars(self).items()]


class Block(NamedTuple):
    """The snapshots, or the rows of all snapshots, ``first`` to ``last`` - 1 of ``places``.

    Weights of snapshots stand in their file after those of ``before`` others.
    """

    what: str
    first: int
    last: int
    places: tuple[str, ...]
    before: int = 0

    def __str__(self) -> str:
        return f"{', '.join(self.places)}, {self.what} {self.first} to {self.last - 1}"


class Job(NamedTuple):
    """A node of this ``kind`` that is to be written to ``out``.

    It comes from its ``block``, from the nodes ``below`` it, or from both. The tree has ``height``
    levels, leaves and root included.
    """

    kind: str
    out: Path
    block: Block | None
    below: tuple[Path, ...]
    height: int = 1


class Tree(NamedTuple):
    """The jobs of every level, the leaves first, the root, and the jobs that follow it."""

    levels: tuple[tuple[Job, ...], ...]
    root: Job
    last: tuple[Job, ...]
    n: int
    lengths: tuple[int, ...]  # number of snapshots of each file

    @property
    def trajectory(self) -> Indices:
        """The number of the file of each snapshot."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    @property
    def jobs(self) -> Iterator[Job]:
        """All jobs; a job comes after those from which it is made."""
        yield from (job for level in self.levels for job in level)
        yield self.root
        yield from self.last


Shape = tuple[int, int]


def planned(
    places: Sequence[str],
    folder: Path,
    settings: TreeSettings,
    made: Mapping[str, Shape] = MappingProxyType({}),
) -> Tree:
    """Return the tree for the snapshots at ``places``; raise as `run_tree` does.

    Of places that are still to be ``made`` the shapes are known, and their names tell what they
    hold.
    """
    shapes = [made.get(place) or _shape(place, settings.axes) for place in places]
    _require_equal(places, shapes)
    n, lengths = shapes[0][0], tuple(m for _, m in shapes)
    _require_fit(settings, n, lengths)
    of_rows = settings.blocks == ROWS
    blocks = list((_of_rows if of_rows else _of_snapshots)(places, n, lengths, settings))
    common = [_same(settings), len(blocks), code_id(CODE)]
    stamps = {
        place: [] if place in made else [_stamp(path) for path in files_at(place)]
        for place in places
    }
    names = [
        _name(f"{LEAF}-{i:05d}", [*common, block, [stamps[place] for place in block.places]])
        for i, block in enumerate(blocks)
    ]
    leaves = [Job(LEAF, folder / name, b, ()) for name, b in zip(names, blocks, strict=True)]
    levels = _merged(leaves, folder, settings.fan_in)
    top = tuple(job.out for job in levels[-1])
    stamp = [settings.rank, *(path.name for path in top)]
    root = Job(ROOT, folder / _name(ROOT, stamp), None, top)
    kind = MODES if of_rows else COORDINATES
    last = [
        Job(kind, folder / _name(f"{kind}-{i:05d}", [root.out.name, b]), b, (root.out,))
        for i, b in enumerate(blocks)
    ]
    height = len(levels) + 1
    high = [tuple(job._replace(height=height) for job in jobs) for jobs in (*levels, [root], last)]
    return Tree(tuple(high[:-2]), high[-2][0], high[-1], n, lengths)


def _same(settings: TreeSettings) -> list[Any]:
    """Return what all leaves have in common: settings, weights and inner product."""
    apart = ("memory", "jobs", "rank")  # which do not change a leaf
    places = [place for place in (settings.weights, settings.inner_product) if place is not None]
    stamps = [_stamp(path) for place in places for path in files_at(place)]
    return [{k: v for k, v in vars(settings).items() if k not in apart}, stamps]


def _merged(leaves: Sequence[Job], folder: Path, fan_in: int) -> list[Sequence[Job]]:
    """Return the levels below the root, which joins at most ``fan_in`` nodes."""
    levels = [leaves]
    while len(levels[-1]) > fan_in:
        outs = [job.out for job in levels[-1]]
        groups = [tuple(outs[i : i + fan_in]) for i in range(0, len(outs), fan_in)]
        levels.append([_merge(folder, len(levels), i, group) for i, group in enumerate(groups)])
    return levels


def _merge(folder: Path, level: int, i: int, below: tuple[Path, ...]) -> Job:
    name = _name(f"{MERGE}-{level}-{i:05d}", [path.name for path in below])
    return Job(MERGE, folder / name, None, below)


def _shape(place: str, axes: str | None) -> Shape:
    """Return the shape (n, m) of the snapshots at a place."""
    with opened(place, axes) as matrix:
        return int(matrix.shape[0]), int(matrix.shape[1])


def _require_equal(places: Sequence[str], shapes: Sequence[Shape]) -> None:
    if len({n for n, _ in shapes}) > 1:
        dofs = dict(zip(places, (n for n, _ in shapes), strict=True))
        raise ShapeError(f"the files have different numbers of dofs: {dofs}")


def _require_fit(settings: TreeSettings, n: int, lengths: Sequence[int]) -> None:
    """Raise ShapeError for weights of other numbers of snapshots, or of rows for blocks of rows."""
    if settings.weights is not None:
        w = for_all(settings.weights, "weight", lengths)
        root_weights(w, w.size)
    if settings.inner_product is not None and settings.blocks == ROWS:
        M = array_at(settings.inner_product)
        if M.shape != (n,):
            raise ShapeError(
                f"{settings.inner_product} has shape {M.shape}: blocks of rows need one weight for "
                f"each of {counted(n, 'row')}, and a matrix needs blocks of snapshots"
            )
        as_inner_product(M, n)


def for_all(place: str, what: str, lengths: Sequence[int]) -> Array:
    """Return one number for each snapshot of all files of these ``lengths``.

    The file at the ``place`` holds them, or those of every file. Raises ShapeError if it holds
    other numbers of them.
    """
    found = np.ravel(array_at(place))
    if set(lengths) == {found.size}:
        return np.tile(found, len(lengths)).astype(float)
    if found.size != sum(lengths):
        raise ShapeError(
            f"{place} holds {counted(found.size, what)}; files hold {list(lengths)} snapshots: "
            "give those of one file, if all files are equally long, or those of all"
        )
    return found.astype(float)


def array_at(place: str) -> Any:
    """Return the array at a place; a matrix of one row or column is a vector."""
    found = read_contents(*place_of(place)).array
    return np.ravel(found) if 1 in np.shape(found) and not hasattr(found, "tocoo") else found


def _of_snapshots(
    places: Sequence[str], n: int, lengths: Sequence[int], settings: TreeSettings
) -> Iterator[Block]:
    """Yield the blocks of snapshots of all files, as large as the memory allows."""
    least = 8 * n * COPIES
    if settings.memory < least:
        raise OptionError(
            f"{settings.memory} bytes are too few for one snapshot of {counted(n, 'dof')}: a leaf "
            f"needs {least}, unless the blocks are rows"
        )
    before = _before(lengths, settings)
    for place, m, others in zip(places, lengths, before, strict=True):
        ends = _parts(m, settings.memory // least)
        yield from (Block(SNAPSHOTS, a, b, (place,), others) for a, b in ends)


def _before(lengths: Sequence[int], settings: TreeSettings) -> list[int]:
    """Return how many weights stand before those of each file; 0 if all have the same."""
    if settings.weights is None or array_at(settings.weights).size != sum(lengths):
        return [0] * len(lengths)
    return [0, *np.cumsum(lengths[:-1]).tolist()]


def _of_rows(
    places: Sequence[str], n: int, lengths: Sequence[int], settings: TreeSettings
) -> Iterator[Block]:
    """Yield the blocks of rows of all files together, as large as the memory allows."""
    m = sum(lengths)
    least = 8 * m * COPIES * min(m, n)  # nodes hold m x m numbers
    if settings.memory < least:
        raise OptionError(
            f"{settings.memory} bytes are too few for blocks of rows of {counted(m, 'snapshot')}: "
            f"a leaf needs {least}, unless the blocks are snapshots"
        )
    ends = _parts(n, settings.memory // (8 * m * COPIES))
    yield from (Block(ROWS, a, b, tuple(places)) for a, b in ends)


def _parts(length: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield the ends of parts of nearly the same length, at most ``most``."""
    count = -(-length // most)
    yield from pairwise(round(i * length / count) for i in range(count + 1))


@contextmanager
def opened(place: str, axes: str | None) -> Iterator[Any]:
    """Open the snapshots (n, m) at a place, FILE or FILE:KEY."""
    path, key = place_of(place)
    with open_snapshots(path, key, axes) as (matrix, _):
        yield matrix


def _stamp(path: Path) -> list[Any]:
    """Return what tells a file from another one: its path, size and time of change."""
    try:
        found = path.stat()
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from None
    return [str(path.resolve()), found.st_size, found.st_mtime_ns]


def _name(start: str, values: Any) -> str:
    """Return the name of the file of a node, which tells from what and how it is made."""
    stamp = hashlib.sha256(json.dumps(values).encode()).hexdigest()[:12]
    return f"{start}-{stamp}.h5"
