"""From an array of a file to the matrix of snapshots: which axes are dofs, which are samples.

Axes are those that the caller states, or those that the format names, or follow from the lengths of
times, parameters and coordinates. Otherwise the longer axis of a matrix is that of the degrees of
freedom, and a note says so. A square matrix is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mornet.errors import DataError, OptionError, ShapeError, counted
from mornet.records import TIME_AXES, Array
from mornet.snapshots.coordinates import (
    PARAMETERS,
    along_axes,
    counted_axes,
    index_along,
    of_dofs,
    of_each,
    of_samples,
    unfit,
)
from mornet.snapshots.formats.contents import (
    COLUMN,
    LETTERS,
    MOST,
    Contents,
    in_words,
    is_sample_axis,
)
from mornet.snapshots.formats.dates import require_dates
from mornet.snapshots.formats.parameter_names import OF_MU, beside_units, names_note, names_of_mu
from mornet.snapshots.formats.parameters import parameters_note, require_of_all
from mornet.snapshots.formats.units import INDEX, of_rows
from mornet.snapshots.held_out import parameters_of

STATE = 'state axes, such as "dof sample" (a snapshot is a column) or "sample dof" (a row)'
MOVING = "give the places x (d, n) of all snapshots, or state keys: [U, x] to make x a field"
SINCE = "since"  # beside the units: the date from which times count


@dataclass
class Matrix:
    """Snapshots U (n, m), with NaN for missing entries, and what belongs to them.

    ``axes`` and ``shape`` are the names and lengths of the axes of degrees of freedom, of which n
    is the product. ``fields`` holds t (m,), mu (p, m), trajectory (m,), x (d, n), ... Along the
    axes ``counted`` x counts the places, because nobody stated coordinates. ``labels`` are those of
    the trajectories 0, 1, ..., if these have words instead of numbers. ``heading`` names the rows.
    ``x_unit`` are the units of the coordinates x (d, n), "" where they are not known, and "index"
    along the axes ``counted``.
    """

    U: Array
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    fields: dict[str, Any] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    x_unit: tuple[str, ...] = ()


def arranged(
    where: str,
    contents: Contents,
    axes: str | None,
    given: Mapping[str, Any],
    rows: int | None = None,
) -> Matrix:
    """Return the matrix of the snapshots in ``contents``; ``given`` are fields of the caller.

    Where nothing else says which axis is which, it is the one of length ``rows`` that is of dofs.

    Raises OptionError for axes that are unclear, or that contradict the file; DataError for what is
    not real; ShapeError for arrays that do not fit together.
    """
    array = real(where, contents.array)
    words, why = axes_of(where, np.shape(array), contents, axes, given, rows)
    named_axes = _names_of_axes(contents, words)
    contents = renamed(contents, words)
    samples = [i for i, word in enumerate(words) if is_sample_axis(word)]
    samples.sort(key=lambda i: words[i].lower() in TIME_AXES)  # the time runs fastest
    dofs = [i for i in range(array.ndim) if i not in samples]
    shape = tuple(array.shape[i] for i in dofs)
    U = array.transpose(dofs + samples).reshape(math.prod(shape), -1)
    lengths = [(words[i], array.shape[i]) for i in samples]
    places = [(words[i], array.shape[i]) for i in dofs]
    own = _without_samples(contents.fields, array.shape, samples)
    named = names_note(contents.parameters)
    notes = [*contents.notes, *named, *unfit(contents.coordinates, places + lengths), why]
    notes += [*parameters_note(words), *_moving_note(contents.fields, own)]
    try:
        if "mu" not in (*words, *given):
            _require_parameters(contents, lengths)
        along, others = along_axes(given, places)
        coordinates = {**contents.coordinates, **along}
        found = of_samples(coordinates, lengths) | of_dofs(coordinates, places)
        others = _of_each_file(others, contents.counts, U.shape[1])
        found = found | own | others
        stored = [(words[i], array.shape[i]) for i in sorted(samples)]
        fields = _checked(found, U.shape, stored)
    except (ShapeError, DataError) as error:
        raise type(error)(f"{where}: {error}") from None
    names = tuple(words[i] for i in dofs)
    units = {_unit_of(name): unit for name, unit in contents.units.items()}
    if contents.origin and "t" in fields and "t" not in given:
        units[SINCE] = contents.origin
    if "mu" not in given:
        units = beside_units(contents.parameters or named_axes) | units
    if not names_of_mu(units, len(fields.get("mu", ()))):
        units.pop(OF_MU, None)
    stated = "x" in own or "x" in others
    counted = () if stated else counted_axes(coordinates, places)
    labels = _labels(found.get("trajectory"))
    heading = _heading(contents.coordinates, names, dofs, len(U))
    known = {"x": units.get("x", "")} if "x" in others else dict(units)
    by_axes = None if stated else names
    known |= dict.fromkeys(counted, INDEX)
    x_unit = _units_of_places(known, by_axes, len(fields.get("x", ())))
    return Matrix(U, names, shape, fields, units, tuple(notes), counted, labels, heading, x_unit)


def renamed(contents: Contents, words: Sequence[str]) -> Contents:
    """Return contents with the coordinates and the units along axes under the names ``words``."""
    own = contents.axes.split() if contents.axes else []
    if len(own) != len(words) or own == list(words):
        return contents
    at = dict(zip(own, words, strict=True))
    coordinates = {at.get(name, name): of for name, of in contents.coordinates.items()}
    units = {at.get(name, name): unit for name, unit in contents.units.items()}
    return contents._replace(axes=" ".join(words), coordinates=coordinates, units=units)


def _names_of_axes(contents: Contents, words: Sequence[str]) -> list[str]:
    """Return the names that a file gives to its axes of parameters, the caller's without any."""
    own = contents.axes.split() if contents.axes else []
    names = own if len(own) == len(words) else words
    return [name for name, word in zip(names, words, strict=True) if word.lower() in PARAMETERS]


