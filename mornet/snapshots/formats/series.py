"""A series of files, one for each time or parameter, as one array of snapshots.

A matrix without times in a file with {time} or {step} in its name is one snapshot on a grid unless
axes say otherwise. Which files a series has, and in which order, says `members`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import DataError, OptionError, ShapeError, counted
from mornet.snapshots.formats.alike import alike, along_places, some_without
from mornet.snapshots.formats.attributes import stated_notes, with_stated
from mornet.snapshots.formats.contents import ALONG, MOST, Contents, is_sample_axis
from mornet.snapshots.formats.left_notes import of_files_note
from mornet.snapshots.formats.members import (
    Member,
    counts,
    have_own_times,
    left_out,
    members,
    order_note,
)
from mornet.snapshots.formats.numbers_in_names import unread_note
from mornet.snapshots.formats.registry import read_contents
from mornet.snapshots.formats.samples import (
    fields_of,
    parameters_of,
    require_numbers,
    without_count,
)
from mornet.snapshots.layout import (
    SINCE,
    Matrix,
    arranged,
    axes_of,
    contradicts,
    real,
    renamed,
    with_samples,
)

GENERIC = "dof"  # the name of an axis of places that has none


def read_series(path: Any, key: str | None = None, axes: str | None = None) -> Contents:
    """Return the snapshots of all files of a series, side by side.

    A file holds one snapshot, or a matrix with several snapshots, which are a trajectory of their
    own. ``axes`` are those of the array in each file. All files have the same dofs. Raises
    OptionError if no file fits, DataError or ShapeError for files that do not fit together, and
    what the formats and `alike` raise.
    """
    files = members(path)
    words = axes.replace(",", " ").split() if axes else []
    numbered = any(map(counts, files[0].values)) or list(files[0].values) == ["T"]
    places = [member.path for member in files]
    read = [read_contents(place, key) for place in places]
    found = joined(files, read, words, numbered)
    ends = dict.fromkeys((str(places[0]), str(places[-1])))
    said = f"{counted(len(files), 'file')}, {' to '.join(ends)}"
    said += _guessed(read[0], words, numbered)
    of_names = (
        *order_note(path, files),
        *unread_note(path, files, found.fields),
        *left_out(path, files),
    )
    notes = (said, *of_names, *found.notes)
    return found._replace(notes=notes)


def read_runs(path: Path, runs: Sequence[tuple[str, Contents]], axes: str | None) -> Contents:
    """Return the snapshots of all ``runs`` in one file, side by side.

    ``axes`` are those of the array of each run. Raises what `read_series` raises.
    """
    for name, run in runs if axes is None else ():
        if np.ndim(run.array) > 2:
            axes_of(f"{path}:{name}", np.shape(run.array), run)  # states what is missing
    found = read_parts([(f"{path}:{name}", run) for name, run in runs], axes)
    said = f"{len(runs)} datasets {runs[0][0]} to {runs[-1][0]} are one run each"
    return found._replace(notes=(said, *without_count(found.notes)))


def read_parts(parts: Sequence[tuple[str, Contents]], axes: str | None) -> Contents:
    """Return the snapshots of parts, which come with their names, side by side.

    ``axes`` are those of the array of each part. Raises what `read_series` raises.
    """
    files = [Member(Path(name), {}) for name, _ in parts]
    words = axes.replace(",", " ").split() if axes else []
    return joined(files, [part for _, part in parts], words, numbered=False)


def joined(
    files: Sequence[Member], read: Sequence[Contents], words: Sequence[str], numbered: bool
) -> Contents:
    """Return the snapshots that are ``read`` from files, or from runs in one file, side by side.

    ``words`` are the stated axes of each. With ``numbered`` names a matrix may be one snapshot.
    Raises what `read_series` raises.
    """
    places = [member.path for member in files]
    named = [_named(p, part, words, numbered) for p, part in zip(places, read, strict=True)]
    _require_one_way(places, read, named)
    given = list(alike(zip(places, named, strict=True)))
    parts = with_stated(given, told_apart=bool(parameters_of(files)) or have_own_times(files))
    along = map(_along_axes, parts)
    matrices = [arranged(str(p), part, None, {}) for p, part in zip(places, along, strict=True)]
    _require_one_shape(places, matrices)
    require_numbers(files, parts)
    fields, units, notes = fields_of(files, parts, matrices)
    whole = _side_by_side(parts, matrices)
    notes = [
        *notes,
        *stated_notes([_without(part, files[0].values) for part in parts]),
        *some_without(places, parts),
        *of_files_note([_unnamed(part, files[0].values) for part in parts]),
    ]
    origin = units.pop(SINCE, None)
    return whole._replace(
        origin=origin,
        counts=tuple(matrix.U.shape[1] for matrix in matrices),
        fields={**whole.fields, **fields},
        units={**whole.units, **units},
        notes=(*notes, *matrices[0].notes[:-1]),
    )


def _unnamed(part: Contents, names: Container[str]) -> dict[str, float]:
    """Return the single numbers of a file that do not stand in its name."""
    return {name: number for name, number in part.numbers.items() if name not in names}


def _without(part: Contents, names: Container[str]) -> Contents:
    """Return a part without the numbers in attributes that stand in the name of its file."""
    stated = {name: number for name, number in part.stated.items() if name not in names}
    return part._replace(stated=stated)


def _side_by_side(parts: Sequence[Contents], matrices: Sequence[Matrix]) -> Contents:
    """Return the snapshots of all files, and what they state about places."""
    axes, shape = matrices[0].axes, matrices[0].shape
    if set(axes) == {GENERIC}:
        axes, shape = (GENERIC,), (len(matrices[0].U),)
    headings = [{axes[0]: matrix.heading} for matrix in matrices if matrix.heading]
    return Contents(
        np.hstack([matrix.U for matrix in matrices]).reshape(*shape, -1),
        " ".join([*axes, "sample"]),
        _first({"x": part.fields["x"]} for part in parts if "x" in part.fields),
        _first([*map(along_places, parts), *headings]),
        _first({k: v for k, v in part.units.items() if k != "t"} for part in parts),
        name=next((part.name for part in parts if part.name is not None), None),
    )


def _first(stated: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return what parts state, each of it as the first part that states it."""
    found: dict[str, Any] = {}
    for one in stated:
        found = {**one, **found}
    return found


