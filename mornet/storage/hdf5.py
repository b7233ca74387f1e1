"""Conversion of trees to HDF5 files and back; no other module of mornet imports h5py.

Named axes are HDF5 dimension scales, as in netCDF-4. A file may come from anybody: reading follows
no link of any kind, runs no foreign filter, and allocates at most the memory that was allowed.
"""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from mornet.errors import StorageError
from mornet.storage.tree import Attributes, Leaf, Tree

FORMAT = 1
LARGE = 64 * 1024  # bytes; larger arrays are chunked, compressed and checksummed
PURE_AXIS = "This is a netCDF dimension but not a netCDF variable."
OF_HDF5 = ("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST")
FILTERS = (1, 2, 3, 4, 5, 6, 32000)  # the filters of the library, and lzf of h5py: no plug-ins
ADVICE = "if mornet made the file, delete it and run snakemake again"


def image(tree: Tree) -> memoryview:
    """Return the bytes of a file with ``tree``.

    HDF5 writes to memory, never to the disk: after a failed write (full disk, quota) HDF5 2.0 can
    crash the process at some later time. This takes memory for the compressed file.
    """
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver=("v110", "v110")) as file:
        file.attrs["mornet_format"] = FORMAT
        _write_group(file, tree)
    return stream.getbuffer()


def _write_group(group: Any, tree: Tree) -> None:
    group.attrs.update(tree.attributes)
    leaves = {name: node for name, node in tree.members.items() if isinstance(node, Leaf)}
    datasets = {name: _write_leaf(group, name, leaf) for name, leaf in leaves.items()}
    scales = {name: datasets[name] for name, leaf in leaves.items() if leaf.is_coordinate(name)}
    for name, scale in scales.items():
        scale.make_scale(name)
    for name, leaf in leaves.items():
        if name in scales:
            continue
        for axis, dim in enumerate(leaf.dims):
            if dim not in scales:
                length = leaf.value.shape[axis]
                scales[dim] = group.create_dataset(dim, shape=(length,), dtype=">f4")
                scales[dim].make_scale(f"{PURE_AXIS}{length:10d}")
            datasets[name].dims[axis].attach_scale(scales[dim])
    for name, node in tree.members.items():
        if isinstance(node, Tree):
            _write_group(group.create_group(name), node)


def _write_leaf(group: Any, name: str, leaf: Leaf) -> Any:
    if leaf.is_text:
        dataset = group.create_dataset(name, data=leaf.value, dtype=h5py.string_dtype())
    elif leaf.value.nbytes > LARGE:
        gzip = {"compression": "gzip", "compression_opts": 4}
        dataset = group.create_dataset(name, data=leaf.value, shuffle=True, fletcher32=True, **gzip)
    else:
        dataset = group.create_dataset(name, data=leaf.value)
    dataset.attrs.update(leaf.attributes)
    return dataset


