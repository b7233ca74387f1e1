"""NumPy's .npy and .npz, and the sparse matrices of SciPy in .npz."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from mornet.errors import DataError, OptionError, StorageError, counted
from mornet.snapshots.formats.archive import Entry, choose
from mornet.snapshots.formats.contents import Contents
from mornet.snapshots.formats.packed import require_honest

NO_NPY = "does not begin as .npy files do; unpack it, or give it the suffix of its own format"


def no_key(path: Path, key: str | None) -> None:
    """Raise OptionError if there is a key, although the file holds one array."""
    if key is not None:
        raise OptionError(f"{path}: a {path.suffix} file holds one array, so leave out key {key!r}")


def begins_as_npy(file: BinaryIO) -> bool:
    """Return whether an open file begins as .npy files do; its position is the start again."""
    first = file.read(6)
    file.seek(0)
    return first == b"\x93NUMPY"


def read_npy(path: Path, key: str | None) -> Contents:
    """Return the array in a .npy file; DataError if something follows it, such as another array.

    Raises StorageError for a file of another format, whatever its name is.
    """
    no_key(path, key)
    with open(path, "rb") as file:
        if not begins_as_npy(file):
            raise StorageError(f"{path} {NO_NPY}")
        array = _plain(str(path), lambda: np.lib.format.read_array(file, allow_pickle=False))
        require_end(path, file.tell())
    return Contents(array)


def require_end(path: Path, end: int) -> None:
    """Raise DataError if a .npy file goes on behind the ``end`` of its array."""
    if beyond := path.stat().st_size - end:
        raise DataError(
            f"{path} goes on for {counted(beyond, 'byte')} behind its first array: save several "
            "arrays as one, or each to a file of its own"
        )


def read_npz(path: Path, key: str | None) -> Contents:
    """Return the array ``key`` of a .npz file, or the sparse matrix that SciPy saved.

    Members that are no arrays, such as a text, are passed over.
    """
    with open(path, "rb") as file:
        arrays = np.load(file, allow_pickle=False)
        _require_honest(path, arrays)
        if isinstance(arrays, np.ndarray):
            raise ValueError("it is one array, not an archive; name it .npy")
        names = [name for name in arrays.files if f"{name}.npy" in arrays.zip.namelist()]
        if key is None and {"format", "shape", "data"} <= set(names):
            from scipy.sparse import load_npz

            file.seek(0)
            return Contents(load_npz(file))
        loaded: dict[str, Any] = {}

        def load(name: str) -> Any:
            if name not in loaded:
                where = f"{path}, array {name!r}"
                loaded[name] = _plain(where, lambda: arrays[name])
            return loaded[name]

        if key is not None and key not in names:
            choose(str(path), key, [Entry(name, ()) for name in names], load)
        if key is None and len(names) == 1:
            return Contents(load(names[0]), name=None if names[0] == "arr_0" else names[0])
        entries = [Entry(name, _shape(path, name, arrays)) for name in names]
        return choose(str(path), key, entries, load)


def _require_honest(path: Path, arrays: Any) -> None:
    """Raise StorageError for members that expand without bounds, DataError for two of one name."""
    twice = [name for name, times in Counter(getattr(arrays, "files", ())).items() if times > 1]
    if twice:
        raise DataError(f"{path} holds {twice[0]!r} twice: save each array under a name of its own")
    for member in arrays.zip.infolist() if hasattr(arrays, "zip") else ():
        require_honest(f"{path}, array {member.filename}", member.file_size, member.compress_size)


def _shape(path: Path, name: str, arrays: Any) -> tuple[int, ...]:
    """Return the shape of an array, from its header alone."""
    with arrays.zip.open(f"{name}.npy") as stream:
        version = np.lib.format.read_magic(stream)
        header = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}
        return header[min(version[0], 2)](stream)[0]


def _plain(where: str, load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        raise DataError(
            f"{where} is pickled or holds Python objects (rows of different length?). Such a file "
            "may run code when it is opened, so it is refused; save a matrix of numbers"
        ) from None
