"""Series: one file for each time or parameter, in folders or by names with a pattern.

A pattern holds names in braces: ``case/{time}/U.csv``, ``mu={mu}/u.npy``, ``run_{trajectory}.h5``.
Each stands for a number in the path. {time} or {t} is the time; {step} gives the order alone,
and a matrix without times in such a file is one snapshot on a grid unless axes say otherwise;
{trajectory} and {run} are the numbers of trajectories; every other name is a parameter. A folder
stands for all files of one format in it, or in its subfolders whose names are numbers, in their
order. The wildcards * and ? stand for any letters, as in a shell; the numbers in the names then
decide the order. A list keeps its own order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import DataError, OptionError, ShapeError, counted
from mornet.records import TIME_AXES, Array, Indices
from mornet.snapshots.formats.alike import alike
from mornet.snapshots.formats.contents import NUMBER, ORDER, PART, Contents, is_sample_axis
from mornet.snapshots.formats.registry import READERS, read_contents, suffix_of

WILD = "{*?"  # each begins what stands for any text in a pattern
TRAJECTORY = ("trajectory", "run", "case", "member")


class Member(NamedTuple):
    """A file of a series, and the numbers in its path by their names."""

    path: Path
    values: dict[str, float]


def is_series(path: Any) -> bool:
    """Return whether ``path`` is a list, a folder of files, or has a pattern."""
    if isinstance(path, list | tuple):
        return True
    path = Path(path)
    if path.exists():
        return path.is_dir() and suffix_of(path) not in READERS
    return bool(set(WILD) & set(str(path)))


def read_series(path: Any, key: str | None = None, axes: str | None = None) -> Contents:
    """Return the snapshots of all files of a series, side by side.

    A file holds one snapshot, or a matrix with several snapshots, which are a trajectory of their
    own. ``axes`` are those of the array in each file. All files have the same dofs. Raises
    OptionError if no file fits, DataError or ShapeError for files that do not fit together, and
    what the formats raise.
    """
    files = members(path)
    parts = [read_contents(member.path, key) for member in files]
    first = files[0].path
    words = axes.replace(",", " ").split() if axes else []
    numbered = any(name.lower() in (*TIME_AXES, *ORDER) for name in files[0].values)
    alone = all(_is_one_snapshot(part, words, numbered) for part in parts)
    if alone:
        columns = [_column(part) for part in parts]
    else:
        columns = [_columns(member, part, axes) for member, part in zip(files, parts, strict=True)]
    counts = [column.shape[1] for column in columns]
    for member, column in zip(files, columns, strict=True):
        if len(column) != len(columns[0]):
            raise DataError(
                f"{member.path} has {counted(len(column), 'dof')}, but {first} has "
                f"{len(columns[0])}"
            )
    parts = list(alike(zip([member.path for member in files], parts, strict=True)))
    fields = _of_names(files, counts) | _of_files(parts, counts)
    note = f"{counted(len(files), 'file')}, {first} to {files[-1].path}"
    if alone and not words and _is_matrix(parts[0]):
        note += '; each is one snapshot, as its name has one time: state axes "dof sample" if not'
    units = parts[0].units
    x = {"x": parts[0].fields["x"]} if "x" in parts[0].fields else {}
    grid = _grid(files, parts, words) if alone else ()
    named = [word for word in words if not is_sample_axis(word)] if grid else ["dof"]
    return Contents(
        np.hstack(columns).reshape(*(grid or columns[0].shape[:1]), -1),
        " ".join([*named, "sample"]),
        fields | x,
        units=units,
        notes=(note, *_left_out(path, files), *parts[0].notes),
        name=parts[0].name,
    )


def members(path: Any) -> list[Member]:
    """Return the files of a series in their order; OptionError if there are none."""
    if isinstance(path, list | tuple):
        return [Member(Path(one), {}) for one in path]
    folder = Path(path)
    found = _of_folder(folder) if folder.is_dir() else _of_pattern(str(path))
    if not found:
        raise OptionError(
            f"{path}: no files fit; a folder must hold files of one format ({', '.join(READERS)}), "
            "a pattern names numbers in braces, as in case/{time}/U.csv, or has *, as in case/*.csv"
        )
    return found


def _of_pattern(pattern: str) -> list[Member]:
    names = re.findall(r"\{(\w*)\}", pattern)
    if len(set(names)) < len(names) or "" in names:
        raise OptionError(f"{pattern}: each pair of braces needs a name of its own")
    if "}{" in pattern:
        raise OptionError(f"{pattern}: something must stand between two pairs of braces")
    regular = "".join(map(_regular, re.split(r"(\{\w+\}|[*?])", Path(pattern).as_posix())))
    found = []
    for path in _with_any_words(pattern):
        if match := re.fullmatch(regular, path.as_posix()):
            found.append(Member(path, {n: float(v) for n, v in match.groupdict().items()}))
    order = sorted(names, key=lambda name: name.lower() in (*TIME_AXES, *ORDER))
    found.sort(key=lambda member: _numbers(member.path))
    return sorted(found, key=lambda member: [member.values[name] for name in order])


def _with_any_words(pattern: str) -> list[Path]:
    """Return the files that fit a pattern if any text may stand for the names in braces."""
    start = Path(re.split(f"[{re.escape(WILD)}]", pattern)[0] + "x").parent
    glob = re.sub(r"\{\w+\}", "*", Path(pattern).relative_to(start).as_posix())
    return sorted(filter(Path.is_file, start.glob(glob.replace("[", "[[]"))))


def _left_out(path: Any, files: Sequence[Member]) -> tuple[str, ...]:
    """Return a note about files that have no numbers where the pattern has names in braces."""
    if isinstance(path, list | tuple) or Path(path).is_dir():
        return ()
    found = {member.path for member in files}
    left = [file for file in _with_any_words(str(path)) if file not in found]
    if not left:
        return ()
    return (f"without a number in the name: {counted(len(left), 'file')} left out, {left[0]}",)


def _regular(part: str) -> str:
    """Return the regular expression of a part of a pattern: {name}, a wildcard, or plain text."""
    if re.fullmatch(r"\{\w+\}", part):
        return f"(?P<{part[1:-1]}>{NUMBER})"
    return {"*": "[^/]*", "?": "[^/]"}.get(part) or re.escape(part)


def _of_folder(folder: Path) -> list[Member]:
    """Return the files of a folder, or of its subfolders with numbers as names."""
    inside = [path for path in folder.iterdir() if not path.name.startswith(".")]
    timed = [path for path in inside if path.is_dir() and re.fullmatch(NUMBER, path.name)]
    if timed:
        names = Counter(file.name for sub in timed for file in sub.iterdir() if _is_readable(file))
        usual = [name for name, count in names.items() if 2 * count > len(timed)]
        if len(usual) != 1 or names[usual[0]] < len(timed):
            listed = ", ".join(f"{name} (in {names[name]})" for name in sorted(usual))
            raise OptionError(
                f"{folder}: give a pattern such as {folder}/{{time}}/FILE; of "
                f"{counted(len(timed), 'folder')} most hold {listed or 'no file of one name'}"
            )
        found = [Member(sub / usual[0], {"time": float(sub.name)}) for sub in timed]
        return sorted(found, key=lambda member: member.values["time"])
    readable = sorted((path for path in inside if _is_readable(path)), key=_numbers)
    kinds = Counter(suffix_of(path) for path in readable)
    if len(kinds) > 1:
        listed = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        raise OptionError(f"{folder} holds files of several formats ({listed}): give a pattern")
    return [Member(path, {}) for path in readable]


def _is_readable(path: Path) -> bool:
    return path.is_file() and suffix_of(path) in READERS


def _numbers(path: Path) -> list[Any]:
    """Return the parts of a path with its numbers as numbers, by which files are ordered."""
    words = re.split(f"({PART})", str(path).removesuffix(path.suffix))
    return [(0, float(w), w) if i % 2 else (1, 0.0, w) for i, w in enumerate(words)]


def _is_one_snapshot(contents: Contents, words: Sequence[str], numbered: bool) -> bool:
    """Return whether a file holds a single snapshot: a vector, one column, or a field on a grid.

    A matrix without times is one if the name of its file is ``numbered`` by a time or a step.

    ``words`` are the axes that the caller states; one of samples may stand for that of the files.
    """
    shape = np.shape(contents.array)
    if contents.axes == "dof sample":
        return shape[1] == 1
    if len(shape) == 1 or (contents.axes is None and len(shape) == 2 and not _is_matrix(contents)):
        return True
    if words:
        return len(words) != len(shape) or not any(map(is_sample_axis, words))
    return contents.axes is None and (len(shape) > 2 or (numbered and "t" not in contents.fields))


def _is_matrix(contents: Contents) -> bool:
    """Return whether an array without named axes has two, of several entries each."""
    shape = np.shape(contents.array)
    return contents.axes is None and len(shape) == 2 and 1 not in shape


def _grid(files: Sequence[Member], parts: Sequence[Contents], words: Sequence[str]) -> Any:
    """Return the shape of the grid whose axes are stated, if there are several; each file has it.

    Raises ShapeError for a file of another shape.
    """
    named = [word for word in words if not is_sample_axis(word)]
    if len(named) < 2:
        return ()
    shape = np.shape(parts[0].array)
    for member, part in zip(files, parts, strict=True):
        if np.shape(part.array) != shape or len(shape) != len(named):
            raise ShapeError(
                f"{member.path} has shape {np.shape(part.array)}, but the axes of dofs "
                f"are {' '.join(named)}, and {files[0].path} has shape {shape}"
            )
    return shape


def _column(contents: Contents) -> Array:
    from mornet.snapshots.layout import real

    return real("a file of the series", contents.array).reshape(-1, 1)


def _columns(member: Member, contents: Contents, axes: str | None) -> Array:
    from mornet.snapshots.layout import arranged

    return arranged(str(member.path), contents, axes, {}).U


def _of_names(files: Sequence[Member], counts: Sequence[int]) -> dict[str, Any]:
    """Return t, mu and trajectory that the names of the files state."""
    fields: dict[str, Any] = {}
    names = list(files[0].values)
    groups = [name for name in names if name.lower() not in (*TIME_AXES, *ORDER)]
    for name in names:
        if name.lower() in TIME_AXES:
            fields["t"] = np.repeat([member.values[name] for member in files], counts)
    parameters = [name for name in groups if name.lower() not in TRAJECTORY]
    if parameters:
        mu = [[member.values[name] for member in files] for name in parameters]
        fields["mu"] = np.repeat(mu, counts, axis=1)
    if groups:
        fields["trajectory"] = np.repeat(_trajectories(files, groups), counts)
    elif max(counts) > 1:
        fields["trajectory"] = np.repeat(np.arange(len(files)), counts)
    return fields


def _trajectories(files: Sequence[Member], groups: Sequence[str]) -> Indices:
    """Return the trajectory of each file: its number in the name if that is enough, or a count."""
    keys = np.array([[member.values[name] for name in groups] for member in files])
    number = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    runs = [keys[:, i] for i, name in enumerate(groups) if name.lower() in TRAJECTORY]
    if len(runs) == 1 and len(np.unique(runs[0])) == len(np.unique(number)):
        stated = runs[0].astype(int)
        return stated if np.array_equal(stated, runs[0]) else number
    return number


def _of_files(parts: Sequence[Contents], counts: Sequence[int]) -> dict[str, Any]:
    """Return the times that all files hold."""
    times: list[Any] = [part.fields.get("t") for part in parts]
    if any(t is None or np.size(t) != k for t, k in zip(times, counts, strict=True)):
        return {}
    return {"t": np.concatenate([np.ravel(t) for t in times])}
