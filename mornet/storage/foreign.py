"""Arrays in HDF5 files of other programs: netCDF-4, MATLAB v7.3, Octave, and plain HDF5.

Links inside the file are followed; links to other files are refused.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np

from mornet.errors import StorageError
from mornet.snapshots.formats.conventions import NAMES, default_fill, physical
from mornet.snapshots.formats.packed import require_honest
from mornet.storage.dimensions import axes_of, scale_of
from mornet.storage.hdf5 import Reader, is_pure_axis
from mornet.storage.stored_matrix import StoredMatrix

LINKS = 20  # soft links that lead to soft links are followed up to this depth


class Described(NamedTuple):
    """A dataset without its numbers: its name, its shape and type as its program means them.

    ``axes`` are the labels of its dimensions, or the names of their scales; None without them.
    ``scales`` are the datasets that are attached to the axes, "" without one.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    axes: tuple[str, ...] | None = None
    units: str | None = None
    transposed: bool = False
    scales: tuple[str, ...] = ()


class ForeignReader(Reader):
    """Reads arrays of a file that any program wrote."""

    def array(self, key: str | None) -> Any:
        """Return the array ``key`` as its program means it; None is the only array of the file.

        Packed numbers are unpacked. Missing entries are masked. The axes of MATLAB's and Octave's
        arrays are in their order. A sparse matrix of MATLAB is one of SciPy.
        """
        if key is not None and (group := self._sparse_group(key)) is not None:
            return self._sparse(group)
        node = self._numbers(key)
        self.admit(node)
        require_honest(str(node.name), node.nbytes, node.id.get_storage_size())
        self._require_written(node)
        stored = np.asarray(node[()])
        values = stored if stored.dtype.kind == "c" else physical(stored, *_meaning(node))
        return values.T if _is_transposed(node) else values

    def is_sparse(self, key: str) -> bool:
        """Return whether ``key`` is a sparse matrix of MATLAB."""
        return self._sparse_group(key) is not None

    def _sparse_group(self, key: str) -> Any:
        """Return the group of a sparse matrix of MATLAB v7.3; None if ``key`` is none."""
        node = self.file.get(key, getlink=True)
        if not isinstance(node, h5py.HardLink) or not isinstance(self.file[key], h5py.Group):
            return None
        return self.file[key] if "MATLAB_sparse" in self.file[key].attrs else None

    def _sparse(self, group: Any) -> Any:
        """Return a sparse matrix, whose columns lie in ``data``, ``ir`` and ``jc``."""
        from scipy.sparse import csc_array

        parts = []
        for name in ("data", "ir", "jc"):
            node = self._reached(group, name, group.name)
            self.admit(node)
            parts.append(np.asarray(node[()]).astype(float if name == "data" else np.int64))
        return csc_array(tuple(parts), shape=(int(group.attrs["MATLAB_sparse"]), len(parts[2]) - 1))

    def matrix(self, key: str | None) -> Any:
        """Return the matrix ``key``, which is read by slices.

        Floating-point numbers in one piece are mapped into memory, which saves a copy and a buffer.
        A missing entry raises StorageError when its rows are read.
        """
        node = self._numbers(key)
        if node.ndim != 2 or node.dtype.kind not in "iuf":
            raise StorageError(
                f"{node.name} has shape {node.shape} of {node.dtype}: it is not a real matrix"
            )
        if node.nbytes > max(self.allowed, 1000 * node.id.get_storage_size()):
            raise StorageError(f"{node.name} declares {node.nbytes} bytes that are not in the file")
        self.admit_place_and_filters(node)
        self._require_written(node)
        matrix: Any = self._mapped(node)
        return matrix.T if _is_transposed(node) else matrix

    def described(self) -> list[Described]:
        """Return all datasets of numbers, in the order of the file."""
        found = [_described(name, node) for name, node in self._datasets() if _is_numeric(node)]
        sparse: list[str] = []
        self.file.visititems(
            lambda name, node: sparse.append(name) if "MATLAB_sparse" in node.attrs else None
        )
        for name in sparse:
            n, m = int(self.file[name].attrs["MATLAB_sparse"]), len(self.file[name]["jc"]) - 1
            found.append(Described(name, (n, m), np.dtype(float)))
        return found

    def require_own(self) -> None:
        """Raise StorageError if a dataset lies in another file, or needs a foreign filter."""
        for name, node in self._datasets():
            self._reached(self.file, name, name)
            self.admit_place_and_filters(node)
        self._require_no_outside(self.file)

    def _require_no_outside(self, group: Any) -> None:
        for name in group:
            link = group.get(name, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                raise StorageError(
                    f"{group.name.rstrip('/')}/{name} is a link to another file: give the file "
                    "that it leads to"
                )
            if isinstance(link, h5py.HardLink) and isinstance(group[name], h5py.Group):
                self._require_no_outside(group[name])

    def is_data_set(self) -> bool:
        """Return whether the file is a data set of mornet."""
        return bool(self.file.attrs.get("kind") == "data_set")

    def is_scaled(self, name: str) -> bool:
        """Return whether a dataset holds states that mornet's data set divides or shifts."""
        if not self.is_data_set() or not name.endswith("/U"):
            return False
        return bool({"scale", "shift"} & set(self.file[name].parent))

    def name_of(self, key: str) -> str:
        """Return the name of the dataset that ``key`` reaches, without links."""
        node = self._numbers(key)
        name = str(node.name).strip("/")
        return name.removesuffix("/value") if _is_octave(node.parent) else name

    def attributes(self, name: str) -> list[dict[str, Any]]:
        """Return the attributes of a dataset, of its group, and of the groups above it."""
        node = self._numbers(name)
        found = [dict(node.attrs)]
        while node.name != "/":
            node = node.parent
            found.append(dict(node.attrs))
        return found

    def labels(self, name: str) -> tuple[str, ...]:
        """Return the words along an axis of a dataset, or in its attribute ``names``, if any."""
        node = self._numbers(name)
        scales = [scale[()] for dim in node.dims for scale in dim.values()]
        for words in (*scales, node.attrs.get("names")):
            if np.ndim(words) == 1 and np.asarray(words).dtype.kind in "SUO":
                return tuple(w.decode() if isinstance(w, bytes) else str(w) for w in words)
        return ()

    def in_words(self, names: Container[str]) -> dict[str, Any]:
        """Return the datasets of words whose last names are among ``names``, by name."""
        wanted = [(n, node) for n, node in self._datasets() if n.split("/")[-1].lower() in names]
        found = {name: self._words(node) for name, node in wanted}
        return {name: words for name, words in found.items() if words is not None}

    def _words(self, node: Any) -> Any:
        """Return the words in a dataset, or in a cell of MATLAB; None if it holds others."""
        if _holds_words(node):
            self.admit(node)
            return np.asarray(node.asstr(errors="replace")[()])
        cells = [node]
        if _matlab_class(node) == "cell" and h5py.check_ref_dtype(node.dtype) is h5py.Reference:
            self.admit(node)
            cells = [self.file[reference] for reference in np.ravel(node[()])]
        lines = [self._lines(cell) for cell in cells]
        if not all(lines) or (len(lines) > 1 and max(map(len, lines)) > 1):
            return None
        return np.array([line for of_cell in lines for line in of_cell])

    def _lines(self, node: Any) -> list[str]:
        """Return the lines of characters of MATLAB; none for anything else."""
        chars = isinstance(node, h5py.Dataset) and _matlab_class(node) == "char"
        if not chars or node.ndim != 2 or node.dtype.kind != "u" or node.attrs.get("MATLAB_empty"):
            return []
        self.admit(node)
        return ["".join(map(chr, row)).strip() for row in node[()].T.tolist()]

    def objects(self) -> list[str]:
        """Return the names of MATLAB's objects, whose values MATLAB alone reads."""
        return [name for name, node in self._datasets() if _is_object(node)]

    def require_numbers(self) -> None:
        """Raise StorageError for the first dataset of records, or of lists of their own lengths."""
        for name, node in self._datasets():
            if node.dtype.names or h5py.check_vlen_dtype(node.dtype) is not None:
                raise StorageError(f"{name!r} holds {_kind(node)}")

    def _mapped(self, node: Any) -> Any:
        """Return a memory map of plain numbers in one piece, otherwise a `StoredMatrix`."""
        attributes, fill = _meaning(node)
        if attributes or fill is not None:
            return StoredMatrix(node, decode=lambda stored: physical(stored, attributes, fill))
        offset, path = node.id.get_offset(), Path(self.file.filename)
        plain = node.dtype in (np.dtype(np.float32), np.dtype(np.float64))
        if plain and offset is not None and offset + node.nbytes <= path.stat().st_size:
            return np.memmap(path, node.dtype, "r", offset, node.shape)
        return StoredMatrix(node)

    def _require_written(self, node: Any) -> None:
        """Raise StorageError if parts of the dataset were never written and mean no number."""
        if node.size == 0 or default_fill(node.dtype, node.fillvalue) is not None:
            return  # netCDF fills what was not written by a value that means a missing entry
        absent = 0
        if node.chunks:
            chunks = zip(node.shape, node.chunks, strict=True)
            absent = math.prod(-(-n // k) for n, k in chunks) - int(node.id.get_num_chunks())
        elif not (node.is_virtual or node.external):
            absent = int(node.id.get_storage_size() == 0)
        if absent > 0:
            raise StorageError(
                f"{node.name} has {absent} chunks that were never written, so their entries are "
                "unknown: cut the dataset, or write all of its entries"
            )

    def _numbers(self, key: str | None) -> Any:
        """Return the dataset ``key`` of numbers; None is the only dataset of the file."""
        if key is None:
            if len(found := list(self._datasets())) != 1:
                raise StorageError(f"needs the key of a dataset{self._listed()}")
            key = found[0][0]
        node = self._reached(self.file, key, key)
        if isinstance(node, h5py.Group) and _is_octave(node):
            node = self._reached(node, "value", key)
        if not isinstance(node, h5py.Dataset):
            raise StorageError(f"has a group, not a dataset, at {key!r}{self._listed()}")
        if _is_object(node):
            raise StorageError(
                f"{key!r} is a {_matlab_class(node)} of MATLAB, which MATLAB alone reads: write "
                "char(...) of strings and dates, or numbers, into the file"
            )
        if node.dtype.kind not in "biufc":
            raise StorageError(f"{key!r} holds {_kind(node)}")
        return node

    def _reached(self, node: Any, path: str, key: str, depth: int = 0) -> Any:
        """Return what lies at ``path`` below ``node``; links to other files are refused."""
        for part in filter(None, path.split("/")):
            if not isinstance(node, h5py.Group) or node.get(part, getlink=True) is None:
                raise StorageError(f"has no dataset {key!r}{self._listed()}")
            link = node.get(part, getlink=True)
            if isinstance(link, h5py.HardLink):
                node = node[part]
            elif isinstance(link, h5py.SoftLink) and depth < LINKS:
                start = self.file if link.path.startswith("/") else node
                node = self._reached(start, link.path, key, depth + 1)
            else:
                raise StorageError(
                    f"{node.name.rstrip('/')}/{part} is a link to another file or to itself: give "
                    "the file that it leads to"
                )
        return node

    def _datasets(self) -> Iterator[tuple[str, Any]]:
        """Yield the datasets with their names; an array of Octave has the name of its group."""
        found: list[tuple[str, Any]] = []
        self.file.visititems(
            lambda name, node: (
                found.append((name, node)) if isinstance(node, h5py.Dataset) else None
            )
        )
        for name, node in found:
            if _is_octave(node.parent):
                if name.endswith("/value"):
                    yield name.removesuffix("/value"), node
            elif not name.startswith("#refs#") and "MATLAB_sparse" not in node.parent.attrs:
                yield name, node

    def _listed(self) -> str:
        found = [name for name, _ in self._datasets()]
        return f"; it has {', '.join(found[:20]) or 'none'}{', ...' if len(found) > 20 else ''}"


def _kind(node: Any) -> str:
    """Return in words what a dataset holds instead of numbers, and what to do."""
    if node.dtype.names:
        fields = ", ".join(node.dtype.names)
        return f"records with the fields {fields}: write each field as a dataset of numbers"
    if h5py.check_vlen_dtype(node.dtype) is not None:
        return "lists that may have several lengths: write them as rows of one matrix of numbers"
    text = h5py.check_string_dtype(node.dtype) is not None
    return f"{'text' if text else node.dtype}, not numbers: give the key of a dataset of numbers"


def _described(name: str, node: Any) -> Described:
    shape, transposed = node.shape, _is_transposed(node)
    axes, scales = axes_of(node), tuple(map(scale_of, node.dims))
    if transposed:
        shape, axes, scales = shape[::-1], None if axes is None else axes[::-1], scales[::-1]
    units = node.attrs.get("units")
    units = units.decode(errors="replace") if isinstance(units, bytes) else units
    return Described(
        name, shape, node.dtype, axes, units if isinstance(units, str) else None, transposed, scales
    )


def _is_numeric(node: Any) -> bool:
    if node.shape is None or node.attrs.get("MATLAB_empty") or is_pure_axis(node):
        return False
    if _is_object(node):
        return False
    others = ("char", "cell", "struct", "function_handle")
    return node.dtype.kind in "biufc" and _matlab_class(node) not in others


def _matlab_class(node: Any) -> str:
    """Return the class that MATLAB states for a variable, "double" without one."""
    stated = node.attrs.get("MATLAB_class", b"double")
    return stated.decode() if isinstance(stated, bytes) else str(stated)


def _is_object(node: Any) -> bool:
    """Return whether a variable is one of MATLAB's objects, such as a string or a datetime."""
    return "MATLAB_object_decode" in node.attrs


def _holds_words(node: Any) -> bool:
    words = node.shape is not None and h5py.check_string_dtype(node.dtype) is not None
    return bool(words) and node.ndim < 2 and not _is_transposed(node)


def _is_octave(group: Any) -> bool:
    return "OCTAVE_NEW_FORMAT" in group.attrs and "value" in group


def _is_transposed(node: Any) -> bool:
    """Return whether the program has the axes in the other order than the file."""
    return "MATLAB_class" in node.attrs or _is_octave(node.parent)


def _meaning(node: Any) -> tuple[Mapping[str, Any], Any]:
    """Return the attributes that say what the stored numbers mean, and netCDF's fill value."""
    found = {name: node.attrs[name] for name in NAMES if name in node.attrs}
    return found, default_fill(node.dtype, node.fillvalue)
