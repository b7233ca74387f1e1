"""Structures and cells of MATLAB's files, as dicts and lists of arrays."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat
from scipy.io.matlab import MatReadError

from mornet.errors import StorageError
from mornet.records import Array
from mornet.storage.matlab_elements import require_sound

Struct = dict[str, NDArray[Any]]


def read_mat(path: str | os.PathLike[str]) -> Struct:
    """Return the variables of a file of MATLAB's version 5 to 7; StorageError if it is none."""
    if not os.path.exists(path):
        raise StorageError(f"{path} does not exist")
    require_sound(Path(path))
    try:
        with warnings.catch_warnings():  # sparse matrices and sparse arrays are read alike
            warnings.filterwarnings("ignore", ".*spmatrix", DeprecationWarning)
            variables = loadmat(path)
    except (MatReadError, ValueError, TypeError, IndexError, NotImplementedError, OSError) as error:
        raise StorageError(
            f"{path} cannot be read as a MATLAB file of version 5 to 7 ({error}): save it without "
            "-v7.3"
        ) from None
    return {name: a for name, a in variables.items() if not name.startswith("__")}


def structs(array: NDArray[Any]) -> list[Struct]:
    """Return the structures in an array of structures or in a cell of them, column by column."""
    found: list[Struct] = []
    for item in array.ravel(order="F"):
        if isinstance(item, np.ndarray):
            found += structs(item)
        elif array.dtype.names:
            found.append({name: item[name] for name in array.dtype.names})
    return found


def numbers(array: NDArray[Any]) -> Array:
    """Return the numbers of an array in MATLAB's order, (n,)."""
    return np.asarray(array).ravel(order="F").astype(np.result_type(array, np.float32))
