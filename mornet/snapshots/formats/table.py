"""Tables in text, whose headings say what the columns are.

Headings are those of pandas, ParaView, COMSOL, OpenFOAM's probes and Fluent: ``t=0.05``,
``u (m/s) @ t=0.1, mu=2``, ``Points:0``, ``U:1``, ``x-coordinate``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from mornet.errors import DataError, OptionError, counted
from mornet.records import TIME_AXES, Array
from mornet.snapshots.formats.calendar_columns import in_one_column
from mornet.snapshots.formats.clocks import Times
from mornet.snapshots.formats.contents import (
    Contents,
    increases,
    is_doubtful,
    may_be_times,
    meaning,
    no_choice,
    times_note,
)
from mornet.snapshots.formats.dates import date_of
from mornet.snapshots.formats.dialect import TIME_HEADINGS, Table
from mornet.snapshots.formats.headings import (
    AFTER_1970,
    PLACE,
    Column,
    columns_of,
    labels_of,
    may_hold_times,
    require_one_unit,
    state_places,
    stated_by,
    unit_of,
    unit_of_values,
    units_note,
)
from mornet.snapshots.formats.places import varying, which_vary
from mornet.snapshots.formats.table_times import times_of

STEPS = (
    "step",
    "index",
    "iteration",
    "time step",
    "time-step",
    "timestep",
)  # headings of columns that count rows
AS_KEYS = "; give them as keys, so that each is a field with its unit, and its scale"


def contents_of_table(where: Path | str, table: Table, key: str | None) -> Contents:
    """Return the snapshots in a table; the key is the heading of a column, or of its vector."""
    path, table = Path(where), in_one_column(str(where), table)
    notes = table.notes
    if table.headings is None:
        return Contents(table.numbers, notes=notes)
    columns = columns_of(table.headings)
    places = [j for j, column in enumerate(columns) if PLACE.fullmatch(column.name)]
    places.sort(key=lambda j: columns[j].name.lower())
    times, said = _times(table, columns, places, key)
    contents = _labelled(path, key, table, columns, (places, times))
    return contents._replace(notes=(*notes, *said, *contents.notes))


def _times(
    table: Table, columns: list[Column], places: list[int], key: str | None
) -> tuple[list[int], tuple[str, ...]]:
    """Return the columns of times, and a note on one that may be none, such as T or Zeit (s).

    It is taken as times if nothing else states any, and it increases from row to row, or holds
    every place at several times.
    """
    called = [j for j, column in enumerate(columns) if _is_called_time(table, column)]
    sure = [j for j in called if not is_doubtful(columns[j].name)]
    like = [j for j, column in enumerate(columns) if may_hold_times(column) and j not in places]
    like = [j for j in like if may_be_times((), columns[j].unit) and columns[j].name != key]
    if sure or len(like) + len(places) == len(columns):
        return sure, ()
    if any("t" in map(str.lower, column.values) for column in columns):
        return [], ()
    for j in like:
        if _are_times(table.numbers[:, j], table.numbers[:, places]):
            return [j], (times_note(columns[j].name),)
    return [], ()


def _is_called_time(table: Table, column: Column) -> bool:
    """Return whether a column holds times by its name, or because it holds dates."""
    name = column.name.lower()
    known = name in TIME_HEADINGS or name in table.origins
    return known and not column.values and may_be_times((), column.unit)


def _are_times(numbers: Array, places: Array) -> bool:
    """Return whether numbers increase from row to row, or are those of every place (k, d)."""
    count, at = len(np.unique(numbers)), len(np.unique(places, axis=0))
    if places.shape[1]:
        return count > 1 and count * at == len(numbers)
    return count == len(numbers) and increases(numbers)


def _labelled(
    path: Path,
    key: str | None,
    table: Table,
    columns: list[Column],
    found: tuple[list[int], list[int]],
) -> Contents:
    places, times = found
    others = [j for j in range(len(columns)) if j not in places and j not in times]
    x = {"x": varying(table.numbers[:, places].T)} if places else {}
    units = _units_of_places(table, columns, places)
    stated = [j for j in others if columns[j].values]
    if stated and times and places:
        raise DataError(
            f"{path} has columns of places and of times, and headings that state values: write a "
            "table for each of these values"
        )
    if stated and (places or not (times or state_places(columns, stated))):
        return _of_columns(path, key, table, columns, others, x, units)
    if key is not None and key.lower() in table.labels:
        raise OptionError(f"{path}: the column {key} holds words: give the key of numbers")
    if table.labels and places:
        raise DataError(
            f"{path} has columns of places and of the trajectories {', '.join(table.labels)}: "
            "write a table for each trajectory"
        )
    if times and places:
        return _of_places_and_times(path, key, table, columns, (places, times, others))
    if times or stated or table.labels or _has_runs(table, columns, places):
        return _of_rows(path, key, table, columns, (times, stated, others))
    if not places and key is None:
        units = _unit_of_states(columns, others)
        notes = ("the first line holds headings", *units_note(columns, others))
        labels, name = labels_of(columns, others), _name_of_one(columns)
        return Contents(table.numbers, None, {}, labels, units, notes, name)
    chosen = _named(path, key, columns, others)
    array = table.numbers[:, chosen].T.reshape(-1, 1)
    x = {"x": np.tile(x["x"], len(chosen))} if x else {}
    units |= _unit_of_states(columns, chosen)
    mu = _one_parameter(path, table, columns, chosen) if places else {}
    names, one = ", ".join(columns[j].name for j in chosen), len(chosen) == 1
    note = f"the column {names} is one snapshot" if one else f"the columns {names} are one snapshot"
    notes = (note, *units_note(columns, chosen, advice=AS_KEYS))
    name = key or columns[chosen[0]].name
    return Contents(array, "dof sample", x, mu, units, notes, name)


def _name_of_one(columns: list[Column]) -> str | None:
    """Return the heading of a single column, the name of its field, unless it counts files."""
    return columns[0].name if len(columns) == 1 and not re.search(r"\d", columns[0].name) else None


def _unit_of_states(columns: list[Column], chosen: list[int]) -> dict[str, str]:
    unit = unit_of(columns, chosen)
    return {"U": unit} if unit else {}


def _units_of_places(table: Table, columns: list[Column], places: list[int]) -> dict[str, str]:
    """Return the unit of all coordinates that vary, or that of each one."""
    kept = [places[i] for i in which_vary(table.numbers[:, places].T)] if places else []
    if unit := unit_of(columns, kept):
        return {"x": unit}
    return {f"x[{i}]": columns[j].unit for i, j in enumerate(kept) if columns[j].unit}


def _one_parameter(
    path: Path, table: Table, columns: list[Column], chosen: list[int]
) -> dict[str, float]:
    """Return the parameter mu of one snapshot, if a column holds it; DataError for several."""
    mu = [j for j in range(len(columns)) if meaning(columns[j].name) == "mu" and j not in chosen]
    if mu and np.ptp(table.numbers[:, mu[0]]) > 0:
        raise DataError(
            f"{path} has columns of places and of several parameters {columns[mu[0]].name}: write "
            "a table for each parameter"
        )
    return {"mu": float(table.numbers[0, mu[0]])} if mu else {}


def _of_columns(
    path: Path,
    key: str | None,
    table: Table,
    columns: list[Column],
    others: list[int],
    x: dict[str, Array],
    units: dict[str, str],
) -> Contents:
    """Return a table in which each column is a snapshot, whose heading states time, ...."""
    chosen, notes = _stating(path, key, columns, others)
    stated = stated_by(columns, chosen)
    fields: dict[str, Any] = dict(x)
    times, mu = _times_and_others(stated)
    for row in times.values():
        if np.isfinite(row).all():
            fields["t"] = row
    if mu:
        fields["mu"] = np.array(list(mu.values()))
    notes += tuple(times_note(word) for word in times if is_doubtful(word))
    word = "t" if "t" in fields else "mu"
    of_values, origin = {word: unit_of_values(columns, chosen)} if len(stated) == 1 else {}, None
    if any(columns[j].of_values == AFTER_1970 for j in chosen):
        fields, of_values, origin = _from_first(path, columns, chosen, fields)
    require_one_unit(path, columns, chosen)
    units = units | _unit_of_states(columns, chosen) | of_values
    notes = (f"the headings state {', '.join(stated)}, so a column is a snapshot", *notes)
    notes = (*notes, *units_note(columns, chosen))
    name = columns[chosen[0]].name or None
    array, parameters = table.numbers[:, chosen], tuple(mu)
    found = Contents(array, "dof sample", fields, {}, units, notes, name, origin)
    return found._replace(parameters=parameters)


def _from_first(
    path: Path, columns: list[Column], chosen: list[int], fields: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, str], str]:
    """Return fields with dates of headings in seconds after the first, the unit, and this date."""
    bare = [j for j in chosen if columns[j].of_values != AFTER_1970]
    if bare:
        raise DataError(
            f"{path}: the headings of some columns state dates, but that of column {bare[0]} does "
            "not: write dates in all of them"
        )
    first = float(fields["t"].min())
    return {**fields, "t": fields["t"] - first}, {"t": "s"}, date_of(first)


def _times_and_others(stated: dict[str, Array]) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return the times that headings state, by name, and other values; T may be temperatures."""
    times = {word: row for word, row in stated.items() if word.lower() in TIME_AXES}
    sure = {word: row for word, row in times.items() if not is_doubtful(word)}
    sure = sure or {word: row for word, row in times.items() if increases(row)}
    others = {word: row for word, row in sorted(stated.items()) if word not in sure}
    return sure, others


