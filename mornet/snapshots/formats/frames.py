"""DataFrames of pandas: their index and headings say what those of a table in text say."""

from __future__ import annotations

from typing import Any

import numpy as np

from mornet.errors import DataError, OptionError
from mornet.snapshots.formats.contents import (
    LETTERS,
    Contents,
    in_words,
    is_date,
    is_sample_axis,
    meaning,
)
from mornet.snapshots.formats.dates import after_first, of_words, require_dates
from mornet.snapshots.formats.dialect import TIME_HEADINGS, Table, without_counts
from mornet.snapshots.formats.table import contents_of_table

LEFT = "the index of the rows is left out, as it has no name"


def is_frame(source: Any) -> bool:
    """Return whether ``source`` is a DataFrame."""
    return all(hasattr(source, word) for word in ("iloc", "columns", "index"))


def of_frame(where: str, frame: Any, key: str | None) -> Contents:
    """Return the snapshots in a DataFrame, with what its index and its headings state.

    Where both index and columns have a name, these are the axes. Otherwise the frame is a table,
    whose index is the first column if it has a name or holds times. Raises DataError for columns
    that are no real numbers, OptionError for an unknown key, and what a table in text raises.
    """
    if _has_named_columns(frame):
        if key is not None:
            raise OptionError(f"{where}: the columns are an axis, so leave out key {key!r}")
        return _on_axes(where, frame)
    stated = _states(frame.index)
    notes = () if stated or _is_count(frame.index) else (LEFT,)
    if not stated and frame.columns.nlevels == 1 and _is_count(frame.columns):
        if key is not None:
            raise OptionError(f"{where}: columns without names have no key: leave out key {key!r}")
        return Contents(_matrix(where, frame), notes=notes)
    contents = contents_of_table(where, _table(where, frame, with_index=stated), key)
    return contents._replace(notes=(*contents.notes, *notes))


def _has_named_columns(frame: Any) -> bool:
    """Return whether the headings are the places along an axis that has a name."""
    return frame.columns.nlevels == frame.index.nlevels == 1 and frame.columns.name is not None


def _is_count(index: Any) -> bool:
    """Return whether an index is the one that pandas makes."""
    counts = np.arange(len(index))
    return index.nlevels == 1 and index.name is None and np.array_equal(np.asarray(index), counts)


def _states(index: Any) -> bool:
    """Return whether an index states something: it has a name, or holds times."""
    return any(name is not None for name in index.names) or _holds_times(index)


def _holds_times(index: Any) -> bool:
    return index.nlevels == 1 and (index.dtype.kind in "mM" or hasattr(index, "asfreq"))


def _on_axes(where: str, frame: Any) -> Contents:
    """Return a frame whose index and columns are axes with coordinates."""
    words = [_axis(index) for index in (frame.index, frame.columns)]
    if not words[0]:
        words[0] = "dof" if is_sample_axis(words[1]) else "sample"
    found = Contents(_matrix(where, frame), " ".join(words))
    for word, index in zip(words, (frame.index, frame.columns), strict=True):
        if not (_is_count(index) and index.name is None):
            found = _along(found, word, _dates(index))
    return found


def _axis(index: Any) -> str:
    """Return one word for the name of an index; "" if it has none and holds no times."""
    name = "" if index.name is None else str(index.name)
    times = _holds_times(index) and meaning(name) != "t"
    return "time" if times or is_date(name) else name.replace(" ", "_")


def _along(found: Contents, word: str, values: Any) -> Contents:
    """Return contents with the coordinates along an axis; dates count from the first one."""
    unit, origin = "", None
    if values.dtype.kind in "mM":
        values, origin, unit = *_seconds(word, values), "s"
    coordinates = {**found.coordinates, word: values}
    units = {**found.units, word: unit} if unit else found.units
    return found._replace(coordinates=coordinates, units=units, origin=origin or found.origin)


def _seconds(where: str, values: Any) -> tuple[Any, str | None]:
    """Return dates in seconds after the first one, and this date; durations in seconds."""
    require_dates(where, values)
    if values.dtype.kind == "M":
        return after_first(values)
    return values / np.timedelta64(1, "s"), None


def _dates(column: Any) -> Any:
    """Return the values of a column, or of an index; periods and words that are dates as dates."""
    if str(column.dtype).startswith("period"):
        column = getattr(column, "dt", column).to_timestamp()
    in_zone = str(column.dtype).startswith("datetime64")  # of a zone it is none of NumPy's types
    return np.asarray(column, dtype="M8[ns]") if in_zone else of_words(np.asarray(column))


def _matrix(where: str, frame: Any) -> Any:
    """Return the columns of a frame side by side."""
    columns = [_numbers(where, name, frame.iloc[:, j]) for j, name in enumerate(frame.columns)]
    return np.array(columns).T.reshape(frame.shape)


def _numbers(where: str, name: Any, column: Any) -> Any:
    """Return a column as real numbers, with NaN for missing entries."""
    kind = getattr(column.dtype, "kind", "O")
    if kind not in "iufO":
        raise _no_numbers(where, name, column)
    try:
        return column.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise _no_numbers(where, name, column) from None


def _no_numbers(where: str, name: Any, column: Any) -> DataError:
    kind = "complex" if "complex" in str(column.dtype) else str(column.dtype)
    return DataError(
        f"{where}: the column {name} holds {kind}, not real numbers: leave it out, or call it time "
        "or run if it is one"
    )


def _table(where: str, frame: Any, *, with_index: bool) -> Table:
    """Return a frame as a table of numbers with headings; its index is the first column."""
    headings = [_heading(name) for name in frame.columns]
    columns = [frame.iloc[:, j] for j in range(len(headings))]
    if with_index:
        levels = [frame.index.get_level_values(i) for i in range(frame.index.nlevels)]
        columns = [*levels, *columns]
        headings = [*(_axis(level) or f"level {i}" for i, level in enumerate(levels)), *headings]
    numbers, origins, labels = [], dict[str, str](), dict[str, tuple[str, ...]]()
    for i, (heading, column) in enumerate(zip(headings, columns, strict=True)):
        values = _dates(column)
        if values.dtype.kind in "mM" and heading.lower() in TIME_HEADINGS:
            values, origin = _seconds(f"{where}: the column {heading}", values)
            origins |= {heading.lower(): origin} if origin else {}
            headings[i] = heading if origin else f"{heading} (s)"
        elif values.dtype.kind in LETTERS and meaning(heading) == "trajectory":
            words = in_words(values)
            values, labels[heading.lower()] = _counted(words)
        else:
            values = _numbers(where, heading, column)
        numbers.append(values)
    table = without_counts(np.array(numbers, dtype=float).T, tuple(headings))
    return table._replace(origins=origins, labels=labels)


def _counted(words: Any) -> tuple[Any, tuple[str, ...]]:
    """Return labels as numbers, and the different labels in their order."""
    different, number = np.unique(words, return_inverse=True)
    return number.ravel(), tuple(different.tolist())


def _heading(name: Any) -> str:
    """Return the heading of a column; the names of several levels are joined."""
    return " ".join(map(str, name)) if isinstance(name, tuple) else str(name)