def _along_axes(part: Contents) -> Contents:
    """Return a part without the parameters of all its snapshots, which `samples` reads."""
    words = (part.axes or "").split()
    along = {word: of for word, of in part.coordinates.items() if word != "mu" or word in words}
    return part._replace(coordinates=along, parameters=())


def _named(where: Path, part: Contents, words: Sequence[str], numbered: bool) -> Contents:
    """Return a part whose axes all have names, those of samples too.

    ``words`` are the axes that the caller states; one of samples may stand for that of the files.
    Raises OptionError for words that contradict the file.
    """
    shape, own = np.shape(part.array), (part.axes or "").split()
    if own and words and contradicts(own, words):
        raise OptionError(
            f"axes = {' '.join(words)!r} contradicts {where}, whose axes are {', '.join(own)}: "
            "leave axes out"
        )
    if any(map(is_sample_axis, own)):
        return renamed(part, with_samples(own, words))
    if not is_one_snapshot(part, words, numbered):
        final, why = axes_of(str(where), shape, part, " ".join(words) or None)
        at = dict(zip(own, final, strict=True)) if own else {}
        coordinates = {at.get(name, name): x for name, x in part.coordinates.items()}
        notes = part.notes if words or own else (*part.notes, why)
        return part._replace(axes=" ".join(final), coordinates=coordinates, notes=notes)
    dofs = own or _places(where, shape, [word for word in words if not is_sample_axis(word)])
    array = real(str(where), part.array)[..., None]
    return _with_grid(part._replace(array=array, axes=" ".join([*dofs, "sample"])), dofs)


