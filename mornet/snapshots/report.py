"""What snapshots hold, in words, before anything is computed from them.

`found_lines` describes what was read, missing and infinite entries included. `data_set_lines`
describes a data set and its split; both say the same where they can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mornet.errors import counted, in_print
from mornet.records import Array
from mornet.snapshots.files import Found
from mornet.snapshots.formats.parameter_names import names_of_mu
from mornet.snapshots.held_out import parameters_of
from mornet.snapshots.nearness import nearness
from mornet.snapshots.snapshots import DataSet, trajectories_of, units_of_places
from mornet.snapshots.split import MOST
from mornet.snapshots.times import span, steps_of_time

SENTINELS = (-9999.0, -999.0, -99.0, 9999.0, 99999.0, -32768.0, -32767.0, 1e20, -1e20, 1e30, 1e36)


def found_lines(found: Found) -> Iterator[str]:
    """Yield one line for each thing to say about what was read from files."""
    yield from map(in_print, _found_lines(found))


def _found_lines(found: Found) -> Iterator[str]:
    matrix = found.matrix
    n, m = matrix.U.shape
    yield _size(len(found.names), n, m, matrix.fields)
    yield from matrix.notes
    yield from _of_samples(matrix.fields, matrix.units)
    yield from _of_runs(matrix.fields.get("trajectory"), matrix.labels)
    yield from _of_coordinates(matrix.fields.get("x"), matrix.x_unit)
    bounds = [*found.first, n]
    for f, (name, unit) in enumerate(zip(found.names, found.unit, strict=True)):
        yield from _of_field(name, unit, matrix.U[bounds[f] : bounds[f + 1]])
    yield from _missing(matrix.U)
    yield from _alike(matrix.U)


def data_set_lines(data: DataSet) -> Iterator[str]:
    """Yield one line for each thing to say about a data set; the last lines are on its split."""
    yield from map(in_print, _data_set_lines(data))


def _data_set_lines(data: DataSet) -> Iterator[str]:
    parts = [data.train, *([data.validation] if data.validation else []), data.test]
    train, layout = data.train, data.layout
    fields = {
        "t": _joined([part.t for part in parts]),
        "mu": _joined([part.mu for part in parts]),
        "x": None if train.units.get("x") == "index" else train.x,
        "trajectory": trajectories_of(parts),
    }
    U = np.hstack([part.states for part in parts])
    yield _size(1 if layout is None else len(layout.field), len(U), U.shape[1], fields)
    yield from () if layout is None else layout.notes
    yield from _of_samples(fields, train.units)
    runs = np.concatenate([part.trajectory for part in parts])
    yield from _of_runs(runs, data.trajectory_name or ())
    yield from _of_coordinates(fields["x"], units_of_places(data))
    names = ("U",) if layout is None else layout.field
    unit = (train.units.get("U", ""),) if layout is None else layout.unit
    of_field = np.zeros(len(U), int) if layout is None else layout.of_field
    for f, name in enumerate(names):
        yield from _of_field(name, unit[f], U[of_field == f])
    if layout is not None and layout.left_out:
        yield f"rows missing in every snapshot, left out: {layout.left_out} of {layout.rows}"
    yield from _alike(U)
    yield from split_lines(data)


def split_lines(data: DataSet) -> Iterator[str]:
    """Yield the split, and how close the test snapshots are to the training ones."""
    yield from _split(data)
    yield from nearness(data)
    if data.layout is not None and data.train.m > data.train.n:  # read from a file
        yield (
            f"there are more training snapshots ({data.train.m}) than degrees of freedom "
            f"({data.train.n}): are the axes right?"
        )


def choice_lines(data: DataSet) -> Iterator[str]:
    """Yield what the reader of files chose, the split, and what coordinates leave out."""
    yield from () if data.layout is None else data.layout.notes
    yield from _split(data)


def _split(data: DataSet) -> Iterator[str]:
    yield f"split: {data.split}"
    yield from coordinates_lines(data)


def coordinates_lines(data: DataSet) -> Iterator[str]:
    """Yield what the snapshots leave out, if they are coordinates in modes."""
    if data.train.left_out is not None:
        b, b_test = (data.left_out(part) for part in (data.train, data.test))
        yield (
            f"snapshots of {counted(data.train.n, 'coordinate')} leave out {b:.3g} of the training "
            f"snapshots, {b_test:.3g} of the test snapshots: no method can have a smaller error"
        )


def _size(fields: int, n: int, m: int, given: Mapping[str, Any]) -> str:
    t, mu, trajectory = (given.get(name) for name in ("t", "mu", "trajectory"))
    words = [counted(fields, "field")]
    words += [counted(len(np.unique(t)), "time")] if t is not None else []
    if mu is not None:
        words.append(counted(len(np.unique(parameters_of(mu, m))), "parameter"))
    if trajectory is not None and (count := len(np.unique(trajectory))) > 1:
        words.append(f"{count} trajectories")
    return f"{' x '.join([*words, counted(n, 'degree of freedom')])}: {counted(m, 'snapshot')}"


def _of_samples(given: Mapping[str, Any], units: Mapping[str, str]) -> Iterator[str]:
    """Yield lines on times and parameters."""
    t, mu, trajectory = (given.get(name) for name in ("t", "mu", "trajectory"))
    if t is None:
        yield "times are not known: the order of the snapshots is taken as theirs"
    else:
        yield f"times {span(np.min(t), np.max(t))}{_in(units.get('t'))}, " + steps_of_time(
            np.asarray(t), np.zeros(len(t), int) if trajectory is None else np.asarray(trajectory)
        )
    rows: Any = () if mu is None else np.atleast_2d(mu)
    names = names_of_mu(units, len(rows)) or range(len(rows))
    for i, row in zip(names, rows, strict=True):
        values = counted(len(np.unique(row)), "value")
        yield f"parameter {i}: {values} {span(np.min(row), np.max(row))}{_in(units.get('mu'))}"


def _of_runs(trajectory: Any, names: Sequence[str]) -> Iterator[str]:
    """Yield a line on the names of trajectories, with how many snapshots each has."""
    if names and trajectory is not None:
        numbers, counts = np.unique(trajectory, return_counts=True)
        pairs = zip(numbers[:MOST].tolist(), counts, strict=False)
        words = [f"{names[k]} ({counted(int(count), 'snapshot')})" for k, count in pairs]
        yield f"trajectories: {', '.join(words)}{', ...' if len(numbers) > MOST else ''}"


def _of_coordinates(x: Any, units: Sequence[str]) -> Iterator[str]:
    for i, row in enumerate(() if x is None else x):
        if not np.isfinite(row).any():
            continue
        yield f"coordinate {i} {span(np.nanmin(row), np.nanmax(row))}{_in(units[i])}"


def _of_field(name: str, unit: str, U: Array) -> Iterator[str]:
    """Yield the range of a field; a value that often stands for a missing entry is pointed out."""
    known = U[np.isfinite(U)]
    if known.size == 0:
        yield f"{name}: no entry is a number"
        return
    low, high = float(known.min()), float(known.max())
    size = max(-low, high) or 1.0  # sums of known / size do not overflow
    mean = size * float((known / size).mean())
    yield f"{name}: from {low:.6g} to {high:.6g}, mean {mean:.6g}{_in(unit)}"
    for value in {low, high} & set(SENTINELS):
        count = int(np.count_nonzero(known == value))
        times = counted(count, "time")
        yield f"{name}: {value:g} stands there {times}; store NaN for what is missing"


def _missing(U: Array) -> Iterator[str]:
    nan, infinite = np.isnan(U), np.isinf(U)
    everywhere: Any = nan.all(axis=1)
    if everywhere.any():
        yield (
            f"{np.count_nonzero(everywhere)} of {len(U)} rows are missing in every snapshot and "
            f"left out; the first is row {np.flatnonzero(everywhere)[0]}"
        )
    for words, mask in (("missing", nan & ~everywhere[:, None]), ("infinite", infinite)):
        if mask.any():
            column, row = np.argwhere(mask.T)[0]
            snapshots = counted(int(mask.any(axis=0).sum()), "snapshot")
            entries = counted(np.count_nonzero(mask), f"{words} entry")
            yield f"{entries} in {snapshots}; the first is row {row} of snapshot {column}"


def _alike(U: Array) -> Iterator[str]:
    """Yield lines on snapshots that are equal or zero, and on rows that never change."""
    first: dict[bytes, int] = {}
    equal = []
    for j, column in enumerate(np.ascontiguousarray(U.T)):
        before = first.setdefault(column.tobytes(), j)
        if before < j:
            equal.append((j, before))
    if equal:
        j, before = equal[0]
        yield (
            f"duplicates: {counted(len(equal), 'snapshot')}, the first is snapshot {j}, equal to "
            f"snapshot {before}"
        )
    if zero := int(np.count_nonzero(~U.any(axis=0))):
        yield f"zero in every entry: {counted(zero, 'snapshot')}"
    same: Any = U[:, :1] == U
    constant = np.flatnonzero(same.all(axis=1))
    if U.shape[1] > 1 and len(constant):
        rows = counted(len(constant), "row")
        yield f"the same in all snapshots: {rows}, the first is row {constant[0]}"


def _in(unit: str | None) -> str:
    return f" {unit}" if unit not in (None, "", "1", "index") else ""


def _joined(parts: list[Any]) -> Any:
    return None if any(part is None for part in parts) else np.concatenate(parts, axis=-1)
