"""Snapshots and reconstructions as collections of ParaView, which animates them.

Each trajectory is a collection NAME.pvd, with a file .vtu for each snapshot in the folder NAME
beside it. An array has the same name at every step. A collection that replaces a longer one removes
the files that the longer one alone names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import numpy as np

from mornet.errors import DataError, OptionError, StorageError, counted, reason
from mornet.records import Array, Indices
from mornet.snapshots import Snapshots
from mornet.snapshots.unsplit import Samples
from mornet.storage import files
from mornet.storage.meshes import Ground, mesh_image
from mornet.storage.results import require_ours, require_replaceable
from mornet.storage.sample_axes import snapshots_of_part
from mornet.storage.tree import Leaf

SUFFIX = ".pvd"
HEAD = b'<?xml version="1.0"?>\n'
MARK = files.MARK_OF_PAGES + b"\n"
COUNTED = "the snapshots have no times that tell them apart: the steps are counted from 0"


class Series(NamedTuple):
    """Snapshots that follow each other: ``columns`` of a part, and the ``time`` of each."""

    part: str
    name: str
    columns: Indices
    time: Array
    counted: bool


def export_collections(
    path: Path,
    leaves: Mapping[str, Leaf],
    ground: Ground,
    data: Samples,
    *,
    overwrite: bool = False,
) -> tuple[list[Path], str]:
    """Write the snapshots among ``leaves``; return the collections written, and a note or "".

    A single trajectory is ``path``, several are NAME_train_0.pvd, NAME_test_1.pvd, ..., or
    NAME_0.pvd, NAME_1.pvd, ... of snapshots without a split.

    The note also says how many files of replaced collections are removed. Raises OptionError if no
    array has snapshots, DataError for a time that a trajectory has twice,
    ShapeError for arrays of other snapshots than ``data``; StorageError for a file that exists,
    unless mornet made it and it is to be overwritten.
    """
    of_parts = {part: snapshots_of_part(part, leaves) for part in data.parts}
    if not any(of_parts.values()):
        raise OptionError(f"{', '.join(leaves)}: none has an axis of snapshots, so take .vtu")
    every = [s for part, of in of_parts.items() if of for s in series_of(part, data.parts[part])]
    plans = {_place(path, one, alone=len(every) == 1): one for one in every}
    for out, one in plans.items():
        _require_free([out, *_steps(path, out, one)], overwrite=overwrite)
    before = {step for out in plans for step in _named_by(out, out.parent / path.stem)}
    for out, one in plans.items():
        _write(path, out, one, of_parts[one.part], ground)
        before -= {*_steps(path, out, one)}
    return list(plans), _note(_removed(before), every)


def _note(removed: int, every: Iterable[Series]) -> str:
    """Return what a reader of the collections must know, or ""."""
    gone = f"{counted(removed, 'file')} of the earlier collection removed" if removed else ""
    steps = COUNTED if any(one.counted for one in every) else ""
    return "; ".join(filter(None, (steps, gone)))


def series_of(name: str, part: Snapshots) -> Iterator[Series]:
    """Yield each trajectory of the part ``name`` in the order of its times.

    Trajectories of one snapshot each are one series, whose steps are counted if times repeat.
    """
    numbers, counts = np.unique(part.trajectory, return_counts=True)
    if counts.max() == 1 or len(numbers) == 1:
        yield _series(name, name, part, np.arange(part.m))
        return
    for number in numbers:
        of_number = f"{name}_{number}".removeprefix("_")
        yield _series(name, of_number, part, np.flatnonzero(part.trajectory == number))


def _series(part: str, name: str, of: Snapshots, columns: Indices) -> Series:
    """Return the snapshots ``columns`` in the order of their times."""
    alone = len(np.unique(of.trajectory[columns])) == len(columns)
    if of.t is None or (alone and len(np.unique(of.t[columns])) < len(columns)):
        return Series(part, name, columns, np.arange(float(len(columns))), counted=True)
    order = np.argsort(of.t[columns], kind="stable")
    time = of.t[columns][order]
    if len(twice := time[1:][np.diff(time) == 0]):
        raise DataError(
            f"trajectory {of.trajectory[columns[0]]} has the time {twice[0]:g} twice, and a "
            "collection of ParaView has each time once: take .vtu, or number the trajectories"
        )
    return Series(part, name, columns[order], time, counted=False)


def _place(path: Path, series: Series, *, alone: bool) -> Path:
    return path if alone else path.with_name(f"{path.stem}_{series.name}{path.suffix}")


def _steps(path: Path, out: Path, series: Series) -> list[Path]:
    """Return the files of the snapshots of a collection ``out``."""
    digits = len(str(len(series.time) - 1))
    names = [f"{series.name}_{k:0{digits}}.vtu" for k in range(len(series.time))]
    return [out.parent / path.stem / name.removeprefix("_") for name in names]


def _named_by(out: Path, folder: Path) -> set[Path]:
    """Return the files .vtu in a ``folder`` that the collection ``out`` of mornet names, if any."""
    if not (out.is_file() and files.is_ours(out)):
        return set()
    with suppress(ElementTree.ParseError):
        nodes = ElementTree.fromstring(out.read_bytes()).iter("DataSet")
        named = {out.parent / node.get("file", "") for node in nodes}
        return {n for n in named if n.parent == folder and n.suffix == ".vtu"}
    return set()


def _removed(steps: Iterable[Path]) -> int:
    """Remove the files among ``steps`` that mornet made, and return their number."""
    ours = [step for step in steps if step.is_file() and files.is_ours(step)]
    try:
        for step in ours:
            step.unlink()
    except OSError as error:
        raise StorageError(f"{step} could not be removed: {reason(error)}") from error
    return len(ours)


def _require_free(paths: Sequence[Path], *, overwrite: bool) -> None:
    """Raise StorageError for a file that exists, unless mornet made it and may replace it."""
    for path in paths:
        require_replaceable(path, overwrite=overwrite)
        require_ours(path)


def _write(
    path: Path, out: Path, series: Series, leaves: Mapping[str, Leaf], ground: Ground
) -> None:
    """Write the files of a trajectory, and then its collection."""
    steps = _steps(path, out, series)
    try:
        for step, column in zip(steps, series.columns, strict=True):
            shown = {name: Leaf(leaf.value[:, column], ("dof",)) for name, leaf in leaves.items()}
            files.replace(step, *_marked(mesh_image(".vtu", shown, ground)))
        files.replace(out, collection_text(out, series.time, steps).encode())
    except OSError as error:
        raise StorageError(f"{out} could not be written: {reason(error)}") from error


def _marked(image: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the parts of a file in XML with the mark of mornet behind its first line."""
    head, _, rest = image.partition(b"\n")
    return head + b"\n", MARK, rest


def collection_text(out: Path, times: Array, steps: Sequence[Path]) -> str:
    """Return a collection of ParaView: a time for each of its files, named as seen from ``out``.

    >>> print(collection_text(Path("a.pvd"), np.array([0.5]), [Path("a/train_0.vtu")]))
    <?xml version="1.0"?>
    <!-- made by mornet -->
    <VTKFile type="Collection" version="0.1">
      <Collection>
        <DataSet timestep="0.5" part="0" file="a/train_0.vtu"/>
      </Collection>
    </VTKFile>
    <BLANKLINE>
    """
    lines = [
        f'    <DataSet timestep="{float(time)!r}" part="0" '
        f"file={quoteattr(step.relative_to(out.parent).as_posix())}/>"
        for time, step in zip(times, steps, strict=True)
    ]
    body = "\n".join(["  <Collection>", *lines, "  </Collection>"])
    head = (HEAD + MARK).decode()
    return f'{head}<VTKFile type="Collection" version="0.1">\n{body}\n</VTKFile>\n'
