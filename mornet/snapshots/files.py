"""The user's own snapshots: the matrix in a file becomes a `DataSet`.

Nothing is guessed: the caller declares which axis is which, which snapshots are for testing, and
where times, parameters, coordinates, trajectories, weights and the inner product are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from mornet.checks import require_columns, require_finite
from mornet.errors import DataError, OptionError, ShapeError
from mornet.records import Array
from mornet.snapshots.formats import FIELDS, READERS, Contents, read_contents
from mornet.snapshots.snapshots import DataSet, Snapshots
from mornet.snapshots.split import Mask, Testing, split_columns


def read_snapshots(
    path: str | os.PathLike[str],
    *,
    axes: str | None = None,
    key: str | None = None,
    units: str = "1",
    name: str | None = None,
    fields: Mapping[str, Array | str | None] | None = None,
    **test: Unpack[Testing],
) -> DataSet:
    """Return the matrix in the file ``path`` as a data set.

    ``name`` is the name of the data set, by default that of the file without its suffix.

    ``axes`` says what rows and columns are: "dof sample" or "sample dof". It may be left out if the
    format names its axes. ``key`` names the array in a file that holds several. Exactly one of
    ``test_fraction`` (the last part), ``test_every`` (every k-th) and ``test_columns`` (indices, or
    one bool each) says which snapshots are for testing, see `split_columns`. ``units`` is the unit
    of the snapshots.

    ``fields`` holds more data of the snapshots (n, m): the coordinates ``x`` (d, n) or (n,), the
    times ``t`` (m,), the parameters ``mu`` (p, m) or (m,), the number of the ``trajectory`` (m,),
    the ``weights`` (m,), and the ``inner_product``, which is weights (n,) or a matrix (n, n). Each
    field is an array or the place of an array: a key in the same file, another file, or FILE:KEY.
    Without ``x`` the degrees of freedom are numbered. Without ``trajectory`` all snapshots are one
    trajectory.

    Raises StorageError for a file that cannot be read, OptionError for an unknown format, key,
    field, axes or split, DataError for numbers that are not real and finite, ShapeError for an
    array of another shape.
    """
    path = Path(path)
    contents = read_contents(path, key)
    where = f"{path}, array {key!r}" if key is not None else str(path)
    U = _matrix(where, contents, axes)
    found = dict(contents.fields) | _arrays(path, fields or {})
    chosen, split = split_columns(U.shape[1], **test)
    return DataSet(
        name=name or path.stem,
        train=_part(U, found, ~chosen, units),
        test=_part(U, found, chosen, units),
        split=split,
        inner_product=found.get("inner_product"),
    )


def _matrix(where: str, contents: Contents, axes: str | None) -> Array:
    """Return the snapshots (dof, sample) of a file."""
    axes = contents.axes if axes is None else axes
    if axes not in ("dof sample", "sample dof"):
        raise OptionError(
            f"axes = {axes!r} must be 'dof sample' (a snapshot is a column of the matrix in the "
            "file) or 'sample dof' (a snapshot is a row)"
        )
    stored = _real(where, contents.array)
    U = stored if axes == "dof sample" else stored.T
    require_columns(where, U)
    require_finite(f"{where}, as (dof, sample),", U)
    return U


def place_of(path: Path, words: str) -> tuple[Path, str | None]:
    """Return the file and the key that ``words`` mean: a key in ``path``, a file, or FILE:KEY."""
    file, colon, key = words.rpartition(":")
    if colon and Path(file).suffix.lower() in READERS:
        return Path(file), key
    return (Path(words), None) if Path(words).suffix.lower() in READERS else (path, words)


def _arrays(path: Path, fields: Mapping[str, Array | str | None]) -> dict[str, Array]:
    """Return the fields that are given; a field given by its place is read from there."""
    if unknown := fields.keys() - set(FIELDS):
        raise OptionError(f"fields has {sorted(unknown)}; there are {', '.join(FIELDS)}")
    arrays = {}
    for name, given in fields.items():
        if isinstance(given, str):
            given = read_contents(*place_of(path, given)).array
        if given is not None:
            arrays[name] = given if hasattr(given, "tocoo") else _real(name, np.asarray(given))
    return arrays


def _part(U: Array, fields: Mapping[str, Any], mask: Mask, units: str) -> Snapshots:
    """Return the snapshots of ``mask``, with their part of the fields."""
    m = U.shape[1]
    trajectory = np.asarray(fields.get("trajectory", np.zeros(m)))
    of_sample = {name: fields[name] for name in ("t", "weights") if name in fields}
    of_sample |= {"mu": np.atleast_2d(fields["mu"])} if "mu" in fields else {}
    for name, values in {"trajectory": trajectory, **of_sample}.items():
        if values.shape[-1] != m:
            raise ShapeError(f"{name} has shape {values.shape} for {m} snapshots")
    return Snapshots(
        U[:, mask],
        np.atleast_2d(fields.get("x", np.arange(float(len(U))))),
        trajectory=np.unique(trajectory[mask], return_inverse=True)[1],
        column=None if "t" in fields else np.flatnonzero(mask),
        units={"U": units, "x": "1" if "x" in fields else "index", "t": "1", "mu": "1"},
        **{name: values[..., mask] for name, values in of_sample.items()},
    )


def _real(where: str, stored: Any) -> Array:
    """Return ``stored`` as float64; DataError for anything but integers and real numbers."""
    if np.iscomplexobj(stored):
        raise DataError(f"{where} is complex; stack real and imaginary parts as dofs")
    if stored.dtype.kind not in "iuf":
        raise DataError(f"{where} holds {stored.dtype}, not real numbers; save a plain matrix")
    return np.asarray(stored, dtype=float)
