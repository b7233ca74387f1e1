"""Files that expand: how much more numbers than bytes a packed file may hold."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mornet.errors import StorageError

LARGE = 256 * 1024**2  # bytes; smaller contents are taken whatever their files are
RATIO = 200  # packed text and packed numbers are some ten times larger than their files
OPENERS: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}


def require_honest(where: str, declared: int, stored: int) -> None:
    """Raise StorageError if ``declared`` bytes are far more than the ``stored`` ones can hold."""
    if declared > LARGE and declared > RATIO * max(stored, 1):
        raise StorageError(
            f"{where} expands to {declared:.3g} bytes or more, {declared / max(stored, 1):.3g} "
            f"times what its file holds, and {RATIO} times is allowed: unpack it if you trust it"
        )


def unpacked(path: Path) -> bytes:
    """Return the bytes of a file, unpacked if gzip, bzip2 or xz packed it.

    Raises StorageError for a file that expands to more than `require_honest` allows.
    """
    content = path.read_bytes()
    for magic, opener in OPENERS.items():
        if content.startswith(magic):
            _require_bounded(path, opener(io.BytesIO(content)), len(content))
            with opener(io.BytesIO(content)) as stream:
                expanded: bytes = stream.read()
            return expanded
    return content


def _require_bounded(path: Path, stream: Any, stored: int) -> None:
    """Count the bytes of a stream without keeping them, and stop where they are too many."""
    length = 0
    with stream:
        while block := stream.read(1 << 20):
            length += len(block)
            require_honest(str(path), length, stored)
