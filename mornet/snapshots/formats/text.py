"""The text of a file: unpacked, and decoded by its byte-order mark or by trial."""

from __future__ import annotations

import codecs
import lzma
from pathlib import Path

from mornet.errors import DataError
from mornet.snapshots.formats.packed import unpacked

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
TECPLOT = (b"#!TDV", b"#!SZPLT")  # so begin its binary files


def read_text(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, and a note if its encoding is not plain UTF-8.

    A file that is packed by gzip, bzip2 or xz is unpacked. Text that is not UTF-8 is read as
    Windows-1252 or Latin-1, which differ from UTF-8 in words only, never in numbers. Raises
    DataError for bytes that are no text, StorageError for a file that expands without bounds.
    """
    try:
        content = unpacked(path)
    except lzma.LZMAError as error:
        raise DataError(f"{path} cannot be unpacked: {error}") from None
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            try:
                return content.decode(encoding), (f"the encoding is {encoding}",)
            except UnicodeDecodeError as error:
                raise DataError(
                    f"{path} is not {encoding}, as its first bytes say: {error}"
                ) from None
    if content.startswith(TECPLOT):
        raise DataError(
            f"{path} is a binary file of Tecplot: write it in ASCII (File > Write Data File), or "
            "as VTU by ParaView"
        )
    if b"\0" in content:
        raise DataError(f"{path} holds bytes that are no text; a binary file needs its own suffix")
    return _decoded(content)


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), ("the encoding is taken as Windows-1252",)
    except UnicodeDecodeError:
        return content.decode("latin-1"), ("the encoding is taken as Latin-1",)
