"""A matrix in an HDF5 file that is read by slices of its rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mornet.errors import StorageError

Decode = Callable[[NDArray[Any]], NDArray[Any]]


class StoredMatrix:
    """A matrix in a file, whose rows are read by slices: ``matrix[i:j]`` returns an array.

    The next call overwrites the array. The numbers are float32 if they are stored as float32,
    otherwise float64. ``T`` is the transpose. ``together`` rows lie in the same chunks; it is
    fastest to read them at once. ``decode`` returns the numbers that stored ones mean, in which
    missing entries are masked.
    """

    def __init__(self, node: Any, transposed: bool = False, decode: Decode | None = None) -> None:
        self._node, self._transposed, self._decode = node, transposed, decode
        self._buffer: NDArray[Any] = np.empty(0, dtype=self.dtype)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self._node.shape
        return (columns, rows) if self._transposed else (rows, columns)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the returned numbers."""
        single = self._node.dtype == np.float32 and self._decode is None
        return np.dtype(np.float32 if single else np.float64)

    @property
    def together(self) -> int:
        """How many rows lie in the same chunks; 1 if they are contiguous."""
        return int(self._node.chunks[self._transposed]) if self._node.chunks else 1

    @property
    def T(self) -> StoredMatrix:
        """The transpose."""
        return StoredMatrix(self._node, not self._transposed, self._decode)

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        first, last, step = rows.indices(self.shape[0])
        if step != 1:
            raise StorageError("rows of a stored matrix are read by slices without a step")
        place = np.s_[:, first:last] if self._transposed else np.s_[first:last]
        try:
            out = self._read(place, (last - first, self.shape[1]))
        except StorageError:
            raise
        except Exception as error:  # h5py raises all sorts of them for damaged files
            raise StorageError(
                f"{self._node.file.filename}: rows {first} to {last} cannot be read ({error})"
            ) from error
        return out.T if self._transposed else out

    def _read(self, place: Any, shape: tuple[int, int]) -> NDArray[Any]:
        """Return the numbers at ``place`` as they lie in the file."""
        if self._decode is not None:
            return self._decoded(self._decode, place)
        if self._transposed:
            shape = shape[::-1]
        if self._buffer.size < math.prod(shape):
            self._buffer = np.empty(math.prod(shape), dtype=self.dtype)
        out = self._buffer[: math.prod(shape)].reshape(shape)
        self._node.read_direct(out, place)
        return out

    def _decoded(self, decode: Decode, place: Any) -> NDArray[Any]:
        values = decode(self._node[place])
        if not np.ma.is_masked(values):
            return np.asarray(values, dtype=float)
        row, column = np.argwhere(np.ma.getmaskarray(values))[0]
        row += place[0].start or 0 if isinstance(place, tuple) else place.start
        column += place[1].start if isinstance(place, tuple) else 0
        raise StorageError(
            f"{self._node.file.filename}: {self._node.name} has missing entries; the first that "
            f"was met is [{row}, {column}]. Make a data set of the file, which leaves out rows "
            "that are missing in every snapshot"
        )
