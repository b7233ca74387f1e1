"""A tall matrix that is read by blocks of rows, and need not fit into memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from mornet.errors import DataError
from mornet.linalg import InnerProduct
from mornet.records import Array

BLOCK_BYTES = 4 * 1024**2  # a block of 2 to 8 MB stays in the cache until it is multiplied


class Source(Protocol):
    """A matrix whose rows can be read: an array, a memory map, or a matrix in a file."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        ...

    def __getitem__(self, rows: slice, /) -> Any:
        """Return these rows as an array; the next call may overwrite it."""
        ...


@runtime_checkable
class Chunked(Protocol):
    """A source whose rows lie ``together`` in chunks, and are best read as whole chunks."""

    @property
    def together(self) -> int:
        """How many rows lie in the same chunks."""
        ...


class UnscaledError(Exception):
    """Squares of the entries overflow or vanish; the matrix has to be scaled."""


@dataclass(frozen=True, eq=False)
class Rows:
    """X = D_r (S - a 1^T - 1 b^T) D_c / scale, S the ``source`` (L, k).

    The diagonal of D_r is ``row_factor`` (L,), the diagonal of D_c is ``column_factor`` (k,), a is
    ``row_shift`` (L,), and b is ``column_shift`` (k,); None leaves one out. A ``column_map`` is
    applied to every row of X. ``row_means`` (k,) are weights with which a is computed: when a block
    is read, the weighted means of its rows are written to ``row_shift``. ``mass`` is an inner
    product that couples rows, see `pairs`.

    Iteration yields the number of the first row of a block, and the block of X in double precision.
    The next block overwrites it. ``read`` rows are read at once, and ``step`` rows make a block.
    ``transposed`` says that the rows are snapshots, which messages need.
    """

    source: Source
    row_factor: Array | None = None
    column_factor: Array | None = None
    row_shift: Array | None = None
    column_shift: Array | None = None
    row_means: Array | None = None
    column_map: Callable[[Array], Array] | None = None
    mass: InnerProduct | None = None
    scale: float = 1.0
    step: int = 0
    read: int = 0
    transposed: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """L and k."""
        L, k = self.source.shape
        return int(L), int(k)

    @property
    def together(self) -> int:
        """How many rows of the source lie in the same chunks; 1 if it has no chunks."""
        return self.source.together if isinstance(self.source, Chunked) else 1

    def __iter__(self) -> Iterator[tuple[int, Array]]:
        L, k = self.shape
        step = self.step or rows_for(BLOCK_BYTES, k)
        read = max(self.read, step)
        plain = self.scale == 1.0 and all(
            change is None
            for change in (
                self.row_factor,
                self.column_factor,
                self.row_shift,
                self.column_shift,
                self.column_map,
            )
        )
        buffer = None if plain else np.empty((min(step, L), k))
        for start in range(0, L, read):
            slab = np.asarray(self.source[start : start + read])
            for offset in range(0, len(slab), step):
                raw, first = slab[offset : offset + step], start + offset
                yield first, self._changed(raw, first, buffer)

    def pairs(self) -> Iterator[tuple[int, Array, Array]]:
        """Yield the number of the first row of a block, the block of X, and the same rows of M X.

        Without a mass matrix M X is the same array as X. The rows to which M couples the block are
        read with it.
        """
        if self.mass is None:
            yield from ((first, X, X) for first, X in self)
            return
        L, k = self.shape
        step = max(self.read, self.step or rows_for(BLOCK_BYTES, k))
        reach = self.mass.reach
        M, buffer = self.mass.M.tocsr(), np.empty((min(step + 2 * reach, L), k))
        for start in range(0, L, step):
            stop, first = min(start + step, L), max(start - reach, 0)
            last = min(stop + reach, L)
            X = self._changed(np.asarray(self.source[first:last]), first, buffer)
            yield start, X[start - first : stop - first], M[start:stop, first:last] @ X

    def _changed(self, raw: Array, first: int, buffer: Array | None) -> Array:
        if buffer is None:
            return raw if raw.dtype == np.float64 else raw.astype(np.float64)
        X, rows = buffer[: len(raw)], slice(first, first + len(raw))
        np.divide(raw, self.scale, out=X)
        if self.row_shift is not None:
            if self.row_means is not None:
                with np.errstate(invalid="ignore"):  # the caller checks for such entries
                    self.row_shift[rows] = self.scale * (X @ self.row_means)
            X -= self.row_shift[rows, None] / self.scale
        if self.column_shift is not None:
            X -= self.column_shift / self.scale
        if self.row_factor is not None:
            X *= self.row_factor[rows, None]
        if self.column_factor is not None:
            X *= self.column_factor
        return X if self.column_map is None else np.ascontiguousarray(self.column_map(X.T).T)

    def check(self, square: float) -> None:
        """Raise UnscaledError if ``square``, a sum of squares, is near overflow or underflow."""
        if not 1e-200 < square < 1e250:
            raise UnscaledError

    def require_finite(self) -> None:
        """Raise DataError for an entry of the source that is not finite; it names the first one."""
        step = self.step or rows_for(BLOCK_BYTES, self.shape[1])
        for start in range(0, self.shape[0], step):
            bad = np.argwhere(~np.isfinite(np.asarray(self.source[start : start + step])))
            if len(bad):
                row, column = int(bad[0, 0]) + start, int(bad[0, 1])
                row, column = (column, row) if self.transposed else (row, column)
                raise DataError(
                    f"U has entries that are not finite; "
                    f"one of them is row {row} of column (sample) {column}"
                )