def _require_parameters(contents: Contents, axes: Sequence[tuple[str, int]]) -> None:
    """Raise ShapeError if mu of all snapshots, without names, seems meant for each of them."""
    if "mu" in contents.coordinates and not contents.parameters:
        require_of_all(contents.coordinates["mu"], axes)


def _of_each_file(given: Mapping[str, Any], counts: Sequence[int], m: int) -> dict[str, Any]:
    """Return fields with one entry for each file of a series as fields of all ``m`` snapshots.

    ``counts`` are the numbers of snapshots in the files; without them all are in one file.
    """
    found, counts = dict(given), counts or (m,)
    for name in {"mu", "trajectory"} & given.keys():
        rows: Any = np.atleast_1d(given[name])
        if rows.ndim == 2 and len(rows) == len(counts) > 1 and len(counts) != rows.shape[1] != m:
            rows = rows.T
        if rows.ndim < 3 and rows.shape[-1] == len(counts) != m:
            found[name] = np.repeat(rows, counts, axis=-1)
    return found


def _units_of_places(
    units: Mapping[str, str], axes: Sequence[str] | None, d: int
) -> tuple[str, ...]:
    """Return the units of ``d`` coordinates, which lie along ``axes`` if these are given."""
    return of_rows(units, d) if axes is None else tuple(units.get(word, "") for word in axes[:d])


def _heading(
    coordinates: Mapping[str, Any], names: Sequence[str], dofs: Sequence[int], n: int
) -> tuple[str, ...]:
    """Return the labels of the rows of a matrix: along their axis, or headings of its columns."""
    if len(names) != 1:
        return ()
    labels: Any = np.asarray(
        coordinates.get(names[0], coordinates.get(COLUMN) if dofs == [1] else None)
    )
    return tuple(map(str, labels)) if _are_labels(labels) and labels.shape == (n,) else ()


def _without_samples(
    fields: Mapping[str, Any], shape: Sequence[int], samples: Sequence[int]
) -> dict[str, Any]:
    """Return fields whose x, if it is one for all axes of an array, is that of the axes of places.

    A format states it so if it does not know which axis is that of the samples.
    """
    x = np.atleast_2d(fields.get("x", 0.0))
    if not samples or x.shape[1] != math.prod(shape) or x.shape[1] == 1:
        return dict(fields)
    axes = tuple(1 + i for i in samples)
    grids = x.reshape(-1, *shape)
    first = grids[tuple(slice(1) if i in axes else slice(None) for i in range(grids.ndim))]
    alike = np.broadcast_to(first, grids.shape)
    same = [np.array_equal(*both, equal_nan=True) for both in zip(grids, alike, strict=True)]
    if not any(same):
        return {name: of for name, of in fields.items() if name != "x"}
    return {**fields, "x": first[same].reshape(sum(same), first[0].size)}


