"""Arrays of results in the formats of other programs: NPY, NPZ, MATLAB, CSV, netCDF, VTU and VTK.

A format is a function of a path and arrays with named axes, and a line in `FORMATS`.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mornet.errors import OptionError, StorageError, reason
from mornet.storage import files, hdf5
from mornet.storage.conversion import to_tree
from mornet.storage.csv_text import csv_text
from mornet.storage.meshes import OF_STEPS, SUFFIXES, Ground, mesh_image
from mornet.storage.results import require_replaceable
from mornet.storage.tree import Leaf, Tree, walk

Leaves = Mapping[str, Leaf]


def arrays_of(record: Any) -> dict[str, Leaf]:
    """Return all arrays of a record, also of the records in it; ``models_0_V`` is V of models/0."""
    return {
        path.strip("/").replace("/", "_"): node
        for path, node in walk(to_tree(record))
        if isinstance(node, Leaf) and (node.dims or not node.is_text)
    }


def export(
    path: Path,
    leaves: Leaves,
    ground: Ground | None = None,
    labels: Leaves | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """Write arrays to the file ``path``, in the format of its suffix.

    ``ground`` is the mesh of arrays over degrees of freedom, for .vtu and .vtk. ``labels`` name the
    entries of an axis: a long table of .csv has them beside its index, other formats as arrays.

    Raises OptionError for an unknown suffix, for no arrays, or for arrays that the format cannot
    hold; StorageError if ``path`` cannot be written, if it is a result of mornet, and if
    it exists, unless it is to be overwritten.
    """
    suffix = path.suffix.lower()
    if suffix not in (*FORMATS, *SUFFIXES, OF_STEPS):
        there = ", ".join((*FORMATS, *SUFFIXES, OF_STEPS))
        raise OptionError(f"{path}: no writer for {path.suffix!r}; there are {there}")
    if suffix not in FORMATS and ground is None:
        raise OptionError(f"{path}: `mornet export` writes {suffix}, which needs a mesh or points")
    if not leaves:
        raise OptionError(f"{path}: there are no arrays to be written")
    require_replaceable(path, overwrite=overwrite)
    labels = labels or {}
    if ground is not None:
        image: bytes | memoryview = mesh_image(suffix, leaves, ground)
    else:
        image = _csv(leaves, labels) if suffix == ".csv" else FORMATS[suffix]({**labels, **leaves})
    try:
        files.replace(path, image)
    except OSError as error:
        raise StorageError(f"{path} could not be written: {reason(error)}") from error


def _npy(leaves: Leaves) -> bytes:
    """Return the file of a single array."""
    if len(leaves) > 1:
        raise OptionError(f"a .npy file holds one array, not {', '.join(leaves)}: take .npz")
    stream = io.BytesIO()
    np.save(stream, _plain(next(iter(leaves.values()))))
    return stream.getvalue()


def _npz(leaves: Leaves) -> bytes:
    stream = io.BytesIO()
    arrays: dict[str, Any] = {name: _plain(leaf) for name, leaf in leaves.items()}
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def _mat(leaves: Leaves) -> bytes:
    """Return a MATLAB v5 file; MATLAB shows a matrix as NumPy does, and a vector as a column."""
    import scipy.io

    if long := [name for name in leaves if len(name) > 63]:
        raise OptionError(f"{long[0]} has more than 63 characters, too many for MATLAB")
    if odd := [name for name in leaves if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name)]:
        raise OptionError(
            f"{odd[0]} is no name in MATLAB, which has letters from A to Z, a to z, digits and _: "
            "take another format, or name other arrays"
        )
    stream = io.BytesIO()
    arrays = {
        name: leaf.value.astype(object) if leaf.is_text else _plain(leaf)
        for name, leaf in leaves.items()
    }
    scipy.io.savemat(stream, arrays, do_compression=True, oned_as="column", long_field_names=True)
    return stream.getvalue()


def _netcdf(leaves: Leaves) -> memoryview:
    """Return a netCDF-4 file; an axis that has several lengths gets a name for each array."""
    lengths: dict[str, set[int]] = {}
    for leaf in leaves.values():
        for dim, length in zip(leaf.dims, leaf.value.shape, strict=True):
            lengths.setdefault(dim, set()).add(length)
    members: dict[str, Leaf | Tree] = {}
    for name, leaf in leaves.items():
        dims = tuple(
            f"{name}_{dim}" if len(lengths[dim]) > 1 or _taken(leaves, dim) else dim
            for dim in leaf.dims
        )
        members[name] = Leaf(leaf.value, dims, leaf.attributes)
    return hdf5.image(Tree({}, members))


def _taken(leaves: Leaves, dim: str) -> bool:
    """Whether the name of an axis is that of an array which is not its coordinate."""
    return dim in leaves and not leaves[dim].is_coordinate(dim)


def _csv(leaves: Leaves, labels: Leaves) -> bytes:
    """Return one matrix as it is, or arrays with the same axes as columns of a long table.

    A long table has one row for each entry; its first columns are the indices, or the coordinates
    if they are among the arrays, and the ``labels`` of an axis.
    """
    coordinates = {name: leaf for name, leaf in leaves.items() if leaf.is_coordinate(name)}
    values = {name: leaf for name, leaf in leaves.items() if name not in coordinates} or dict(
        leaves
    )
    forms = {(leaf.dims, leaf.value.shape) for leaf in values.values()}
    if len(forms) > 1:
        shapes = ", ".join(f"{name} {leaf.value.shape}" for name, leaf in values.items())
        raise OptionError(
            f"a CSV file holds one matrix, or arrays with the same axes: name some of {shapes}"
        )
    first = next(iter(values.values()))
    if len(values) == 1 and first.value.ndim == 2 and not coordinates.keys() & {*first.dims}:
        return csv_text(first.value.tolist()).encode()
    names = {name: leaf for name, leaf in labels.items() if leaf.dims[0] in first.dims}
    head = [*first.dims, *names, *values]
    places = [np.expand_dims(leaf.value, _others(first, leaf)) for leaf in names.values()]
    beside = [np.broadcast_to(place, first.value.shape).reshape(-1).tolist() for place in places]
    return csv_text([head, *_long(values, coordinates, first, beside)]).encode()


def _others(first: Leaf, label: Leaf) -> tuple[int, ...]:
    """Return the numbers of the axes of ``first`` that the ``label`` does not have."""
    return tuple(i for i, dim in enumerate(first.dims) if dim != label.dims[0])


def _long(
    values: Leaves, coordinates: Leaves, first: Leaf, beside: Sequence[Any]
) -> Sequence[Sequence[Any]]:
    shape = first.value.shape
    marks = [
        coordinates[dim].value.tolist() if dim in coordinates else range(n)
        for dim, n in zip(first.dims, shape, strict=True)
    ]
    columns = [*beside, *(leaf.value.reshape(-1).tolist() for leaf in values.values())]
    return [
        [*place, *entries]
        for place, entries in zip(
            itertools.product(*marks), zip(*columns, strict=True), strict=True
        )
    ]


def _plain(leaf: Leaf) -> NDArray[Any]:
    return leaf.value.astype(str) if leaf.is_text else leaf.value


FORMATS: dict[str, Callable[[Leaves], bytes | memoryview]] = {
    ".npy": _npy,
    ".npz": _npz,
    ".mat": _mat,
    ".csv": lambda leaves: _csv(leaves, {}),
    ".nc": _netcdf,
}
