"""Structures and cells of MATLAB's files, as dicts and lists of arrays.

Functions of one array take its ``name`` for their messages, and raise DataError.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat
from scipy.io.matlab import MatReadError, varmats_from_mat

from mornet.checks import is_finite
from mornet.errors import DataError, StorageError, counted
from mornet.records import Array
from mornet.storage.files import is_hdf5
from mornet.storage.matlab_elements import require_sound

Struct = dict[str, NDArray[Any]]


def read_mat(path: str | os.PathLike[str]) -> Struct:
    """Return the variables of a file of MATLAB's version 5 to 7; StorageError if it is none."""
    if not os.path.isfile(path):
        what = "is no file" if os.path.exists(path) else "does not exist"
        raise StorageError(f"{path} {what}")
    if is_hdf5(Path(path)):
        raise StorageError(
            f"{path} is an HDF5 file, such as MATLAB's version 7.3: save it with -v7"
        )
    require_sound(Path(path))
    try:
        with warnings.catch_warnings():  # sparse matrices and sparse arrays are read alike
            warnings.filterwarnings("ignore", ".*spmatrix", DeprecationWarning)
            warnings.filterwarnings("ignore", 'Duplicate variable name "None"')  # see `objects`
            variables = loadmat(path)
    except (MatReadError, ValueError, TypeError, IndexError, NotImplementedError, OSError) as error:
        raise StorageError(
            f"{path} cannot be read as a MATLAB file of version 5 to 7 ({error}): save it with -v7"
        ) from None
    return {name: a for name, a in variables.items() if not name.startswith("__")}


def objects(path: Path) -> list[str]:
    """Return the names of MATLAB's objects, such as strings and datetimes, in a sound file.

    SciPy reads their values as numbers without a meaning, and calls each of them None.
    """
    with path.open("rb") as file:
        streams = [stream for name, stream in varmats_from_mat(file) if name == "None"]
    values = [np.ravel(loadmat(stream)["None"])[0]["s0"] for stream in streams]
    return [of.decode(errors="replace") if isinstance(of, bytes) else str(of) for of in values]


def structs(name: str, array: NDArray[Any]) -> list[Struct]:
    """Return the structures in an array of structures or in a cell of them, column by column."""
    if array.dtype.names:
        return [{key: item[key] for key in array.dtype.names} for item in array.ravel(order="F")]
    if array.dtype != object:
        raise DataError(f"{name} holds {_words(array)} instead of structures")
    found: list[Struct] = []
    for item in array.ravel(order="F"):  # SciPy reads a structure without fields as None
        found += [{}] if item is None else structs(name, np.asarray(item))
    return found


def struct(name: str, array: NDArray[Any]) -> Struct:
    """Return the one structure in an array or a cell."""
    found = structs(name, array)
    if len(found) != 1:
        raise DataError(f"{name} holds {counted(len(found), 'structure')} instead of one")
    return found[0]


def text(name: str, array: NDArray[Any]) -> str:
    """Return the one line of text in an array."""
    if array.dtype.kind != "U" or array.size != 1:
        raise DataError(f"{name} holds {_words(array)} instead of one line of text")
    return str(array.item())


def matrix(name: str, array: NDArray[Any]) -> Array:
    """Return an array of finite real numbers in its own precision, of integers in float32."""
    if array.dtype.kind not in "biuf":
        raise DataError(f"{name} holds {_words(array)} instead of real numbers")
    numbers = array.astype(np.result_type(array, np.float32), copy=False)
    if not is_finite(numbers):
        raise DataError(f"{name} holds numbers that are not finite")
    return numbers


def numbers(name: str, array: NDArray[Any]) -> Array:
    """Return the numbers of a `matrix` in MATLAB's order, (n,)."""
    return matrix(name, array).ravel(order="F")


def whole(name: str, array: NDArray[Any]) -> tuple[int, ...]:
    """Return whole numbers in MATLAB's order."""
    found = numbers(name, array)
    if (found != np.rint(found)).any():
        raise DataError(f"{name} holds {found.tolist()}, which are not whole numbers")
    return tuple(int(number) for number in found)


def _words(array: NDArray[Any]) -> str:
    """Return what kind of entries an array has, and how many."""
    kinds = {"O": "a cell", "V": "structures", "U": "text", "c": "complex numbers"}
    return f"{kinds.get(array.dtype.kind, 'numbers')} of shape {array.shape}"