def _moving_note(fields: Mapping[str, Any], kept: Mapping[str, Any]) -> Iterator[str]:
    """Yield a note if coordinates in ``fields`` differ between snapshots, and are not ``kept``."""
    moving = len(np.atleast_2d(fields["x"])) - len(kept.get("x", ())) if "x" in fields else 0
    if moving > 0:
        yield f"x is left out: its places move along {counted(moving, 'coordinate')}: {MOVING}"


def _labels(trajectory: Any) -> tuple[str, ...]:
    """Return the different labels of trajectories, in the order of their numbers."""
    array: Any = np.asarray(trajectory)
    return tuple(np.unique(in_words(array)).tolist()) if _are_labels(array) else ()


def _are_labels(array: Any) -> bool:
    return array.ndim > 0 and array.dtype.kind in LETTERS


def real(where: str, stored: Any) -> Array:
    """Return ``stored`` as float64; DataError for anything but integers and real numbers."""
    if hasattr(stored, "tocoo"):
        raise DataError(f"{where} is sparse; snapshots are a dense matrix: save it by toarray()")
    if np.iscomplexobj(stored):
        raise DataError(f"{where} is complex; stack real and imaginary parts as dofs")
    stored = np.asarray(stored)
    if stored.dtype.kind not in "iuf":
        raise DataError(f"{where} holds {stored.dtype}, not real numbers; save a plain matrix")
    return np.asarray(stored, dtype=float)


def axes_of(
    where: str,
    shape: tuple[int, ...],
    contents: Contents,
    stated: str | None = None,
    given: Mapping[str, Any] | None = None,
    rows: int | None = None,
) -> tuple[list[str], str]:
    """Return one word for each axis of an array of ``shape``, and the reason in words.

    ``rows`` is the number of degrees of freedom, if it is known.
    """
    if len(shape) < 2 or 0 in shape:
        raise ShapeError(
            f"{where} has shape {shape}; a matrix with one snapshot a column or a row is needed"
        )
    named = contents.axes.split() if contents.axes else []
    _require_own_names(where, named, shape)
    if stated is not None:
        return _stated(where, shape, named, stated)
    if len(named) == len(shape) and _both(named):
        return named, f"axes by name: {_listed(named, shape)}"
    fields = {**contents.fields, **(given or {})}
    if len(shape) == 2 and (found := _by_lengths(shape, fields)):
        return found
    if not named and (found := _by_rows(shape, rows)):
        return found
    if len(shape) > 2 or named:
        names = _listed(named, shape) if len(named) == len(shape) else f"shape {shape}"
        raise OptionError(
            f"{where} has {names}: state axes, one word for each axis, such as "
            f'"{" ".join(["sample", "x", "y", "z", "w"][: len(shape)])}". Snapshots lie along axes '
            "called sample, time, mu or trajectory"
        )
    if shape[0] == shape[1]:
        raise OptionError(f"{where} is square, {shape[0]} x {shape[1]}: {STATE}")
    words = ["dof", "sample"] if shape[0] > shape[1] else ["sample", "dof"]
    return words, (
        f"axes by length: {_listed(words, shape)}, the longer axis is that of the dofs; "
        f'state axes "{" ".join(words[::-1])}" if it is the other way round'
    )


