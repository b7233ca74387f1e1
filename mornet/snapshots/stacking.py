"""Several fields of one state, one below the other: they belong to the same snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mornet.errors import OptionError, ShapeError, counted
from mornet.snapshots.formats.parameter_names import OF_MU
from mornet.snapshots.formats.units import same_unit
from mornet.snapshots.layout import SINCE, Matrix

OF_SAMPLES = {"t": "times", "mu": "parameters", "trajectory": "trajectories", "weights": "weights"}
TOLERANCE = 4 * float(np.finfo(np.float32).eps)  # a field may be stored in single precision


def stacked(
    source: str, parts: Sequence[Matrix], names: Sequence[str]
) -> tuple[Matrix, tuple[int, ...]]:
    """Return the fields one below the other, and the first row of each.

    What one field leaves out, such as its times, is that of the others. Raises ShapeError for
    another number of snapshots, OptionError for fields of other snapshots or of axes in another
    order.
    """
    first = parts[0]
    if len(parts) == 1:
        return first, (0,)
    for part, name in zip(parts, names, strict=True):
        _require_same_lengths(f"{source}: the field {name}", part, first, names[0])
    fields, units = _of_samples(source, parts, names)
    x, notes = _places(parts)
    ends = np.cumsum([len(part.U) for part in parts])
    others = {name: values for name, values in first.fields.items() if name != "x"}
    same = len({part.shape for part in parts}) == 1
    return replace(
        first,
        U=np.vstack([part.U for part in parts]),
        fields={**others, **fields, **x},
        units={**first.units, **units},
        axes=first.axes if same else ("dof",),
        shape=first.shape if same else (int(ends[-1]),),
        counted=first.counted if same or first.counted != first.axes else ("dof",),
        notes=notes,
        heading=_heading(parts),
        labels=next((part.labels for part in parts if part.labels), ()),
        x_unit=_units_of_places(source, parts, names) if x else (),
    ), (0, *map(int, ends[:-1]))


def _of_samples(
    source: str, parts: Sequence[Matrix], names: Sequence[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return times, parameters, ... of the first field that has them, and their units."""
    fields, units = dict[str, Any](), dict[str, str]()
    for word in OF_SAMPLES:
        pairs = zip(parts, names, strict=True)
        having = [(part, name) for part, name in pairs if word in part.fields]
        for part, name in having:
            _require_same(f"{source}: the field {name}", word, part, *having[0])
        for part, _ in having[:1]:
            fields[word] = part.fields[word]
            units |= {name: part.units[name] for name in _about(word) if name in part.units}
    return fields, units


def _about(word: str) -> tuple[str, ...]:
    """Return what units hold about a field of the samples: the date of times, names of mu too."""
    return (word, *{"t": (SINCE,), "mu": (OF_MU,)}.get(word, ()))


def _places(parts: Sequence[Matrix]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the coordinates x of all fields if they have them, and all notes."""
    notes = [note for part in parts for note in part.notes]
    x: list[Any] = [part.fields.get("x") for part in parts]
    counts = {None if one is None else len(one) for one in x}
    if len(counts) > 1:
        notes.append("coordinates are left out, since they are not those of all fields")
    known = {} if None in counts or len(counts) > 1 else {"x": np.hstack(x)}
    return known, tuple(dict.fromkeys(notes))


def _units_of_places(source: str, parts: Sequence[Matrix], names: Sequence[str]) -> tuple[str, ...]:
    """Return the units of the coordinates of all fields; OptionError if they differ."""
    known, of = parts[0].x_unit, names[0]
    for part, name in zip(parts, names, strict=True):
        if not all(map(same_unit, part.x_unit, known)):
            said = [", ".join(units) for units in (part.x_unit, known)]
            raise OptionError(
                f"{source}: the field {name} has its coordinates in {said[0]}, but {of} in "
                f"{said[1]}: convert them, so that all fields state one unit"
            )
        known = tuple(ours or theirs for ours, theirs in zip(known, part.x_unit, strict=True))
    return known


def _heading(parts: Sequence[Matrix]) -> tuple[str, ...]:
    """Return the names of the rows of all fields, if all have them."""
    known = all(part.heading for part in parts)
    return tuple(name for part in parts for name in part.heading) if known else ()


def _require_same_lengths(where: str, part: Matrix, first: Matrix, name: str) -> None:
    """Raise an error for another number of snapshots, or for axes in another order."""
    if part.U.shape[1] != first.U.shape[1]:
        raise ShapeError(
            f"{where} has {counted(part.U.shape[1], 'snapshot')}, but {name} has "
            f"{first.U.shape[1]}: fields of one state need the same snapshots"
        )
    if part.shape == first.shape and _swapped(part.axes, first.axes):
        raise OptionError(
            f"{where} has the axes {' '.join(part.axes)}, but {name} has "
            f"{' '.join(first.axes)}: write the axes of all fields in one order"
        )


def _swapped(one: Sequence[str], other: Sequence[str]) -> bool:
    return one != other and sorted(one) == sorted(other)


def _require_same(where: str, word: str, part: Matrix, known: Matrix, name: str) -> None:
    """Raise OptionError if two fields have other times, parameters, ... or units of them."""
    said = f"{where} has other {OF_SAMPLES[word]} than {name}"
    advice = "fields of one state need the same snapshots, so interpolate one, or read one alone"
    units = [matrix.units.get(word, "") for matrix in (known, part)]
    if not same_unit(*units):
        raise OptionError(f"{said}, in {units[1]} instead of {units[0]}: {advice}")
    dates = [matrix.units.get(SINCE) for matrix in (known, part)]
    if word == "t" and dates[0] != dates[1]:
        ours, theirs = (date or "no date" for date in dates)
        raise OptionError(f"{said}, counted from {theirs} instead of {ours}: {advice}")
    if word == "trajectory" and known.labels != part.labels:
        raise OptionError(f"{said}: {advice}")
    a, b = (np.atleast_2d(matrix.fields[word]) for matrix in (known, part))
    if a.shape != b.shape:
        raise OptionError(f"{said}, of the shape {b.shape} instead of {a.shape}: {advice}")
    apart = np.any(np.abs(a - b) > TOLERANCE * np.max(np.abs(a), axis=1, keepdims=True), axis=0)
    if apart.any():
        j = int(np.flatnonzero(apart)[0])
        numbers = [", ".join(f"{number:.6g}" for number in row[:, j]) for row in (b, a)]
        raise OptionError(f"{said}: {numbers[0]} instead of {numbers[1]} at snapshot {j}; {advice}")
