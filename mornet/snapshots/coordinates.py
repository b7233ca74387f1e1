"""Numbers along the axes of an array, for each of its samples and its degrees of freedom."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from mornet.errors import ShapeError, counted
from mornet.records import TIME_AXES, Array, Indices
from mornet.snapshots.formats.contents import ALONG

TRAJECTORIES = (
    *("trajectory", "trajectories", "run", "runs", "case", "cases"),
    *("ensemble", "member", "realization"),
)
PARAMETERS = ("mu", "param", "params", "parameter", "parameters")


def of_samples(coordinates: Mapping[str, Any], axes: Sequence[tuple[str, int]]) -> dict[str, Array]:
    """Return t, mu and trajectory (m,) of the samples, whose last axis runs fastest.

    Beside an axis of times, every other axis tells trajectories apart, whatever its name is.
    """
    shape = tuple(length for _, length in axes)
    timed = any(word.lower() in TIME_AXES for word, _ in axes)
    found: dict[str, Any] = {}
    mu, groups = [], []
    for i, (word, length) in enumerate(axes):
        index = np.broadcast_to(on_axis(np.arange(length), i, len(axes)), shape).ravel()
        numbers = _numbers(coordinates.get(word), length)
        if word.lower() in TIME_AXES:
            if numbers is not None:
                found["t"] = numbers[index]
            continue
        if timed or word.lower() in (*PARAMETERS, *TRAJECTORIES):
            groups.append(index)
        if word.lower() in PARAMETERS:
            mu.append((np.arange(length) if numbers is None else numbers)[index])
    if mu:
        found["mu"] = np.array(mu, dtype=float)
    if groups:
        found["trajectory"] = np.unique(np.array(groups), axis=1, return_inverse=True)[1].ravel()
        of_runs = [w for w, _ in axes if w.lower() not in (*PARAMETERS, *TIME_AXES)]
        stated = [coordinates.get(word) for word in of_runs]
        if len(groups) == len(stated) == 1 and _name_all(stated[0], int(groups[0].max()) + 1):
            found["trajectory"] = np.asarray(stated[0])[groups[0]]
    return found


def _name_all(values: Any, count: int) -> bool:
    """Return whether ``values`` are different whole numbers or labels of all trajectories."""
    array: Any = np.asarray(values)
    if array.shape != (count,) or len(set(array.tolist())) < count:
        return False
    return array.dtype.kind in "iuUSO" or bool(
        array.dtype.kind == "f" and np.all(array == np.round(array))
    )


def along_axes(
    given: Mapping[str, Any], axes: Sequence[tuple[str, int]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the coordinates along single axes of degrees of freedom, by axis, and other fields.

    Of several axes, ``x`` belongs to the axis of this name unless it has an entry for each degree
    of freedom. ``y`` and ``z`` always do. Raises ShapeError where an axis has another length.
    """
    if len(axes) > 1 and (grids := _of_all_places(given, axes)):
        x = np.array([np.ravel(grid) for grid in grids.values()])
        return {}, {**{name: of for name, of in given.items() if name not in grids}, "x": x}
    along: dict[str, Any] = {}
    n, lengths = math.prod(length for _, length in axes), dict(axes)
    of_axis = {word.lower(): word for word, _ in axes}
    for name in set(ALONG) & given.keys():
        values, word = np.squeeze(given[name]), of_axis.get(name)
        if name == "x" and (len(axes) == 1 or word is None or n in values.shape):
            continue
        if word is None:
            names = ", ".join(word for word, _ in axes)
            raise ShapeError(
                f"{name} is for an axis {name}, and the axes of places are {names}: give all "
                "coordinates (d, n) as x"
            )
        if values.shape != (lengths[word],):
            raise ShapeError(
                f"{name} has shape {values.shape}, but the axis {word} has "
                f"{counted(lengths[word], 'place')}"
            )
        along[word] = values
    return along, {name: values for name, values in given.items() if of_axis.get(name) not in along}


