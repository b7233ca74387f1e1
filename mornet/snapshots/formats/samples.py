"""What the names of the files of a series, and the files themselves, state about their samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from mornet.errors import DataError, ShapeError, counted
from mornet.records import Array
from mornet.snapshots.formats.clocks import (
    Times,
    after_midnight,
    on_one_clock,
    require_names,
)
from mornet.snapshots.formats.contents import (
    LETTERS,
    Contents,
    in_words,
    is_date,
    means_time,
    origin_note,
    times_note,
)
from mornet.snapshots.formats.dates import kind_of
from mornet.snapshots.formats.members import TRAJECTORY, Member, counts
from mornet.snapshots.formats.numeric_dates import first_days
from mornet.snapshots.formats.parameter_names import beside_units, names_note, names_of_mu
from mornet.snapshots.formats.parameters import in_one_order, require_of_all, rounding_of
from mornet.snapshots.layout import SINCE, Matrix

COUNTED = "each file is a trajectory; they are counted from 0 in the order of the files"
ONE = "state fields={trajectory: 0} if all files are one trajectory"
SHARED = "several trajectories share a number of a run; they are counted from 0 instead"


def fields_of(
    files: Sequence[Member], parts: Sequence[Contents], matrices: Sequence[Matrix]
) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """Return t, mu and trajectory of all snapshots, the unit and date of t, and notes.

    The names of the parameters stand beside the unit, as `beside_units` gives them.

    Raises DataError if names and files, or one file and another, contradict each other.
    """
    files, said = _without_doubt(files, parts, matrices)
    t, units, notes = _times(files, parts, matrices)
    mu, names, more = _parameters(files, parts, matrices)
    trajectory, runs = _trajectory(files, parts, matrices, t.get("t"))
    units |= beside_units(names)
    return t | mu | trajectory, units, [*said, *notes, *more, *runs]


def require_numbers(files: Sequence[Member], parts: Sequence[Contents]) -> None:
    """Raise DataError if a number in the name of a file, such as {Re}, is another one inside."""
    for member, part in zip(files, parts, strict=True):
        numbers = {**part.stated, **part.numbers}
        for name in numbers.keys() & member.values.keys():
            named, number = member.values[name], numbers[name]
            if abs(number - named) > rounding_of(np.array([named]))[0]:
                raise DataError(
                    f"{member.path} has {name} = {named:g} in its name, but {number:g} in the "
                    "file: correct one of them"
                )


def _without_doubt(
    files: Sequence[Member], parts: Sequence[Contents], matrices: Sequence[Matrix]
) -> tuple[Sequence[Member], list[str]]:
    """Return files whose names have {time} for a {T} that is times, and a note about {T}."""
    if "T" not in files[0].values:
        return files, []
    if len(files[0].values) > 1 or any(map(_times_of, parts, matrices)):
        return files, ["{T} in the names is a parameter: write {time} for times"]
    timed = [Member(member.path, {"time": member.values["T"]}) for member in files]
    return timed, [times_note("{T} in the names")]


def _times(
    files: Sequence[Member], parts: Sequence[Contents], matrices: Sequence[Matrix]
) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    places, counts = [member.path for member in files], [m.U.shape[1] for m in matrices]
    times = on_one_clock(
        [(p, _times_of(part, m)) for p, part, m in zip(places, parts, matrices, strict=True)]
    )
    named = _times_of_names(files)
    if named is not None:
        require_names(named, list(zip(places, times, strict=True)))
    known = [time for time in times if time is not None]
    if known and len(known) == len(files):
        return _joined(files, known, max(counts))
    notes = [*_some_left_out("times", files, times)]
    return {} if named is None else {"t": np.repeat(named, counts)}, {}, notes


def _some_left_out(what: str, files: Sequence[Member], found: Sequence[Any]) -> Iterator[str]:
    """Yield a note on what some files state, if it is left out because others do not."""
    bare = [member.path for member, of in zip(files, found, strict=True) if of is None]
    if len(bare) < len(files):
        count = counted(len(files) - len(bare), "file")
        yield f"{what} of {count} are left out, as {bare[0]} states none"


def _joined(
    files: Sequence[Member], known: Sequence[Times], most: int
) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """Return the times of all files, ``most`` in one of them, their unit, and notes."""
    time = known[0]._replace(values=np.concatenate([time.values for time in known]))
    said: tuple[str, ...] = ()
    if most == 1:
        runs = _trajectories(files, groups_of(files))[0] if groups_of(files) else None
        time, said = after_midnight(f"{files[0].path}, ...", time, runs)
    elif kind_of(time.origin or "") == "time of the day":
        said = tuple(_back(files, known))
    notes = [origin_note(time.origin)] if time.origin is not None else []
    units = {"t": time.unit} if time.unit else {}
    units |= {SINCE: time.origin} if time.origin is not None else {}
    return {"t": time.values}, units, [*said, *notes]


def _back(files: Sequence[Member], known: Sequence[Times]) -> Iterator[str]:
    """Yield a note on times of the day of a file that begin before those of the file before."""
    for (_, before), (member, time) in pairwise(zip(files, known, strict=True)):
        if time.values[0] < before.values[0]:
            yield (
                f"times of the day in {member.path} begin before those of the file before: write "
                "dates if the files are one series"
            )
            return


def _times_of_names(files: Sequence[Member]) -> Array | None:
    word = next(filter(means_time, files[0].values), None)
    if word is None:
        return None
    times = np.array([member.values[word] for member in files])
    return first_days(f"{{{word}}} in the names", times) if is_date(word) else times


def _times_of(part: Contents, matrix: Matrix) -> Times | None:
    """Return the times of the snapshots in a file; None if it states none."""
    t = _stated("t", part, matrix)
    return None if t is None else Times(t.ravel(), matrix.units.get("t", ""), part.origin)


def _stated(name: str, part: Contents, matrix: Matrix) -> Array | None:
    """Return a field of the samples (..., m), of each or of all of them; None without one."""
    if name in matrix.fields:
        return np.atleast_2d(np.asarray(matrix.fields[name], dtype=float))
    if name not in part.coordinates or name in (part.axes or "").split():
        return None
    values = np.ravel(np.asarray(part.coordinates[name], dtype=float))
    return np.repeat(values[:, None], matrix.U.shape[1], axis=1)


def _parameters(
    files: Sequence[Member], parts: Sequence[Contents], matrices: Sequence[Matrix]
) -> tuple[dict[str, Any], Sequence[str], list[str]]:
    """Return mu of all snapshots, the names of its entries, and notes."""
    counts = [matrix.U.shape[1] for matrix in matrices]
    names = parameters_of(files)
    of_names = [np.array([member.values[name] for name in names]) for member in files]
    named = np.repeat(np.array(of_names).T, counts, axis=1)
    stated = _stated_parameters(files, parts, matrices, names)
    known = names if set(parts[0].parameters) <= set(names) else parts[0].parameters
    known = known or names_of_mu(matrices[0].units, len(stated[0]) if stated else 0)
    if not stated or not names:
        mu = np.concatenate(stated, axis=1) if stated else named
        return {"mu": mu} if stated or names else {}, known, [*names_note(known)]
    if len(stated[0]) != len(names):
        left = f"mu of the files is left out: names state {', '.join(names)}"
        return {"mu": named}, names, [left, *names_note(names)]
    for member, of_name, mu in zip(files, of_names, stated, strict=True):
        if np.any(np.abs(mu - of_name[:, None]) > rounding_of(of_name)[:, None]):
            raise DataError(
                f"{member.path} has mu = {of_name.tolist()} in its name, but {mu[:, 0].tolist()} "
                "in the file: correct one of them"
            )
    return {"mu": np.concatenate(stated, axis=1)}, known, [*names_note(known)]


def _stated_parameters(
    files: Sequence[Member],
    parts: Sequence[Contents],
    matrices: Sequence[Matrix],
    names: Sequence[str],
) -> list[Array]:
    """Return mu (p, m) of each file in one order, that of ``names`` if it can be; none without."""
    found = [_stated("mu", part, matrix) for part, matrix in zip(parts, matrices, strict=True)]
    for member, mu in zip(files, found, strict=True):
        if _count(mu) != _count(found[0]):
            raise DataError(
                f"{member.path} has {_count(mu)}, but {files[0].path} has {_count(found[0])}: each "
                "file needs the same parameters"
            )
    places, of_parts = [member.path for member in files], [part.parameters for part in parts]
    _require_of_all(places, parts, matrices)
    stated = [mu for mu in found if mu is not None]
    return in_one_order(places, of_parts, stated, names) if stated else []


def _require_of_all(
    places: Sequence[Any], parts: Sequence[Contents], matrices: Sequence[Matrix]
) -> None:
    """Raise ShapeError if mu of a whole file, without names, seems meant for its snapshots."""
    for place, part, matrix in zip(places, parts, matrices, strict=True):
        if "mu" in part.coordinates.keys() - matrix.fields.keys() and not part.parameters:
            try:
                require_of_all(part.coordinates["mu"], [("sample", matrix.U.shape[1])])
            except ShapeError as error:
                raise ShapeError(f"{place}: {error}") from None


def _count(mu: Array | None) -> str:
    return counted(0 if mu is None else len(mu), "parameter") + " mu"


def groups_of(files: Sequence[Member]) -> list[str]:
    """Return the names in braces that are no times and no order."""
    return [name for name in files[0].values if not counts(name)]


def parameters_of(files: Sequence[Member]) -> list[str]:
    """Return the names in braces that are parameters."""
    return [name for name in groups_of(files) if name.lower() not in TRAJECTORY]


def _trajectory(
    files: Sequence[Member], parts: Sequence[Contents], matrices: Sequence[Matrix], t: Any
) -> tuple[dict[str, Any], list[str]]:
    """Return the trajectories, of the names, of the files, or one for each file, and notes."""
    counts, groups = [matrix.U.shape[1] for matrix in matrices], groups_of(files)
    found = [_runs(part, matrix) for part, matrix in zip(parts, matrices, strict=True)]
    own = [trajectory for trajectory in found if trajectory is not None]
    lost = []
    if len(own) < len(files):
        lost = [*_some_left_out("trajectories", files, found)]
        own = []
    if groups:
        of_files, notes = _trajectories(files, groups)
        number = np.repeat(of_files, counts)
    elif own and (_is_numbered(files) or max(counts) == 1):
        number, notes = np.zeros(sum(counts), dtype=int), []
    elif max(counts) > 1 and len(files) > 1:
        number, notes = np.repeat(np.arange(len(files)), counts), [_counted(t, counts)]
    else:
        return {}, lost
    if own:
        return _of_both(number, np.concatenate(own))
    return {"trajectory": number}, [*lost, *notes]


def _counted(t: Array | None, counts: Sequence[int]) -> str:
    """Return the note on trajectories that are counted, with how to state that they are one."""
    if t is None:
        return f"{COUNTED}: {ONE}"
    times = np.split(t, np.cumsum(counts)[:-1])
    goes_on = all(one.max() <= other.min() for one, other in pairwise(times))
    return f"{COUNTED}{', although times go on from file to file' if goes_on else ''}: {ONE}"


def without_count(notes: Sequence[str]) -> tuple[str, ...]:
    """Return notes without that on trajectories that are counted."""
    return tuple(note for note in notes if not note.startswith(COUNTED))


def _of_both(number: Any, stated: Any) -> tuple[dict[str, Any], list[str]]:
    """Return the trajectories that names or files (m,) and stated runs (m,) tell apart."""
    runs, of_runs = np.unique(stated, return_inverse=True)
    of_files = np.unique(number, return_inverse=True)[1]
    pairs, counted = np.unique(np.vstack([of_files, of_runs]), axis=1, return_inverse=True)
    if len(runs) == pairs.shape[1]:
        return {"trajectory": stated}, []
    if "U" in (np.asarray(number).dtype.kind, np.asarray(stated).dtype.kind):
        both = [f"{file}, {run}" for file, run in zip(number, stated, strict=True)]
        return {"trajectory": np.array(both)}, []
    return {"trajectory": counted.ravel()}, [SHARED]


def _runs(part: Contents, matrix: Matrix) -> Any:
    """Return the numbers or labels (m,) of the trajectories in a file; None if it states none."""
    if "trajectory" in matrix.fields:
        number = np.ravel(matrix.fields["trajectory"]).astype(int)
        return np.take(matrix.labels, number) if matrix.labels else number
    if "trajectory" not in part.coordinates or "trajectory" in (part.axes or "").split():
        return None
    of_all: Any = np.ravel(part.coordinates["trajectory"])[:1]
    label = in_words(of_all) if of_all.dtype.kind in LETTERS else of_all.astype(int)
    return np.repeat(label, matrix.U.shape[1])


def _is_numbered(files: Sequence[Member]) -> bool:
    return len(groups_of(files)) < len(files[0].values)


def _trajectories(files: Sequence[Member], groups: Sequence[str]) -> tuple[Any, list[str]]:
    """Return the trajectory of each file: what its name says if that is enough, or a count."""
    if files[0].words:
        return _in_words(files, groups), []
    keys = np.array([[member.values[name] for name in groups] for member in files])
    number = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    runs = [keys[:, i] for i, name in enumerate(groups) if name.lower() in TRAJECTORY]
    if len(runs) == 1 and len(np.unique(runs[0])) == len(np.unique(number)):
        stated = runs[0].astype(int)
        if np.array_equal(stated, runs[0]):
            return stated, []
    return number, [SHARED] if runs else []


def _in_words(files: Sequence[Member], groups: Sequence[str]) -> Any:
    """Return the words that name the trajectory of each file, with its parameters if need be."""
    runs = [name for name in groups if name.lower() in TRAJECTORY]
    short, long = ([_called(member, names) for member in files] for names in (runs, groups))
    return np.array(short if len(set(short)) == len(set(long)) else long)


def _called(member: Member, names: Sequence[str]) -> str:
    words = {name: f"{name}={member.values[name]:g}" for name in names}
    return ", ".join(member.words.get(name, word) for name, word in words.items())