def _stated(
    where: str, shape: tuple[int, ...], named: list[str], stated: str
) -> tuple[list[str], str]:
    words = stated.replace(",", " ").split()
    if not _both(words):
        raise OptionError(
            f"axes = {stated!r} must be 'dof sample' (a snapshot is a column of the matrix in the "
            "file) or 'sample dof' (a snapshot is a row), or one word for each axis: snapshots lie "
            "along axes called sample, time, mu or trajectory"
        )
    if len(words) != len(shape):
        raise ShapeError(f"{where} has shape {shape}, but axes = {stated!r} names {len(words)}")
    if len(named) == len(words) and _both(named):
        if contradicts(named, words):
            raise OptionError(
                f"axes = {stated!r} contradicts {where}, whose axes are {_listed(named, shape)}: "
                "leave axes out"
            )
        pairs = zip(named, words, strict=True)
        final = [
            word if is_sample_axis(word) > is_sample_axis(name) else name for name, word in pairs
        ]
        _require_own_names(where, final, shape)
        return final, f"axes as stated, and by name: {_listed(final, shape)}"
    _require_own_names(where, words, shape)
    return words, f"axes as stated: {_listed(words, shape)}"


def with_samples(named: Sequence[str], words: Sequence[str]) -> list[str]:
    """Return the names of axes in a file, and those of a caller for further axes of samples."""
    if len(words) != len(named):
        return list(named)
    pairs = zip(named, words, strict=True)
    return [word if is_sample_axis(word) > is_sample_axis(name) else name for name, word in pairs]


def contradicts(named: Sequence[str], words: Sequence[str]) -> bool:
    """Return whether axes that a caller states contradict the names of a file.

    They do if an axis of samples is none for the caller, and if a name of the file stands for
    another axis. The caller may leave out an axis of samples, and may state which one it is, and
    that another axis is one of samples too, as of parameters.
    """
    of_samples, stated = (list(map(is_sample_axis, names)) for names in (named, words))
    lost = any(one and not other for one, other in zip(of_samples, stated, strict=False))
    if len(words) == len(named) and lost:
        return True
    if len(words) != len(named):
        named = [name for name in named if not is_sample_axis(name)]
        words = [word for word in words if not is_sample_axis(word)]
    moved = (n != w and w in named for n, w in zip(named, words, strict=False))
    return len(words) != len(named) or any(moved)


def _require_own_names(where: str, words: Sequence[str], shape: Sequence[int]) -> None:
    """Raise OptionError if two axes have one name other than "dof"."""
    twice = [word for word in words if words.count(word) > 1 and word != "dof"]
    if twice:
        raise OptionError(
            f"{where} has two axes called {twice[0]}, {_listed(words, shape)}: each axis needs a "
            "name of its own"
        )


def _both(words: Sequence[str]) -> bool:
    """Return whether there are axes of samples and axes of degrees of freedom."""
    return len(set(map(is_sample_axis, words))) == 2


def _listed(words: Sequence[str], shape: Sequence[int]) -> str:
    return " x ".join(f"{word} ({n})" for word, n in zip(words, shape, strict=True))


def _by_rows(shape: Sequence[int], rows: int | None) -> tuple[list[str], str] | None:
    """Return the axes of a matrix of which one alone has as many entries as the fit has rows."""
    if len(shape) != 2 or [n == rows for n in shape].count(True) != 1:
        return None
    words = ["dof", "sample"] if shape[0] == rows else ["sample", "dof"]
    return words, f"axes by length: {_listed(words, shape)}, since the fit has {rows} rows"


def _by_lengths(shape: Sequence[int], fields: Mapping[str, Any]) -> tuple[list[str], str] | None:
    """Return the axes of a matrix that the lengths of other arrays decide, if they do."""
    for name in ("t", "trajectory", "mu", "weights", "x"):
        if name not in fields or fields[name] is None or isinstance(fields[name], str):
            continue
        lengths = set(np.shape(fields[name])) & set(shape)
        if len(lengths) != 1 or shape[0] == shape[1]:
            continue
        axis = shape.index(lengths.pop())
        first = (axis == 0) == (name != "x")  # whether rows are samples
        words = ["sample", "dof"] if first else ["dof", "sample"]
        lines = "rows" if axis == 0 else "columns"
        what = f"{name} has {counted(shape[axis], 'entry')}, as many as {lines}"
        return words, f"axes by length: {_listed(words, shape)}, since {what}"
    return None