def _of_all_places(given: Mapping[str, Any], axes: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Return x, y and z if each holds a number for each place of a grid, as of meshgrid."""
    found = {name: given[name] for name in ALONG if name in given}
    shape = tuple(length for _, length in axes)
    return found if all(np.shape(of) == shape for of in found.values()) else {}


def unfit(coordinates: Mapping[str, Any], axes: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Yield a note for each of the ``coordinates`` of a file that do not fit an axis."""
    for word, values in coordinates.items():
        if word not in dict(axes) and _numbers(values) is not None:
            yield f"{word} {np.shape(values)} is left out: no axis is called {word}; state axes"
    for word, length in axes:
        if (values := _numbers(coordinates.get(word))) is not None and len(values) != length:
            yield f"{word} {values.shape} is left out: the axis {word} has {length} places"


def of_dofs(coordinates: Mapping[str, Any], axes: Sequence[tuple[str, int]]) -> dict[str, Array]:
    """Return the coordinates x (d, n), if the axes of degrees of freedom have numbers.

    On a grid of two or more axes, the places along an axis without numbers are counted, because a
    convolution must know the grid.
    """
    numbers = [_numbers(coordinates.get(word), length) for word, length in axes]
    if len(axes) < 2 and any(values is None for values in numbers):
        return {}
    counts = [np.arange(float(length)) for _, length in axes]
    along = [counts[i] if values is None else values for i, values in enumerate(numbers)]
    grids: Any = np.meshgrid(*along, indexing="ij")
    return {"x": np.array([grid.ravel() for grid in grids])}


def counted_axes(
    coordinates: Mapping[str, Any], axes: Sequence[tuple[str, int]]
) -> tuple[str, ...]:
    """Return the axes along which `of_dofs` counts the places."""
    return tuple(w for w, k in axes if len(axes) > 1 and _numbers(coordinates.get(w), k) is None)


def along_axis(row: Array, axis: int) -> Array | None:
    """Return the numbers along ``axis`` of a coordinate that varies along no other axis."""
    lines = np.moveaxis(row, axis, 0).reshape(row.shape[axis], -1)
    if np.isnan(lines).all(axis=1).any():
        return None
    low, high = np.nanmin(lines, axis=1), np.nanmax(lines, axis=1)
    return low if np.array_equal(low, high) else None


def is_monotonic(numbers: Array) -> bool:
    """Return whether numbers increase strictly, or decrease strictly, as those along an axis."""
    steps = np.diff(numbers)
    return bool(np.all(steps > 0) or np.all(steps < 0))


def lie_along(x: Array, shape: Sequence[int]) -> bool:
    """Return whether row i of the coordinates x (d, n) varies along axis i of ``shape`` alone."""
    if len(x) != len(shape) or x.shape[1] != math.prod(shape):
        return False
    return all(along_axis(row.reshape(shape), i) is not None for i, row in enumerate(x))


def timed_last(axes: Sequence[tuple[str, int]]) -> list[int]:
    """Return the axes of samples in the order of their columns, of which time runs fastest."""
    return sorted(range(len(axes)), key=lambda i: axes[i][0].lower() in TIME_AXES)


def index_along(axis: tuple[str, int], axes: Sequence[tuple[str, int]]) -> Indices:
    """Return the place (m,) along one axis of each sample; ``axes`` have the order of the file."""
    at = on_axis(np.arange(axis[1]), axes.index(axis), len(axes))
    full = np.broadcast_to(at, [length for _, length in axes])
    return full.transpose(timed_last(axes)).ravel()


def of_each(values: Array, axes: Sequence[tuple[str, int]]) -> Array | None:
    """Return numbers (m,) of the samples from those along several ``axes`` of the file, in order.

    It is None if the shape of the numbers is not that of some axes, or of several of them.
    """
    for order in (list(range(len(axes))), timed_last(axes)):
        some = [
            chosen
            for chosen in combinations(order, values.ndim)
            if tuple(axes[i][1] for i in chosen) == values.shape
        ]
        if len(some) == 1:
            places = [index_along(axes[i], axes) for i in some[0]]
            return np.asarray(values[tuple(places)])
    return None


def on_axis(values: Any, axis: int, axes: int) -> Any:
    """Return a vector as an array of several axes, whose entries lie along one of them."""
    return values.reshape([-1 if i == axis else 1 for i in range(axes)])


def _numbers(values: Any, length: int | None = None) -> Array | None:
    """Return a vector as real numbers; None if it is none, or has another ``length``."""
    values = np.asarray(values)
    if values.ndim != 1 or values.dtype.kind not in "iuf" or length not in (None, len(values)):
        return None
    return values.astype(float)