def rows_for(nbytes: int, k: int) -> int:
    """Return how many rows of ``k`` numbers fit into ``nbytes``, at least 64 for fast products."""
    return max(nbytes // (8 * k), 64)


def largest_entry(blocks: Iterable[Array]) -> float:
    """Return the largest modulus of the entries of all ``blocks``; NaN if an entry is NaN."""
    return float(np.max([np.max(np.abs(block)) for block in blocks]))


def lengths(rows: Rows, W: Array) -> Array:
    """Return ||X w_i|| (r,) for the columns of ``W`` (k, r)."""
    squares = np.zeros(W.shape[1])
    for _, X in rows:
        block = _product(X, W)
        squares += np.einsum("ij,ij->j", block, block)
    return np.sqrt(squares)


def times(rows: Rows, W: Array, out: Array | None = None) -> Array:
    """Return X ``W`` (L, r) for W (k, r), written to ``out`` if given."""
    Y = np.empty((rows.shape[0], W.shape[1])) if out is None else out
    for start, X in rows:
        Y[start : start + len(X)] = _product(X, W)
    return Y


def times_and_square(rows: Rows, W: Array) -> tuple[Array, float]:
    """Return X ``W`` (L, r) for W (k, r), and ||X||_F^2."""
    Y, square = np.empty((rows.shape[0], W.shape[1])), 0.0
    for start, X in rows:
        square += float(np.vdot(X, X))
        Y[start : start + len(X)] = _product(X, W)
    return Y, square


def _product(X: Array, W: Array) -> Array:
    """Return X W as the transpose of W^T X^T, which is 1.7 times faster in BLAS for narrow W."""
    return (W.T @ X.T).T


def times_and_rest(rows: Rows, W: Array) -> tuple[Array, float]:
    """Return Y = X ``W`` (L, r) for W (k, r), and ||X - Y W^T||_M without cancellation."""
    Y, total = np.empty((rows.shape[0], W.shape[1])), 0.0
    for start, X, MX in rows.pairs():
        block = Y[start : start + len(X)]
        block[:] = _product(X, W)
        R = X - block @ W.T
        total += float(np.vdot(R, R if MX is X else MX - _product(MX, W) @ W.T))
    return Y, float(np.sqrt(max(total, 0.0)))


def transposed_times(rows: Rows, Q: Array) -> Array:
    """Return Q^T X (r, k) for ``Q`` (L, r)."""
    B = np.zeros((Q.shape[1], rows.shape[1]))
    for start, X in rows:
        B += Q[start : start + len(X)].T @ X
    return B


def rest(rows: Rows, W: Array, Y: Array | None = None) -> float:
    """Return ||X - Y W^T||_F without cancellation, for W (k, r); Y (L, r) is X W unless given."""
    total, R = 0.0, np.empty((0, 0))
    for start, X in rows:
        if len(R) < len(X):
            R = np.empty_like(X, order="C")
        block = _product(X, W) if Y is None else Y[start : start + len(X)]
        part = np.matmul(block, W.T, out=R[: len(X)])
        part -= X
        total += float(np.vdot(part, part))
    return float(np.sqrt(total))