def _of_rows(
    path: Path,
    key: str | None,
    table: Table,
    columns: list[Column],
    found: tuple[list[int], list[int], list[int]],
) -> Contents:
    """Return a table in which each row is a snapshot, with its time or at places in headings."""
    times, stating, others = found
    others, beside, said = (
        _beside(table, columns, others)
        if not (stating and not times and not table.labels) and not _is_beside(key)
        else (others, {}, ())
    )
    if stating:
        chosen, notes = _stating(path, key, columns, others)
    else:
        chosen, notes = others if key is None else _named(path, key, columns, others), ()
    stated = stated_by(columns, chosen)
    time, dated = times_of(str(path), table, columns, times, beside.get("trajectory"))
    fields, units, origin = _of_times(time)
    fields |= beside
    units |= _unit_of_states(columns, chosen)
    if state_places(columns, chosen):
        fields["x"] = varying(np.array([stated[word] for word in sorted(stated, key=str.lower)]))
        units["x"] = unit_of_values(columns, chosen)
    elif stated:
        notes = (*notes, f"{', '.join(stated)} of the headings of dofs is left out")
    why = _why_rows(columns, times, stating)
    array = table.numbers[:, chosen]
    notes = (f"{why}, so a row is a snapshot", *dated, *said, *notes)
    notes = (*notes, *units_note(columns, chosen, advice=AS_KEYS))
    labels = {} if "x" in fields else labels_of(columns, chosen, sure=bool(times))
    return Contents(array, "sample dof", fields, labels, units, notes, origin=origin)


