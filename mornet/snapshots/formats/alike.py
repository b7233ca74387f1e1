"""Parts of one data set, such as the files of a series: one field on one mesh, in one order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from mornet.errors import MornetError, OptionError, StorageError, counted
from mornet.snapshots.formats.contents import COLUMN, Contents, is_sample_axis, meaning
from mornet.snapshots.formats.orders import of_names, of_rows
from mornet.snapshots.formats.places import apart, first_apart, order_of
from mornet.snapshots.formats.units import same_unit

Stated = dict[tuple[str, str], tuple[Any, Any]]  # kind and name -> the first place, its statement
ONE_ORDER = "snapshots need the same ones"


def alike(parts: Iterable[tuple[Any, Contents]]) -> Iterator[Contents]:
    """Yield the contents of ``parts``, each of which comes with the name of its place.

    Each is compared with the first that states the same. Axes are put in the order of their names,
    what has labels, such as the columns of a table, in that of the labels, and the places along an
    axis in that of their coordinates. Raises StorageError for other coordinates, OptionError for
    another field, unit, axis or label.
    """
    stated: Stated = {}
    for where, given in parts:
        part = _by_labels(where, _by_axes(where, given, stated), stated)
        part = _by_places(part, stated)
        for kind, name, value in _statements(part):
            place, known = stated.setdefault((kind, name), (where, value))
            if known is not value and not _SAME[kind](value, known):
                raise _contradiction(kind, name, (where, value), (place, known))
        yield part


def along_places(part: Contents) -> dict[str, Any]:
    """Return the coordinates along the axes of places."""
    words = (part.axes or "").split()
    return {w: x for w, x in part.coordinates.items() if w in words and not is_sample_axis(w)}


def some_without(
    places: Sequence[Any], parts: Sequence[Contents], word: str = "file"
) -> Iterator[str]:
    """Yield a note on what some parts state, and others do not: coordinates and units."""
    stated = {
        "coordinates": [bool(along_places(part)) or "x" in part.fields for part in parts],
        "a unit": ["U" in part.units for part in parts],
    }
    for what, known in stated.items():
        bare = [place for place, has in zip(places, known, strict=True) if not has]
        if 0 < len(bare) < len(parts):
            yield (
                f"{counted(len(bare), word)} without {what}, {bare[0]} first: those of other "
                f"{word}s stand for them"
            )


def _statements(part: Contents) -> Iterator[tuple[str, str, Any]]:
    """Yield what a part states about its rows: kind, name and value."""
    if part.name is not None:
        yield "field", "", part.name
    for name, unit in part.units.items():
        if name == "U" or not is_sample_axis(name) or meaning(name) == "mu":
            yield "unit", name, unit
    for name, x in _coordinates(part):
        yield "coordinates", name, x


def _coordinates(part: Contents) -> Iterator[tuple[str, Any]]:
    """Yield the coordinates (d, n) of all places, under the name "", and those along axes."""
    for name, x in {"": part.fields.get("x"), **part.coordinates}.items():
        if np.ndim(x) > 0 and np.asarray(x).dtype.kind in "iuf" and not is_sample_axis(name):
            yield name, _in_rows(np.atleast_2d(np.asarray(x, dtype=float)))


def _in_rows(x: Any) -> Any:
    """Return coordinates as (d, n); files may have them as (n, d)."""
    return x.T if len(x) > x.shape[1] else x


def _same_places(x: Any, known: Any) -> bool:
    return x.shape == known.shape and not apart(known, x).any()


_SAME = {
    "field": lambda name, known: name == known,
    "unit": same_unit,
    "coordinates": _same_places,
}


def _contradiction(
    kind: str, name: str, ours: tuple[Any, Any], theirs: tuple[Any, Any]
) -> MornetError:
    (where, value), (place, known) = ours, theirs
    if kind == "field":
        return OptionError(
            f"{where} holds {value}, but {place} holds {known}: give the key of the snapshots"
        )
    if kind == "unit":
        return OptionError(
            f"{where} has {name} in {value}, but {place} has it in {known}: convert the numbers, "
            "so that all files state one unit"
        )
    along = f" along {name}" if name else ""
    return StorageError(
        f"{where} has other coordinates{along} than {place}: snapshots need one mesh, and "
        f"it has {first_apart(known, value)}"
    )


def _by_axes(where: Any, part: Contents, stated: Stated) -> Contents:
    """Return a part whose axes of places have the order of the first part, and of their names."""
    words = part.axes.split() if part.axes else []
    dofs = [word for word in words if not is_sample_axis(word)]
    place, known = stated.setdefault(("axes", ""), (where, dofs)) if dofs else (where, dofs)
    if dofs == known:
        return part
    if sorted(dofs) != sorted(known):
        raise OptionError(
            f"{where} has the axes {', '.join(dofs)}, but {place} has {', '.join(known)}: "
            f"{ONE_ORDER}"
        )
    order = [words.index(w) for w in known] + [i for i, w in enumerate(words) if w not in known]
    axes = " ".join(words[i] for i in order)
    fields = dict(part.fields)
    if "x" in fields:
        shape = [np.shape(part.array)[words.index(word)] for word in dofs]
        rows = of_rows(shape, [dofs.index(word) for word in known])
        fields["x"] = _in_rows(np.atleast_2d(fields["x"]))[:, rows]
    return part._replace(array=np.transpose(part.array, order), axes=axes, fields=fields)


def _by_labels(where: Any, part: Contents, stated: Stated) -> Contents:
    """Return a part whose places with labels have the order of the first part."""
    words = part.axes.split() if part.axes else []
    for name, labels in part.coordinates.items():
        axis = words.index(name) if name in words else 1
        text = np.ndim(labels) == 1 and np.asarray(labels).dtype.kind in "USO"
        if not text or (name not in words and name != COLUMN) or _of_samples(words, axis):
            continue
        mine = list(map(str, labels))
        place, known = stated.setdefault(("labels", name), (where, mine))
        if mine != known:
            part = _along(part, axis, _order(where, mine, place, known))
    return part


def _by_places(part: Contents, stated: Stated) -> Contents:
    """Return a part whose places along an axis have the order of the first part.

    They are those of the axes with coordinates, or those of the only axis of places.
    """
    words = part.axes.split() if part.axes else []
    for name, x in _coordinates(part):
        _, known = stated.get(("coordinates", name), (None, x))
        axis = _axis_of(name, words)
        if axis is None or known.shape != x.shape or not apart(known, x).any():
            continue
        if x.shape[1] == np.shape(part.array)[axis] and (order := order_of(known, x)) is not None:
            part = _along(part, axis, order.tolist())
    return part


def _axis_of(name: str, words: Sequence[str]) -> int | None:
    """Return the axis along which coordinates lie: that of their ``name``, or the only one."""
    dofs = [i for i, word in enumerate(words) if not is_sample_axis(word)]
    if name in words:
        return words.index(name)
    return dofs[0] if name == "" and len(dofs) == 1 else None


def _along(part: Contents, axis: int, order: Sequence[int]) -> Contents:
    """Return a part with another ``order`` of places along an axis, and what belongs to them."""
    own = {COLUMN, *(part.axes or "").split()[axis : axis + 1]}
    coordinates, fields = dict(part.coordinates), dict(part.fields)
    for name in own & coordinates.keys():
        if np.shape(coordinates[name]) == (len(order),):
            coordinates[name] = np.asarray(coordinates[name])[order]
    if "x" in fields and (x := _in_rows(np.atleast_2d(fields["x"]))).shape[1] == len(order):
        fields["x"] = x[:, order]
    array = np.take(part.array, order, axis=axis)
    return part._replace(array=array, coordinates=coordinates, fields=fields)


def _of_samples(words: Sequence[str], axis: int) -> bool:
    return axis < len(words) and is_sample_axis(words[axis])


def _order(where: Any, labels: list[str], place: Any, known: list[str]) -> list[int]:
    """Return where the labels of the first part stand; OptionError if it has others."""
    if (order := of_names(labels, known)) is not None:
        return order
    other = [label for label in labels if label not in known] or labels
    missing = [label for label in known if label not in labels] or known
    raise OptionError(
        f"{where} has {other[0]!r} where {place} has {missing[0]!r}: {ONE_ORDER}, each once"
    )
