"""The user's own snapshots: one matrix in a file becomes a `DataSet`.

Nothing is guessed: the caller declares which axis is which and which snapshots are for testing.
A format is one function in `READERS`; HDF5 comes from `mornet.storage`, the only module that
touches h5py, which adds its reader under ".h5" and ".hdf5".
"""

from __future__ import annotations

import os
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mornet.checks import require_columns, require_finite
from mornet.errors import DataError, MornetError, OptionError, StorageError
from mornet.records import Array
from mornet.snapshots.snapshots import DataSet, Snapshots
from mornet.snapshots.split import split_columns

Reader = Callable[[Path, str | None], Any]


def read_snapshots(
    path: str | os.PathLike[str],
    *,
    axes: str,
    key: str | None = None,
    test_fraction: float | None = None,
    test_every: int | None = None,
    test_columns: Sequence[int] | Sequence[bool] | None = None,
    x: Array | None = None,
    units: str = "1",
    name: str | None = None,
) -> DataSet:
    """Return the matrix in the file ``path`` as a data set called ``name``, or like the file.

    ``axes`` says what rows and columns are: "dof sample" or "sample dof". ``key`` names the array
    in a file that holds several. Exactly one of ``test_fraction`` (the last part), ``test_every``
    (every k-th) and ``test_columns`` (indices, or one bool each) says which snapshots are for
    testing, see `split_columns`. ``x`` (d, n) or (n,) says where the dofs live, else they are
    numbered; ``units`` is the unit of the snapshots. All snapshots count as one trajectory.

    Raises StorageError for a file that cannot be read, OptionError for an unknown format, key, axes
    or split, DataError for numbers that are not real and finite, ShapeError for no matrix.
    """
    path = Path(path)
    if axes not in ("dof sample", "sample dof"):
        raise OptionError(
            f"axes = {axes!r} must be 'dof sample' (a snapshot is a column of the matrix in the "
            "file) or 'sample dof' (a snapshot is a row)"
        )
    where = f"{path}, array {key!r}" if key is not None else str(path)
    stored = _real(where, _read(path, key))
    U = stored if axes == "dof sample" else stored.T
    require_columns(where, U)
    require_finite(f"{where}, as (dof, sample),", U)
    chosen, split = split_columns(U.shape[1], test_fraction, test_every, test_columns)
    coordinates = np.atleast_2d(np.arange(float(len(U))) if x is None else x)

    def part(mask: Any) -> Snapshots:
        return Snapshots(
            U[:, mask],
            coordinates,
            trajectory=np.zeros(np.count_nonzero(mask), dtype=int),
            units={"U": units, "x": "index" if x is None else "1", "t": "1", "mu": "1"},
        )

    return DataSet(name=name or path.stem, train=part(~chosen), test=part(chosen), split=split)


def _read(path: Path, key: str | None) -> Any:
    """Return what the reader of the suffix finds; StorageError says what it could not make out."""
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise OptionError(f"{path}: no reader for {suffix!r}; there are {', '.join(READERS)}")
    try:
        return READERS[suffix](path, key)
    except MornetError:
        raise
    except FileNotFoundError:
        raise StorageError(f"{path}: there is no such file") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise StorageError(f"{path} cannot be read as {suffix}: {error}") from error


def _real(where: str, stored: Any) -> Array:
    """Return ``stored`` as float64; DataError for anything but integers and real numbers."""
    if np.iscomplexobj(stored):
        raise DataError(f"{where} is complex; stack real and imaginary parts as dofs")
    if stored.dtype.kind not in "iuf":
        raise DataError(f"{where} holds {stored.dtype}, not real numbers; save a plain matrix")
    return np.asarray(stored, dtype=float)


def _no_key(path: Path, key: str | None) -> None:
    if key is not None:
        raise OptionError(f"{path}: a {path.suffix} file holds one array, so leave out key {key!r}")


def _npy(path: Path, key: str | None) -> Any:
    _no_key(path, key)
    with open(path, "rb") as file:
        return _plain(str(path), lambda: np.lib.format.read_array(file, allow_pickle=False))


def _npz(path: Path, key: str | None) -> Any:
    with open(path, "rb") as file:
        arrays = np.load(file, allow_pickle=False)
        if isinstance(arrays, np.ndarray):
            raise ValueError("it is one array, not an archive; name it .npy")
        keys = list(arrays)
        if key is None and len(keys) == 1:
            key = keys[0]
        if key is None or key not in keys:
            problem = "give the key of the snapshots" if key is None else f"no array {key!r}"
            raise OptionError(f"{path}: {problem}; there are {', '.join(keys)}")
        return _plain(f"{path}, array {key!r}", lambda: arrays[key])


def _plain(where: str, load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        raise DataError(
            f"{where} is pickled or holds Python objects (rows of different length?), which may "
            "run code when opened and is refused; save a matrix of numbers"
        ) from None


def _csv(path: Path, key: str | None) -> Any:
    """Return comma-separated numbers, one row of the matrix a line; '#' starts a comment."""
    _no_key(path, key)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # an empty file
        try:
            return np.loadtxt(path, delimiter=",", ndmin=2)
        except (ValueError, UserWarning) as error:
            raise DataError(
                f"{path}: {error}; each line must hold the same number of real numbers, separated "
                "by commas (start a line of headings with #)"
            ) from None


READERS: dict[str, Reader] = {".npy": _npy, ".npz": _npz, ".csv": _csv}