def _has_runs(table: Table, columns: list[Column], places: list[int]) -> bool:
    """Return whether a column beside others, and beside no places, numbers the trajectories."""
    called = [j for j, column in enumerate(columns) if meaning(column.name) == "trajectory"]
    whole = [j for j in called if np.array_equal(table.numbers[:, j], table.numbers[:, j] // 1)]
    return bool(whole) and not places and len(called) < len(columns)


def _why_rows(columns: list[Column], times: list[int], stating: list[int]) -> str:
    """Return in words why each row of a table is a snapshot."""
    if times:
        return f"the column {columns[times[0]].name} holds times"
    return "headings state places" if stating else "a column names trajectories"


def _is_beside(key: str | None) -> bool:
    """Return whether a key names a column that stands beside the state, as that of a run does."""
    return key is not None and (meaning(key) is not None or key.lower() in STEPS)


def _beside(
    table: Table, columns: list[Column], others: list[int]
) -> tuple[list[int], dict[str, Any], tuple[str, ...]]:
    """Return the columns of the state, and parameters and trajectories that stand beside it."""
    found: dict[str, int] = {}
    for j in others:
        field = "step" if columns[j].name.lower() in STEPS else meaning(columns[j].name)
        whole = field != "trajectory" or np.array_equal(
            table.numbers[:, j], table.numbers[:, j] // 1
        )
        if field in ("mu", "trajectory", "step") and whole:
            found.setdefault(field, j)
    state = [j for j in others if j not in found.values()]
    if not state or not found:
        return others, {}, ()
    words = {"mu": "is the parameter mu", "trajectory": "numbers the trajectories"}
    said = [
        f"{columns[j].name} {words.get(f, 'is left out: it counts rows')}" for f, j in found.items()
    ]
    fields: dict[str, Any] = {}
    if "mu" in found:
        fields["mu"] = table.numbers[:, found["mu"]][None]
    if "trajectory" in found:
        fields["trajectory"] = _runs(table, columns[found["trajectory"]].name, found["trajectory"])
    return state, fields, tuple(said)


def _runs(table: Table, name: str, j: int) -> Any:
    """Return the numbers of trajectories in a column, or their labels."""
    number, labels = table.numbers[:, j].astype(int), table.labels.get(name.lower())
    return np.array(labels)[number] if labels else number


def _of_times(time: Times | None) -> tuple[dict[str, Any], dict[str, str], str | None]:
    """Return the field t, its unit and its first date, if there are times."""
    if time is None:
        return {}, {}, None
    return {"t": time.values}, {"t": time.unit} if time.unit else {}, time.origin


def _stating(
    path: Path, key: str | None, columns: list[Column], others: list[int]
) -> tuple[list[int], tuple[str, ...]]:
    """Return the columns of ``key`` whose headings state values, and a note about the others."""
    chosen = [j for j in others if columns[j].values]
    names = list(dict.fromkeys(columns[j].name for j in chosen))
    if key is None and len(names) > 1:
        raise no_choice(path, names)
    chosen = [j for j in chosen if key in (None, columns[j].name)]
    if not chosen:
        raise OptionError(f"{path}: no columns of {key!r}; there are {', '.join(names)}")
    left = ", ".join(columns[j].name for j in others if not columns[j].values)
    return chosen, (f"columns that state nothing are left out: {left}",) if left else ()


def _of_places_and_times(
    path: Path,
    key: str | None,
    table: Table,
    columns: list[Column],
    found: tuple[list[int], list[int], list[int]],
) -> Contents:
    """Return a table with a row for each place and time; every place has every time once."""
    places, times, others = found
    x, place = np.unique(table.numbers[:, places], axis=0, return_inverse=True)
    place, chosen = place.ravel(), _named(path, key, columns, others)
    time, dated = times_of(str(path), table, columns, times, place)
    fields, units, origin = _of_times(time)
    t, at = np.unique(fields["t"], return_inverse=True)
    full, size = len(x) * len(t), f"{counted(len(x), 'place')} and {counted(len(t), 'time')}"
    if len(place) != full or len(np.unique(place * len(t) + at)) != full:
        raise DataError(
            f"{path} has {counted(len(place), 'row')} for {size}: a table with "
            "both needs one row for each place at each time"
        )
    array = np.empty((len(chosen), len(x), len(t)))
    array[:, place, at] = table.numbers[:, chosen].T
    fields = {"x": np.tile(varying(x.T), len(chosen)), "t": t}
    units |= _unit_of_states(columns, chosen) | _units_of_places(table, columns, places)
    note = f"a row holds one place at one time: {size}"
    notes = (note, *dated, *units_note(columns, chosen, advice=AS_KEYS))
    name = key or columns[chosen[0]].name
    stacked = array.reshape(-1, len(t))
    return Contents(stacked, "dof sample", fields, {}, units, notes, name, origin)


def _named(path: Path, key: str | None, columns: list[Column], others: list[int]) -> list[int]:
    """Return the columns that ``key`` names: one heading, or all components of a vector."""
    names = [columns[j].name for j in others]
    if not others:
        raise DataError(f"{path} holds places and times, and no column of snapshots")
    if key is None and len(others) == 1:
        return others
    if key is None:
        raise no_choice(path, names)
    exact = [j for j in others if columns[j].name == key]
    component = re.compile(re.escape(key) + r"[:_ ]\d+")
    components = [j for j in others if component.fullmatch(columns[j].name)]
    chosen = exact or sorted(components, key=lambda j: int(columns[j].name[len(key) + 1 :]))
    if not chosen:
        raise OptionError(f"{path}: no column {key!r}; there are {', '.join(names)}")
    return chosen