def _checked(
    fields: Mapping[str, Any], shape: tuple[int, int], axes: Sequence[tuple[str, int]]
) -> dict[str, Any]:
    """Return the fields in their shapes; ShapeError for a field that does not fit (n, m).

    ``axes`` are those of the samples, in the order of the file.
    """
    n, m = shape
    checked: dict[str, Any] = {}
    for name, values in fields.items():
        if values is None:
            continue
        if name == "trajectory" and np.ndim(values) == 0:
            values = np.full(m, values)
        if name in ("t", "trajectory", "weights", "mu"):
            checked[name] = _of_length(name, _real_numbers(name, values), m, n, axes)
        elif name == "x":
            x = np.atleast_2d(np.asarray(values, dtype=float))
            checked[name] = x.T if x.shape[1] != n and x.shape[0] == n else x
            if MOST < m == len(checked[name]) != n:
                raise ShapeError(f"x {np.shape(values)} has places for each snapshot: {MOVING}")
        else:
            checked[name] = values
    return checked


def _real_numbers(name: str, values: Any) -> Array:
    """Return a field as numbers: dates in seconds after the first, labels of trajectories counted.

    Raises DataError for what is neither, and for numbers that are not finite.
    """
    array: Any = np.asarray(values)
    if array.size == 0:
        raise ShapeError(f"{name} is empty: give one number for each snapshot, or leave it out")
    if np.ma.is_masked(values):
        array = values.astype(float).filled(np.nan)
    if array.dtype.kind in "mM" and array.size:
        require_dates(name, array)
        array = (array - (array.min() if array.dtype.kind == "M" else 0)) / np.timedelta64(1, "s")
    if name == "trajectory" and _are_labels(array):
        number: Any = np.unique(in_words(array), return_inverse=True)[1]
        return np.asarray(number.reshape(array.shape))
    if array.dtype.kind not in "biuf":
        raise DataError(
            f"{name} holds {array.dtype}, not real numbers: name another array in fields"
        )
    if wrong := int(np.count_nonzero(~np.isfinite(array))):
        raise DataError(
            f"{name} is not finite in {counted(wrong, 'entry')}: correct it, or name another array "
            "in fields"
        )
    return np.asarray(array)


def _of_length(name: str, values: Array, m: int, n: int, axes: Sequence[tuple[str, int]]) -> Array:
    values = np.atleast_2d(values) if name == "mu" else np.atleast_1d(np.squeeze(values))
    if name != "mu" and values.ndim > 1 and (each := of_each(values, axes)) is not None:
        return each
    if name == "mu" and values.shape[-1] != m and values.shape[0] == m:
        values = values.T
    if name != "mu" and values.ndim != 1:
        raise ShapeError(f"{name} has shape {values.shape}: one number for each snapshot is needed")
    if values.shape[-1:] == (m,):
        return values
    own = [a for a in axes if (a[0].lower() in TIME_AXES) == (name == "t")]
    for axis in own if len(axes) > 1 else ():  # one number for each place along one axis
        turned = values.ndim == 2 and len(values) == axis[1] != values.shape[1]
        if turned and values.shape != tuple(length for _, length in axes):
            values = values.T
        if values.shape[-1:] == (axis[1],):
            return values[..., index_along(axis, axes)]
    other = ""
    if values.shape[-1:] == (n,):
        other = ", but as many entries as there are dofs: state axes the other way round"
    raise ShapeError(f"{name} has shape {np.shape(values)} for {counted(m, 'snapshot')}{other}")


def _unit_of(name: str) -> str:
    return "t" if name.lower() in TIME_AXES else "mu" if name.lower() in PARAMETERS else name


def with_trajectories(matrix: Matrix) -> Matrix:
    """Return ``matrix`` with a trajectory for each parameter, if that is how its columns lie.

    It is if the trajectories are not known, there are several parameters, and times repeat. Without
    times it is if the snapshots of each parameter follow each other.
    """
    m, t, mu = matrix.U.shape[1], matrix.fields.get("t"), matrix.fields.get("mu")
    if "trajectory" in matrix.fields or mu is None:
        return matrix
    number = parameters_of(mu, m)
    count = len(np.unique(number))
    together = np.count_nonzero(np.diff(number)) == count - 1
    if not 1 < count < m or not (together if t is None else len(np.unique(t)) < m):
        return matrix
    note = f"snapshots of one parameter are one trajectory: {counted(count, 'trajectory')}"
    fields = {**matrix.fields, "trajectory": number}
    return replace(matrix, fields=fields, notes=(*matrix.notes, note))
