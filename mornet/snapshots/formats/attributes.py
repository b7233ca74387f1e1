"""Single numbers that attributes of files, groups and steps state: parameters, if they differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from mornet.snapshots.formats.contents import Contents, meaning

NO_PARAMETERS = re.compile(  # names of attributes that describe the file, its steps or its grid
    r"_.*|class|name|title|flavor|nrows|(.*_)?version|dimension_.*|reference_list|matlab_.*"
    r"|scale_factor|add_offset|missing_value|valid_\w+|units?|(.*_)?units?|d_?[txyz]|delta_?[txyz]"
    r"|[nijk]|n_?[txyz]|n_\w+|num_\w+|(time_?)?steps?|step_\w+|iter\w*|cycle|frame|snapshot"
    r"|(.*_)?(index|id|seed|count)|rank|size|length|level|created|modified|date\w*|timestamp|time.*"
    r"|t_?(0|end|final|start|max|min|stop)|.*_time|.*tol(erance)?|residual|jul(day|yr)|gmt"
    r"|mean|average|std|var(iance)?|min(imum)?|max(imum)?|median|sum|rms|norm|checksum|component"
    r"|channel|(.*_)?format|wall.*|cpu.*|elapsed.*|run_?time|duration|memory.*|threads|error|loss",
    re.IGNORECASE,
)
FROM_ATTRIBUTES = "attributes state "  # so begin the notes on them


def numbers_of(stated: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, float]]:
    """Yield the attributes that are single numbers, and that may be parameters."""
    for word, value in stated:
        real = np.size(value) == 1 and np.asarray(value).dtype.kind in "iuf"
        if real and meaning(word) is None and not NO_PARAMETERS.fullmatch(word):
            yield word, float(np.ravel(value)[0])


def with_stated(parts: Sequence[Contents], *, told_apart: bool = False) -> list[Contents]:
    """Return parts whose mu are the numbers that attributes state, if they differ.

    The parts stay where one has mu already, where names of files have ``told_apart`` the parts, and
    where each part is one snapshot at a time of its own, as such numbers may be any of the state.
    """
    names = differing(parts)
    has_mu = any("mu" in {*part.coordinates, *part.fields} for part in parts)
    if not names or has_mu or told_apart or _have_own_times(parts):
        return list(parts)
    rows = [np.array([part.stated[name] for name in names]) for part in parts]
    return [
        part._replace(coordinates={**part.coordinates, "mu": mu}, parameters=tuple(names))
        for part, mu in zip(parts, rows, strict=True)
    ]


def _have_own_times(parts: Sequence[Contents]) -> bool:
    """Return whether each part has one time, which no other part has."""
    stated = [{**part.coordinates, **part.fields} for part in parts]
    times = [of.get("t", of.get("time", ())) for of in stated]
    different = {(*np.ravel(t), part.origin) for t, part in zip(times, parts, strict=True)}
    return all(np.size(t) == 1 for t in times) and len(different) == len(parts)


def differing(parts: Sequence[Contents]) -> list[str]:
    """Return the names of the numbers in attributes that all parts state, and that differ."""
    common = [name for name in parts[0].stated if all(name in part.stated for part in parts)]
    return [name for name in common if len({part.stated[name] for part in parts}) > 1]


def tell_apart(parts: Sequence[Contents]) -> bool:
    """Return whether attributes state the same parameters for each of several parts, all other."""
    stated = [
        {**part.stated, "mu": tuple(np.ravel(part.coordinates.get("mu", ())))} for part in parts
    ]
    different = {tuple(sorted(of.items())) for of in stated}
    return len({tuple(sorted(of)) for of in stated}) == 1 < len(different) == len(parts)


def stated_notes(parts: Sequence[Contents]) -> Iterator[str]:
    """Yield notes on the numbers in attributes of parts: constants, and parameters."""
    names = differing(parts)
    mine = sorted({name for part in parts for name in part.stated})
    if alone := [name for name in mine if not all(name in part.stated for part in parts)]:
        yield f"{FROM_ATTRIBUTES}{', '.join(alone)} of some snapshots only, so they are left out"
    same = [name for name in mine if name not in (*names, *alone)]
    if same:
        said = ", ".join(f"{name} = {parts[0].stated[name]:g}" for name in same)
        yield f"{FROM_ATTRIBUTES}{said} of all snapshots"
    read = [name for name in names if name in parts[0].parameters]
    if read:
        yield f"{FROM_ATTRIBUTES}{', '.join(read)}, which are the parameters"
    if left := [name for name in names if name not in read]:
        why = "times or other parameters tell the snapshots apart"
        yield f"{FROM_ATTRIBUTES}{', '.join(left)}, left out, as {why}"


def without_attributes(notes: Iterable[str]) -> tuple[str, ...]:
    """Return notes without those on numbers in attributes."""
    return tuple(note for note in notes if not note.startswith(FROM_ATTRIBUTES))
