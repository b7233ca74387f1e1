"""The elements of a MATLAB v5 file, walked before SciPy reads them.

SciPy looks up the types of elements in a table without looking at its length, so that a damaged
file can crash the process. The format is that of "MAT-File Format", MathWorks, chapter 1.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Literal

from mornet.errors import StorageError
from mornet.snapshots.formats.packed import require_honest

HEADER = 128
Order = Literal["little", "big"]
ORDERS: dict[bytes, Order] = {b"IM": "little", b"MI": "big"}  # the last two bytes of the header
MATRIX, COMPRESSED = 14, 15
TYPES = {1, 2, 3, 4, 5, 6, 7, 9, 12, 13, MATRIX, COMPRESSED, 16, 17, 18}


def require_sound(path: Path) -> None:
    """Raise StorageError if a v5 file has an element of an unknown type, or beyond its end.

    Elements that expand without bounds are refused too. Compressed elements carry a checksum of
    their own. Files of other versions pass.
    """
    with path.open("rb") as file:
        head = file.read(HEADER)
    order = ORDERS.get(head[126:128])
    if order is None or 0 in head[:4]:  # v4 has a small number there
        return
    content = memoryview(path.read_bytes())
    _walk(path, content, HEADER, len(content), order)


def _walk(path: Path, content: memoryview, at: int, end: int, order: Order) -> None:
    """Walk the elements from the byte ``at`` up to ``end``, those of matrices included."""
    while at + 8 <= end:
        start, type_, size, step = _tag(content, at, order)
        if type_ not in TYPES or start + size > end:
            raise StorageError(
                f"{path} is damaged: the element at byte {at} has the type {type_} and {size} "
                f"bytes, of which {max(end - start, 0)} are there; copy the file again"
            )
        if type_ == MATRIX:
            _walk(path, content, start, start + size, order)
        if type_ == COMPRESSED:
            require_honest(str(path), _expanded(content[start : start + size], order), size)
        at += step


def _expanded(packed: memoryview, order: Order) -> int:
    """Return the bytes that a compressed element says it has; 0 if it is damaged."""
    try:
        tag = zlib.decompressobj().decompress(packed, 8)
    except zlib.error:  # SciPy says so
        return 0
    return int.from_bytes(tag[4:8], order)


def _tag(content: memoryview, at: int, order: Order) -> tuple[int, int, int, int]:
    """Return where the data of an element start, its type, its bytes, and those to the next one.

    An element of up to four bytes is packed into its tag. Others fill whole groups of eight bytes,
    unless they are compressed.
    """
    first = int.from_bytes(content[at : at + 4], order)
    if first >> 16:
        return at + 4, first & 0xFFFF, first >> 16, 8
    size = int.from_bytes(content[at + 4 : at + 8], order)
    padded = size if first == COMPRESSED else -(-size // 8) * 8
    return at + 8, first, size, 8 + padded
