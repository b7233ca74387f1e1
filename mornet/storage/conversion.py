"""Records to trees and back."""

from __future__ import annotations

import dataclasses
import json
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mornet.errors import DataError, ShapeError, StorageError
from mornet.records import axes_of
from mornet.storage.homes import homes
from mornet.storage.tree import CONFIG, MEASURED, PROVENANCE, Attributes, Leaf, Tree

# Fields of records that have another name in earlier files: kind -> {former name: name}.
RENAMED: dict[str, dict[str, str]] = {
    "base_point": {"cost": "value"},
    "dmd": {"Q": "V"},
    "history": {"cost": "objective", "validation_cost": "validation_objective"},
    "hybrid": {"branch": "variant"},
    "incremental_svd": {"discarded": "error_bound"},
    "solver_history": {"cost": "objective"},
}

# Axes whose names are arguments of xarray's `sel`, so that no place along them could be selected:
# name -> name in files. Earlier files have the name itself.
AXES = {"method": "method_name", "tolerance": "tolerance_value"}
OF_FILES = {stored: name for name, stored in AXES.items()}

RESERVED = (MEASURED, CONFIG, PROVENANCE)
SCALARS = ((bool, np.bool_), (int, np.integer), (float, np.floating), (str, np.str_))


def class_of(kind: str) -> Any:
    """Return the class of the records of this ``kind``; raise StorageError if there is none."""
    if kind not in homes():
        raise StorageError(
            f"no record has the kind {kind!r}: another version of mornet wrote it; "
            "run snakemake again"
        )
    here = vars(import_module(homes()[kind])).values()
    return next(c for c in here if isinstance(c, type) and vars(c).get("kind") == kind)


def stored_fields(cls: Any) -> list[dataclasses.Field[Any]]:
    """Return the fields that are stored: all whose names do not begin with "_"."""
    return [field for field in dataclasses.fields(cls) if not field.name.startswith("_")]


def to_tree(record: Any, path: str = "") -> Tree:
    """Return ``record`` as a tree; ``path`` is its place in the tree that contains it.

    Raises StorageError for a value that is not a record of the package, ShapeError for arrays that
    do not fit their axes, DataError for values that a file cannot hold.
    """
    cls = type(record)
    kind = getattr(cls, "kind", None)
    if not isinstance(kind, str) or class_of(kind) is not cls:
        words = ": save StoredNetwork(network, p)" if hasattr(record, "p") else ""
        raise StorageError(
            f"{path or 'this'} is of type {cls.__name__}, not a record of mornet{words}"
        )
    tree, measured = Tree({"kind": kind}), Tree()
    units = getattr(record, "units", {})
    for field in stored_fields(cls):
        name, value = field.name, getattr(record, field.name)
        group = measured if field.metadata.get("measured") else tree
        if name in RESERVED:
            raise StorageError(f"{kind}.{name}: the file reserves this name; rename the field")
        if value is None and field.default is not None and "None" not in str(field.type):
            raise DataError(f"{kind}.{name} is None, but this field is not optional")
        if value is None:
            group.attributes["absent"] = f"{group.attributes.get('absent', '')} {name}".lstrip()
        else:
            about = _attributes(field, units)
            axes = axes_of(field)
            stored = AXES.get(name, name) if axes == (name,) else name
            group.members[stored] = _node(value, axes, about, f"{path}/{name}")
    _check_axes(tree.members | measured.members, kind)
    if measured.members or measured.attributes:
        tree.members[MEASURED] = measured
    return tree


