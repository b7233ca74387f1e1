"""Files that are written completely or not at all, and whose damage is detected."""

from __future__ import annotations

import glob
import hashlib
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from mornet.errors import StorageError, naming
from mornet.processes import is_alive

# A seal is the SHA-256 of a file, appended to the file. HDF5 readers ignore bytes after their data.
# A sealed file is checked before the HDF5 library opens it, because damaged metadata can hang or
# crash the library.
SEAL = b"mornet\0\1"
SEAL_SIZE = len(SEAL) + 32
SIGNATURE = b"\x89HDF\r\n\x1a\n"  # of HDF5


MARK_OF_PAGES = b"<!-- made by mornet -->"
WINDOW = 1 << 16
"""Bytes at the start and at the end of a file in which a mark is looked for.

In a PDF a table of all objects follows the mark, with 20 bytes for each.
"""
MARKS = (  # how files of a format begin, and what they hold if mornet made them
    (b"\x89HDF", b"mornet_format"),
    (b"%PDF", b"mornet"),
    (b"\x89PNG", b"mornet"),
    (b"% mornet ", b"% mornet "),
    (b"#", MARK_OF_PAGES),
    (b"<!DOCTYPE html>", MARK_OF_PAGES),
    (b"<?xml", MARK_OF_PAGES),
)


def replace(path: Path, *parts: bytes | memoryview) -> None:
    """Replace the file ``path`` in one step by ``parts``, one after the other.

    If the process is killed at any moment, the old file stays as it was. A hidden temporary file
    may be left, which the next call removes. Raises OSError if writing fails.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    ours = f".{path.name}.{platform.node()}."
    for stray in path.parent.glob(f"{glob.escape(ours)}*.tmp"):
        pid = stray.name[len(ours) : -len(".tmp")]
        if pid.isdecimal() and not is_alive(int(pid)):
            stray.unlink(missing_ok=True)
    temporary = path.with_name(f"{ours}{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    if os.name == "posix":
        directory = os.open(path.parent, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """Open a file to read; the error of a file that opens but cannot be read names it too."""
    with naming(path), path.open("rb") as stream:
        yield stream


def is_hdf5(path: Path) -> bool:
    """Return whether a file begins as HDF5 files do; MATLAB puts 512 bytes before."""
    with _opened(path) as stream:
        start = stream.read(1024)
    return start[:8] == SIGNATURE or start[512:520] == SIGNATURE


def is_sealed(path: Path) -> bool:
    """Return whether a file ends with a seal."""
    with _opened(path) as stream:
        stream.seek(max(0, path.stat().st_size - SEAL_SIZE))
        return stream.read(len(SEAL)) == SEAL


def is_ours(path: Path) -> bool:
    """Return whether mornet made a file: it is a sealed result, or has mornet's mark of its format.

    A file without content is nobody's, and may be taken.
    """
    if path.stat().st_size == 0 or is_sealed(path):
        return True
    with _opened(path) as stream:
        start = stream.read(WINDOW)
        stream.seek(max(0, path.stat().st_size - WINDOW))
        end = stream.read()
    return any(start.startswith(first) and mark in start + end for first, mark in MARKS)


def seal(content: memoryview) -> bytes:
    """Return the seal of ``content``, by which `check` detects damage."""
    return SEAL + hashlib.sha256(content).digest()


def check(path: Path) -> bool:
    """Return whether ``path`` is sealed; raise StorageError if it was changed after its sealing.

    A file without a seal is not refused: another program may have read and rewritten it. Raises
    StorageError also if ``path`` is not a file.
    """
    if path.is_dir():
        raise StorageError(_advice_on_folder(path))
    if not path.is_file():
        raise StorageError("is not a file: correct the path, or run snakemake to make it")
    size = path.stat().st_size - SEAL_SIZE
    if size < 0:
        return False
    with _opened(path) as stream:
        stream.seek(size)
        found = stream.read()
        stream.seek(0)
        sealed = found.startswith(SEAL)
        if sealed and found != SEAL + _sha256(stream, size):
            raise StorageError(
                "is damaged or was changed after it was made: run snakemake or `mornet run` again"
            )
    return sealed


def _advice_on_folder(folder: Path) -> str:
    """Return what to give instead of a folder: one of its results, a comparison before others."""
    found = sorted(folder.rglob("*.h5"), key=lambda path: ("comparisons" not in path.parts, path))
    such = f" such as {found[0]};" if found else ""
    return f"is a folder: give one of the results in it,{such} `mornet list {folder}` names them"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hex digits."""
    with _opened(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_of_folder(folder: Path) -> str:
    """Return the SHA-256 of the names and contents of all files in a folder, as hex digits."""
    sha = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        sha.update(f"{path.relative_to(folder).as_posix()}\0{sha256(path)}\n".encode())
    return sha.hexdigest()


def _sha256(stream: BinaryIO, size: int) -> bytes:
    sha = hashlib.sha256()
    while size > 0 and (block := stream.read(min(size, 1 << 20))):
        sha.update(block)
        size -= len(block)
    return sha.digest()