def _places(where: Path, shape: tuple[int, ...], words: Sequence[str]) -> list[str]:
    """Return the names of the axes of one snapshot; ShapeError if ``words`` are too many or few."""
    if len(words) == len(shape):
        return list(words)
    several = [length for length in shape if length > 1]
    if words and list(words) != [GENERIC] and len(words) != max(len(several), 1):
        raise ShapeError(
            f"{where} has shape {shape}, but the axes of dofs are {' '.join(words)}: state one "
            "word for each axis"
        )
    return [GENERIC] * len(shape)


def _with_grid(part: Contents, dofs: Sequence[str]) -> Contents:
    """Return a part whose x lies along its axes, if it has a row for each axis of a square grid."""
    x = np.asarray(part.fields.get("x", 0.0))
    if len(dofs) < 2 or not set(dofs) <= set(ALONG) or x.shape != (len(dofs), len(part.array)):
        return part
    along = dict(zip(sorted(dofs), x, strict=True))
    fields = {name: of for name, of in part.fields.items() if name != "x"}
    return part._replace(fields=fields, coordinates={**part.coordinates, **along})


def is_one_snapshot(contents: Contents, words: Sequence[str], numbered: bool) -> bool:
    """Return whether a file holds a single snapshot: a vector, one column, or a field on a grid.

    A matrix without times is one if the name of its file is ``numbered`` by a time or a step.
    Without stated ``words`` an array is none if its file has times, ... of several snapshots.
    """
    shape = np.shape(contents.array)
    if not words and _are_several(contents.fields):
        return False
    if len(shape) == 1 or (len(shape) == 2 and 1 in shape and contents.axes is None):
        return True
    if words:
        return len(words) != len(shape) or not any(map(is_sample_axis, words))
    if contents.axes is not None or len(shape) > 2:
        return True
    return numbered and "t" not in contents.fields


def _are_several(fields: Mapping[str, Any]) -> bool:
    """Return whether fields of a file have an entry for each of several snapshots.

    A few parameters may be those of one snapshot, even if they are as many as an axis has places.
    """
    of_one = {"t": 1, "trajectory": 1, "weights": 1, "mu": MOST}
    return any(np.size(fields.get(word, 0)) > most for word, most in of_one.items())


def _guessed(contents: Contents, words: Sequence[str], numbered: bool) -> str:
    """Return in words that a matrix is one snapshot, if the name of its file alone decides it."""
    shape = np.shape(contents.array)
    matrix = contents.axes is None and len(shape) == 2 and 1 not in shape
    if words or not matrix or not is_one_snapshot(contents, words, numbered):
        return ""
    return '; each is one snapshot, as its name has one time: state axes "dof sample" if not'


def _require_one_way(
    places: Sequence[Path], read: Sequence[Contents], named: Sequence[Contents]
) -> None:
    """Raise OptionError if lengths decide that one matrix is stored the other way round."""
    ways = [(p, n.axes) for p, r, n in zip(places, read, named, strict=True) if r.axes is None]
    for place, axes in ways:
        if {axes, ways[0][1]} == {"dof sample", "sample dof"}:
            raise OptionError(
                f'{place} seems to have the axes "{axes}", but {ways[0][0]} "{ways[0][1]}", by '
                "their lengths: state axes, or store all files in one way"
            )


def _require_one_shape(places: Sequence[Path], matrices: Sequence[Matrix]) -> None:
    first = matrices[0]
    for place, matrix in zip(places, matrices, strict=True):
        ours, theirs = _without_ones(matrix), _without_ones(first)
        if len(matrix.U) != len(first.U) and len(ours) == len(theirs) == 1:
            raise DataError(
                f"{place} has {counted(len(matrix.U), 'dof')}, but {places[0]} has {len(first.U)}"
            )
        if ours != theirs:
            raise ShapeError(
                f"{place} has shape {matrix.shape}, but the axes of dofs are "
                f"{' '.join(first.axes)}, and {places[0]} has shape {first.shape}"
            )


def _without_ones(matrix: Matrix) -> tuple[int, ...]:
    """Return the lengths of axes; a row and a column without names are both a vector."""
    if set(matrix.axes) != {GENERIC}:
        return matrix.shape
    return tuple(k for k in matrix.shape if k > 1) or (1,)
