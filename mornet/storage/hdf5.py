"""Conversion of trees to HDF5 files and back; no other module of mornet imports h5py.

Named axes are HDF5 dimension scales, as in netCDF-4. A file may come from anybody: reading follows
no link of any kind, runs no foreign filter, and allocates at most the memory that was allowed.
`mornet.storage.foreign` reads the arrays of other programs.
"""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any, Self

import h5py
import numpy as np
from numpy.typing import NDArray

from mornet.errors import StorageError
from mornet.storage.tree import Attributes, Leaf, Tree

FORMAT = 2  # since 2, strings have a fixed length
LARGE = 64 * 1024  # bytes; larger arrays are chunked, compressed and checksummed
PURE_AXIS = "This is a netCDF dimension but not a netCDF variable."
ENCODING = "_Encoding"  # tells xarray that bytes are text
OF_HDF5 = ("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", ENCODING)
FILTERS = (1, 2, 3, 4, 5, 6, 32000)  # the filters of the library, and lzf of h5py: no plug-ins
DATA_VERBS = "`mornet data` says what a data file holds, and `mornet run` makes a study of it"
ADVICE = f"it is no result of mornet, or it is damaged; {DATA_VERBS}"
NO_HDF5 = "does not begin as HDF5 files do: give it the suffix of its own format, or write it again"


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
        dataset = group.create_dataset(name, data=_bytes_of(leaf.value))
        dataset.attrs[ENCODING] = "utf-8"
    elif leaf.value.nbytes > LARGE:
        gzip = {"compression": "gzip", "compression_opts": 4}
        dataset = group.create_dataset(name, data=leaf.value, shuffle=True, fletcher32=True, **gzip)
    else:
        dataset = group.create_dataset(name, data=leaf.value)
    dataset.attrs.update(leaf.attributes)
    return dataset


def _bytes_of(text: NDArray[Any]) -> NDArray[np.bytes_]:
    """Return strings as UTF-8 of one fixed length: Octave reads no strings of variable length."""
    encoded = [string.encode() for string in text.ravel()]
    length = max(1, *map(len, encoded)) if encoded else 1
    return np.array(encoded, dtype=f"S{length}").reshape(text.shape)


def _opened(path: Path) -> Any:
    """Return an open file; StorageError for one of another format, whatever its name is."""
    try:
        return h5py.File(path, "r", locking="best-effort")
    except OSError as error:
        if "file signature not found" in str(error):  # h5py has no class of errors for it
            raise StorageError(NO_HDF5) from error
        raise


class Reader:
    """Reads one file. It refuses before reading if more than ``max_bytes`` bytes are declared."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.file = _opened(path)
        self.allowed = self.left = max_bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def tree(self) -> Tree:
        """Return the tree of a file that mornet wrote."""
        version = self.file.attrs.get("mornet_format")
        if not isinstance(version, np.integer):
            raise StorageError(f"is not a mornet result: {DATA_VERBS}")
        if version > FORMAT:
            raise StorageError(f"has format {version}, newer than {FORMAT}: update mornet")
        tree = self._group(self.file)
        del tree.attributes["mornet_format"]
        return tree

    def words(self, key: str) -> str | None:
        """Return the string ``key`` of a file that mornet wrote; None if there is none."""
        node = self.file.get(key)
        return str(self._text(node).item()) if isinstance(node, h5py.Dataset) else None

    def _group(self, group: Any) -> Tree:
        tree = Tree(self._attributes(group))
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise StorageError(f"{group.name}/{name} is a link, which mornet never writes")
            node = group[name]
            if h5py.h5o.get_info(node.id).rc != 1:
                raise StorageError(
                    f"{node.name} has several names, which mornet never writes: it is refused"
                )
            if isinstance(node, h5py.Group):
                tree.members[name] = self._group(node)
            elif not is_pure_axis(node):
                value = self._values(node) if node.dtype.kind in "biuf" else self._text(node)
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

    def _dims(self, node: Any) -> tuple[str, ...]:
        if node.is_scale:
            return (node.name.rpartition("/")[2],)
        return tuple(dim[0].name.rpartition("/")[2] for dim in node.dims)

    def _values(self, node: Any) -> NDArray[Any]:
        self.admit(node)
        return np.asarray(node[()])

    def _text(self, node: Any) -> NDArray[Any]:
        """Return an array of strings, read one by one: format 1 does not declare their length."""
        if not h5py.check_string_dtype(node.dtype):
            raise StorageError(
                f"{node.name} holds {node.dtype}, neither numbers nor text: {ADVICE}"
            )
        self.admit(node)
        value = np.empty(node.shape, dtype=object)
        for index in np.ndindex(node.shape):
            entry = node[index]
            value[index] = entry.decode()
            self._take(len(entry), node.name)
        return value

    def admit(self, node: Any) -> None:
        """Raise StorageError unless size, place and filters of the dataset allow reading it."""
        self._take(node.nbytes, node.name)
        self.admit_place_and_filters(node)

    def admit_place_and_filters(self, node: Any) -> None:
        """Raise StorageError for a dataset in another file, of foreign filters, of huge chunks."""
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


def is_pure_axis(node: Any) -> bool:
    """Return whether a dataset only stands for an axis, without numbers."""
    return bool(node.is_scale) and h5py.h5ds.get_scale_name(node.id).startswith(PURE_AXIS.encode())