def from_tree(tree: Tree) -> Any:
    """Return the record that became ``tree``.

    Raises StorageError for an unknown kind, for fields that its class does not have, and for fields
    that are missing.
    """
    kind = str(tree.attributes.get("kind"))
    cls = class_of(kind)
    values: dict[str, Any] = {}
    for group in (tree, tree.members.get(MEASURED)):
        if isinstance(group, Tree):
            values |= dict.fromkeys(str(group.attributes.get("absent", "")).split())
            values |= {
                OF_FILES.get(k, k): value_of(v)
                for k, v in group.members.items()
                if k not in RESERVED
            }
    present = RENAMED.get(kind, {})
    values = {present.get(name, name): value for name, value in values.items()}
    fields = {field.name: field for field in stored_fields(cls)}
    if unknown := values.keys() - fields:
        raise StorageError(
            f"{kind} has unknown fields {sorted(unknown)}: update mornet, or run snakemake again"
        )
    needed = {
        name
        for name, field in fields.items()
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    if missing := needed - values.keys():
        raise StorageError(
            f"{kind} lacks the fields {sorted(missing)}: delete the file and run snakemake again"
        )
    return cls(**values)


def value_of(node: Leaf | Tree) -> Any:
    """Return the value of a field that became ``node``."""
    if isinstance(node, Tree):
        if node.attributes.get("python") == "arrays":
            return {k: np.asarray(v.value) for k, v in node.members.items() if isinstance(v, Leaf)}
        if "length" in node.attributes:
            return tuple(value_of(node.members[str(i)]) for i in range(len(node.members)))
        return from_tree(node)
    value = node.value.astype(bool) if node.attributes.get("dtype") == "bool" else node.value
    match node.attributes.get("python"):
        case "tuple":
            return tuple(value.tolist())
        case "dict":
            return json.loads(value.item())
    return value if node.dims else value.item()


def text(string: str) -> Leaf:
    """Return a scalar string as a leaf."""
    return Leaf(np.array(string, dtype=object))


def _attributes(field: dataclasses.Field[Any], units: Any) -> Attributes:
    of_field = units if isinstance(units, dict) else {}
    unit = of_field.get(field.name, field.metadata.get("units"))
    about = {"units": unit, "long_name": field.metadata.get("about")}
    return {name: value for name, value in about.items() if value}


def _node(value: Any, axes: tuple[str, ...] | None, about: Attributes, path: str) -> Leaf | Tree:
    if dataclasses.is_dataclass(value):
        return to_tree(value, path)
    if isinstance(value, tuple) and axes is None and all(map(dataclasses.is_dataclass, value)):
        members = {str(i): to_tree(item, f"{path}/{i}") for i, item in enumerate(value)}
        return Tree({"length": len(value)}, dict(members))
    if isinstance(value, dict) and any(isinstance(a, np.ndarray) for a in value.values()):
        return _arrays(value, path)
    if isinstance(value, np.ndarray):
        array, form = _checked(value, path), ""
        if axes is None:
            raise ShapeError(f"{path} is an array without axes: declare it with records.array")
    elif isinstance(value, dict):
        if not all(type(k) is type(v) is str for k, v in value.items()):
            raise DataError(f"{path}: a dict must map str to str, not {value!r}")
        array, form = _from_python(json.dumps(value, sort_keys=True), path), "dict"
    else:
        array, form = _from_python(value, path), "tuple" if isinstance(value, tuple) else ""
    if axes is None:
        axes = (path.rpartition("/")[2],) if array.ndim else ()
    if array.ndim != len(axes):
        raise ShapeError(f"{path} has shape {array.shape} but the axes {axes}")
    if len(set(axes)) < len(axes):
        raise ShapeError(f"{path} names an axis twice, {axes}: readers need different names")
    if array.dtype == object:
        about = {name: note for name, note in about.items() if name != "units"}
    if array.dtype == bool:
        array, about = array.astype(np.int8), about | {"dtype": "bool"}  # as xarray does
    named = tuple(AXES.get(axis, axis) for axis in axes)
    return Leaf(array, named, about | ({"python": form} if form else {}))


def _arrays(value: dict[Any, Any], path: str) -> Tree:
    """Return the tree of a mapping from names to arrays.

    The axes of the array NAME are called NAME_0, NAME_1, ...
    """
    for name, a in value.items():
        if not (isinstance(name, str) and name.isidentifier()):
            raise DataError(f"{path}: {name!r} cannot be the name of an array")
        if not isinstance(a, np.ndarray) or a.dtype.kind not in "iuf":
            raise DataError(f"{path}/{name} is not an array of numbers, but others beside it are")
    leaves = {
        name: Leaf(_checked(a, f"{path}/{name}"), tuple(f"{name}_{i}" for i in range(a.ndim)))
        for name, a in value.items()
    }
    return Tree({"python": "arrays"}, dict(leaves))


def _from_python(value: Any, path: str) -> NDArray[Any]:
    """Return a scalar or a tuple of scalars of one type as an array."""
    entries = value if isinstance(value, tuple) else (value,)
    types = {next((t[0] for t in SCALARS if isinstance(v, t)), None) for v in entries} or {int}
    if len(types) > 1 or None in types:
        raise DataError(
            f"{path} cannot be stored: {type(value).__name__} {value!r:.80} is neither an array "
            "nor one (or a tuple of one kind) of bool, int, float, str"
        )
    (python,) = types
    if python is str:
        for string in entries:
            if "\0" in string or not _is_utf8(string):
                raise DataError(f"{path}: {string!r:.80} has characters that HDF5 cannot hold")
    try:
        array = np.array(value, dtype=object if python is str else python)
    except OverflowError:
        raise DataError(f"{path}: {value} does not fit into 64 bits") from None
    _require_finite(array, path)
    return array


def _is_utf8(string: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in string)


def _checked(value: NDArray[Any], path: str) -> NDArray[Any]:
    """Return ``value`` in C order, as HDF5 needs it; this is the only copy."""
    if isinstance(value, np.ma.MaskedArray) or not (
        value.dtype.kind in "biu" or (value.dtype.kind == "f" and value.dtype.itemsize <= 8)
    ):
        raise DataError(
            f"{path} is of type {type(value).__name__} and dtype {value.dtype}, which few readers "
            "understand: "
            "store real and imaginary parts, masks and codes as separate arrays, and strings as a "
            "tuple"
        )
    value = np.asarray(value, order="C")
    _require_finite(value, path)
    return value


def _require_finite(value: NDArray[Any], path: str) -> None:
    if value.dtype.kind != "f":
        return
    with np.errstate(all="ignore"):
        if np.isfinite(value.sum()):  # NaN and Inf survive a sum; no mask of the array's size
            return
    bad = np.argwhere(~np.isfinite(value))
    if len(bad):
        index = tuple(bad[0].tolist())
        raise DataError(
            f"{path}{list(index) or ''} is {value[index]}, one of {len(bad)} entries that are not "
            "finite: results hold finite numbers; use None for a value that does not exist"
        )


def _check_axes(members: dict[str, Leaf | Tree], kind: str) -> None:
    """Raise ShapeError if an axis has two lengths, or the name of a field with other axes."""
    lengths: dict[str, tuple[int, str]] = {}
    for name, node in members.items():
        if isinstance(node, Leaf):
            for dim, length in zip(node.dims, node.value.shape, strict=True):
                first, by = lengths.setdefault(dim, (length, name))
                if first != length:
                    raise ShapeError(
                        f"{kind}: axis {dim!r} has {first} entries in {by} but {length} in {name}"
                    )
    for name, node in members.items():
        if name in lengths and not (isinstance(node, Leaf) and node.is_coordinate(name)):
            raise ShapeError(f"{kind}: {name!r} is an axis of {lengths[name][1]} and another field")