class Reader:
    """Reads one file. It refuses before reading if more than ``max_bytes`` bytes are declared."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.file = h5py.File(path, "r", locking="best-effort")
        self.allowed = self.left = max_bytes

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def tree(self) -> Tree:
        """Return the tree of a file that mornet wrote."""
        version = self.file.attrs.get("mornet_format")
        if not isinstance(version, np.integer):
            raise StorageError("is not a mornet result: read it with mornet.storage.read_array")
        if version > FORMAT:
            raise StorageError(f"has format {version}, newer than {FORMAT}: update mornet")
        tree = self._group(self.file)
        del tree.attributes["mornet_format"]
        return tree

    def words(self, key: str) -> str | None:
        """Return the string ``key`` of a file that mornet wrote; None if there is none."""
        node = self.file.get(key)
        return str(self._text(node).item()) if isinstance(node, h5py.Dataset) else None

    def array(self, key: str | None) -> NDArray[Any]:
        """Return the array ``key`` of any HDF5 file; None is the only array of the file."""
        return self._values(self._numbers(key))

    def matrix(self, key: str | None) -> StoredMatrix | NDArray[Any]:
        """Return the matrix ``key`` of any HDF5 file, which is read by slices.

        Floating-point numbers in one piece are mapped into memory, which saves a copy and a buffer.
        """
        node = self._numbers(key)
        if node.ndim != 2 or node.dtype.kind not in "iuf":
            raise StorageError(
                f"{node.name} has shape {node.shape} of {node.dtype}: it is not a real matrix"
            )
        if node.nbytes > max(self.allowed, 1000 * node.id.get_storage_size()):
            raise StorageError(f"{node.name} declares {node.nbytes} bytes that are not in the file")
        self._admit_place_and_filters(node)
        offset, path = node.id.get_offset(), Path(self.file.filename)
        plain = node.dtype in (np.dtype(np.float32), np.dtype(np.float64))
        if plain and offset is not None and offset + node.nbytes <= path.stat().st_size:
            return np.memmap(path, node.dtype, "r", offset, node.shape)
        return StoredMatrix(node)

    def _numbers(self, key: str | None) -> Any:
        """Return the dataset ``key`` of numbers; None is the only dataset of the file."""
        if key is None:
            if len(found := self._datasets()) != 1:
                raise StorageError(f"needs the key of a dataset{self._listed()}")
            (key,) = found
        node = self.file
        for part in filter(None, key.split("/")):
            if not isinstance(node, h5py.Group) or part not in node:
                raise StorageError(f"has no dataset {key!r}{self._listed()}")
            node = self._child(node, part)
        if not isinstance(node, h5py.Dataset):
            raise StorageError(f"has a group, not a dataset, at {key!r}{self._listed()}")
        if node.dtype.kind not in "biufc":
            raise StorageError(f"{key!r} holds {node.dtype}, not numbers")
        return node

    def _datasets(self) -> list[str]:
        found: list[str] = []
        self.file.visititems(
            lambda name, node: found.append(name) if isinstance(node, h5py.Dataset) else None
        )
        return found

    def _listed(self) -> str:
        found = self._datasets()
        return f"; it has {', '.join(found[:20]) or 'none'}{', ...' if len(found) > 20 else ''}"

    def _child(self, group: Any, name: str) -> Any:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise StorageError(f"{group.name}/{name} is a link, and links are not followed")
        return group[name]

    def _group(self, group: Any) -> Tree:
        tree = Tree(self._attributes(group))
        for name in group:
            node = self._child(group, name)
            if h5py.h5o.get_info(node.id).rc != 1:
                raise StorageError(
                    f"{node.name} has several names, which mornet never writes: it is refused"
                )
            if isinstance(node, h5py.Group):
                tree.members[name] = self._group(node)
            elif not self._is_pure_axis(node):
                value = self._text(node) if node.dtype == object else self._values(node)
                tree.members[name] = Leaf(value, self._dims(node), self._attributes(node))
        return tree

    def _attributes(self, node: Any) -> Attributes:
        attributes: Attributes = {}
        for name in node.attrs:
            if name in OF_HDF5:
                continue
            value = node.attrs[name] if node.attrs.get_id(name).shape == () else None
            if not isinstance(value, (str, np.integer)):
                raise StorageError(f"{node.name} has an unexpected attribute {name}: {ADVICE}")
            attributes[name] = value if isinstance(value, str) else int(value)
        return attributes

    def _is_pure_axis(self, node: Any) -> bool:
        return bool(node.is_scale) and h5py.h5ds.get_scale_name(node.id).startswith(
            PURE_AXIS.encode()
        )

    def _dims(self, node: Any) -> tuple[str, ...]:
        if node.is_scale:
            return (node.name.rpartition("/")[2],)
        return tuple(dim[0].name.rpartition("/")[2] for dim in node.dims)

    def _values(self, node: Any) -> NDArray[Any]:
        self._admit(node)
        return np.asarray(node[()])

    def _text(self, node: Any) -> NDArray[Any]:
        """Return an array of strings, read one by one: a file does not declare their length."""
        if not h5py.check_string_dtype(node.dtype):
            raise StorageError(
                f"{node.name} holds {node.dtype}, neither numbers nor text: {ADVICE}"
            )
        self._admit(node)
        value = np.empty(node.shape, dtype=object)
        for index in np.ndindex(node.shape):
            value[index] = node.asstr()[index]
            self._take(len(value[index]), node.name)
        return value

    def _admit(self, node: Any) -> None:
        """Raise StorageError unless size, place and filters of the dataset allow reading it."""
        self._take(node.nbytes, node.name)
        self._admit_place_and_filters(node)

    def _admit_place_and_filters(self, node: Any) -> None:
        if node.is_virtual or node.external:
            raise StorageError(f"{node.name} lies in another file, and such links are not followed")
        plist = node.id.get_create_plist()
        filters = [plist.get_filter(i)[0] for i in range(plist.get_nfilters())]
        if not set(filters) <= set(FILTERS) or len(set(filters)) < len(filters):
            raise StorageError(f"{node.name} is packed by the filters {filters}, which are refused")
        if node.chunks and math.prod(node.chunks) * node.dtype.itemsize > self.allowed:
            raise StorageError(f"{node.name} has chunks {node.chunks}, too large to be read")

    def _take(self, nbytes: int, name: str) -> None:
        self.left -= nbytes
        if self.left < 0:
            raise StorageError(
                f"{name} declares {nbytes} bytes, more than is left of the allowed {self.allowed}: "
                "give a larger max_bytes if you trust the file"
            )


class StoredMatrix:
    """A matrix in a file, whose rows are read by slices: ``matrix[i:j]`` returns an array.

    The next call overwrites the array. The numbers are float32 if they are stored as float32,
    otherwise float64. ``T`` is the transpose. ``together`` rows lie in the same chunks; it is
    fastest to read them at once.
    """

    def __init__(self, node: Any, transposed: bool = False) -> None:
        self._node, self._transposed = node, transposed
        self._buffer: NDArray[Any] = np.empty(0, dtype=self.dtype)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self._node.shape
        return (columns, rows) if self._transposed else (rows, columns)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the returned numbers."""
        return np.dtype(np.float32 if self._node.dtype == np.float32 else np.float64)

    @property
    def together(self) -> int:
        """How many rows lie in the same chunks; 1 if they are contiguous."""
        return int(self._node.chunks[self._transposed]) if self._node.chunks else 1

    @property
    def T(self) -> StoredMatrix:
        """The transpose."""
        return StoredMatrix(self._node, not self._transposed)

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        first, last, step = rows.indices(self.shape[0])
        if step != 1:
            raise StorageError("rows of a stored matrix are read by slices without a step")
        shape = (last - first, self.shape[1])
        if self._transposed:
            shape = shape[::-1]
        if self._buffer.size < math.prod(shape):
            self._buffer = np.empty(math.prod(shape), dtype=self.dtype)
        out = self._buffer[: math.prod(shape)].reshape(shape)
        place = np.s_[:, first:last] if self._transposed else np.s_[first:last]
        try:
            self._node.read_direct(out, place)
        except Exception as error:  # h5py raises all sorts of them for damaged files
            raise StorageError(
                f"{self._node.file.filename}: rows {first} to {last} cannot be read ({error})"
            ) from error
        return out.T if self._transposed else out
